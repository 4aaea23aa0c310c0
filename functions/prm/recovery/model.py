"""A recovery case: an unhappy patient, who calls, by when, and how it ended."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class CaseState(StrEnum):
    """Open until someone closes it; a second low answer opens it again."""

    OPEN = "open"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a case ended."""

    RESOLVED = "resolved"
    MOVED = "moved"
    NO_ANSWER = "no_answer"
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

    @property
    def is_open(self) -> bool:
        """Whether someone still has to act."""
        return self.state is CaseState.OPEN


class InboxKind(StrEnum):
    """Why a mail stands in the inbox."""

    REPLY = "reply"
    UNSUBSCRIBE = "unsubscribe"
    QUARANTINED = "quarantined"


@dataclass(frozen=True)
class InboxItem:
    """A human reply that is no answer; it waits for a person."""

    id: str
    clinic: str
    patient: str | None
    kind: InboxKind
    text: str
    received_at: dt.datetime
    mail: str = ""
