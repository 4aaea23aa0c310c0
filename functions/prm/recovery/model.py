"""A recovery case: an unhappy patient, who calls, by when, and how it ended."""

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum

from prm.core import ids

SYSTEM = "system"
"""Who a note is by, when nobody wrote it."""
ESCALATION = ".escalation"
"""What ends the occurrence of an escalation's touch."""
ID_LENGTH = 8
_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
_SPEAKABLE = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_HEARD_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


def case_id(clinic: str, patient: str, episode: str | None) -> str:
    """Return the number of a patient's case for an episode: 8 characters to say on the phone.

    Crockford's alphabet has no I, L, O and U; 40 bits keep two of a clinic's thousands of cases apart.
    """
    name = ids.name_of("case", clinic, patient, episode or "", length=ID_LENGTH)
    return name.translate(str.maketrans(_BASE32, _SPEAKABLE))


def spoken(text: str) -> str:
    """Return the case number someone typed: any case, O for 0, I or L for 1, with hyphens or blanks."""
    return text.upper().translate(_HEARD_AS)


class CaseState(StrEnum):
    """Open until someone closes it; a second low answer opens it again."""

    OPEN = "open"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a case ended."""

    RESOLVED = "resolved"
    UNRESOLVED = "unresolved"
    MOVED = "moved"
    NO_ANSWER = "no_answer"
    NO_CALL = "no_call"
    MISTAKE = "mistake"
    NOT_OURS = "not_ours"


@dataclass(frozen=True)
class Note:
    """One line in a case's history; `by` is a staff id, or `system`."""

    at: dt.datetime
    by: str
    text: str


@dataclass(frozen=True)
class Case:
    """One patient's case for one episode of care.

    `id` is short enough to say on the phone. `opened` counts how often it was opened: an alert's occurrence is the id
    with this count, so that a reopened case alerts anew. `call_by` is business time, worked out in opening hours.
    `owner` is whose it is by location and role, `taken_by` who said they would call. `words` begin the comment; the
    survey has all of it. `paused_until` is when to try again, `tries` how often nobody answered. `is_test`: a
    member of staff tried out what patients get.
    """

    id: str
    clinic: str
    patient: str
    survey: str
    score: int
    location: str | None
    therapist: str | None
    owner: str | None
    opened_at: dt.datetime
    call_by: dt.datetime
    escalate_at: dt.datetime | None
    episode: str | None = None
    unconfirmed: bool = False
    no_call: bool = False
    state: CaseState = CaseState.OPEN
    opened: int = 1
    outcome: Outcome | None = None
    closed_at: dt.datetime | None = None
    escalated_at: dt.datetime | None = None
    notes: tuple[Note, ...] = ()
    version: int = 0
    words: str = ""
    taken_by: str | None = None
    paused_until: dt.datetime | None = None
    tries: int = 0
    cause: str = ""
    is_test: bool = False

    @property
    def is_open(self) -> bool:
        """Whether someone still has to act."""
        return self.state is CaseState.OPEN

    def is_late(self, now: dt.datetime) -> bool:
        """Whether the promised call is overdue."""
        return self.is_open and self.call_by < now

    def is_paused(self, now: dt.datetime) -> bool:
        """Whether it waits for another try."""
        return self.is_open and self.paused_until is not None and now < self.paused_until

    def noted(self, at: dt.datetime, by: str, text: str) -> "Case":
        """Return the case with one more line in its history."""
        return replace(self, notes=(*self.notes, Note(at, by, text)))

    @property
    def occurrence(self) -> str:
        """What names this opening of the case in its alerts: a case opened again alerts again."""
        return f"{self.id}.{self.opened}"


REOPEN_FOR = dt.timedelta(days=30)
"""How long after it was closed a person may open a case again."""


class InboxKind(StrEnum):
    """Why a mail stands in the inbox."""

    REPLY = "reply"
    UNSUBSCRIBE = "unsubscribe"
    QUARANTINED = "quarantined"


@dataclass(frozen=True)
class InboxItem:
    """A human reply that is no answer; it waits for a person. `mail` is where the original lies."""

    id: str
    clinic: str
    patient: str | None
    kind: InboxKind
    text: str
    received_at: dt.datetime
    mail: str = ""
    done_by: str | None = None
    done_at: dt.datetime | None = None
