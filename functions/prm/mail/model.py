"""A touch: one intended mail to one person, and what became of it."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from prm.clinics.model import Language
from prm.core import ids
from prm.core.errors import Invalid
from prm.links.model import Purpose as LinkPurpose


class State(StrEnum):
    """DUE -> CLAIMED -> SENT | FAILED | UNKNOWN, or SKIPPED; events lift SENT further."""

    DUE = "due"
    CLAIMED = "claimed"
    UNKNOWN = "unknown"
    UNCONFIRMED = "unconfirmed"
    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    FAILED = "failed"
    SKIPPED = "skipped"


LADDER = (
    State.DUE,
    State.CLAIMED,
    State.UNKNOWN,
    State.UNCONFIRMED,
    State.SENT,
    State.DELIVERED,
    State.BOUNCED,
    State.COMPLAINED,
)
"""Events may come twice and out of order: a state only ever moves up this ladder."""

USES_CAP = frozenset(LADDER[:6])
"""Touches that did, or still may, reach the patient."""


def below(state: State) -> tuple[State, ...]:
    """Return the states that news of `state` may replace."""
    return LADDER[: LADDER.index(state)]


class Kind(StrEnum):
    """What a mail says."""

    SURVEY = "survey"
    FOLLOW_UP = "follow_up"
    REVIEW_REQUEST = "review_request"
    THANK_YOU = "thank_you"
    ALERT = "alert"
    RECEIPT = "receipt"
    SIGN_UP = "sign_up"
    INVITATION = "invitation"
    RESET = "reset"
    KNOWN_ADDRESS = "known_address"
    DIGEST = "digest"
    WEEKLY = "weekly"


OPTIONAL = frozenset({Kind.SURVEY, Kind.FOLLOW_UP, Kind.REVIEW_REQUEST, Kind.THANK_YOU})
"""What a patient may stop, and what caps and the daily limit count."""


class Purpose(StrEnum):
    """Why a touch exists, where no rule ordered it."""

    ALERT = "alert"
    CODE = "code"
    RECEIPT = "receipt"
    TEST = "test"
    BULLETIN = "bulletin"
    BY_HAND = "by_hand"


URGENT = frozenset({Purpose.ALERT, Purpose.CODE})
"""What is sent again when its fate is unknown: better twice than never."""

MAX_RESENDS = 2
UNKNOWN_FOR = dt.timedelta(hours=24)
UNKNOWN_FOR_URGENT = dt.timedelta(minutes=5)


@dataclass(frozen=True)
class TouchKey:
    """Which touch: its partition is the recipient's, so that all mail to one person reads as one query."""

    clinic: str
    recipient: str
    id: str

    @property
    def tag(self) -> str:
        """The SES message tag: ASCII letters, digits, hyphen and underscore only."""
        return f"{self.recipient.replace(':', '_')}_{self.id}"

    @classmethod
    def from_tags(cls, clinic: str, tag: str) -> "TouchKey":
        """Read back what `tag` wrote. Raises Invalid on anything else."""
        kind, _, rest = tag.partition("_")
        person, _, touch = rest.rpartition("_")
        if kind not in {"patient", "staff"} or not person or not touch:
            raise Invalid("not one of our message tags", field="touch")
        return cls(clinic, f"{kind}:{person}", touch)


def patient_recipient(patient: str) -> str:
    """Return how touches name a patient."""
    return f"patient:{patient}"


def staff_recipient(member: str) -> str:
    """Return how touches name a staff member."""
    return f"staff:{member}"


@dataclass(frozen=True)
class Subject:
    """What a touch is about: ids only. `patient` is whose case an alert to staff is about."""

    survey: str | None = None
    visit: str | None = None
    episode: str | None = None
    location: str | None = None
    therapist: str | None = None
    case: str | None = None
    patient: str | None = None
    rule_version: int | None = None


@dataclass(frozen=True)
class Touch:
    """One intended mail. `purpose` is the rule's id, or one of `Purpose`.

    `due_at` is when it must be queued again, not when it is first queued: that happens at once. `attempt` names the
    claim that owns it; `attempts` counts claims, `requeues` queueings, `resend` the times an urgent one starts over.
    `link` is the hash of the token its link has: what is needed to remove it.
    """

    clinic: str
    recipient: str
    purpose: str
    occurrence: str
    kind: Kind
    created_at: dt.datetime
    about: Subject = field(default_factory=Subject)
    state: State = State.DUE
    reason: str = ""
    at: dt.datetime | None = None
    due_at: dt.datetime | None = None
    attempt: str | None = None
    lease_until: dt.datetime | None = None
    requeues: int = 0
    resend: int = 0
    sent_at: dt.datetime | None = None
    delivered_at: dt.datetime | None = None
    message_id: str | None = None
    link: str = ""

    @property
    def id(self) -> str:
        """The same intention always has the same name: this is what makes a second one impossible."""
        return ids.name_of(self.clinic, self.recipient, self.purpose, self.occurrence)

    @property
    def key(self) -> TouchKey:
        """Where it stands."""
        return TouchKey(self.clinic, self.recipient, self.id)

    @property
    def is_optional(self) -> bool:
        """Whether a patient may have stopped it. A test goes to who asked for it just now."""
        return self.kind in OPTIONAL and self.purpose != Purpose.TEST

    @property
    def is_urgent(self) -> bool:
        """Whether it is sent again when its fate is unknown."""
        return self.purpose in URGENT

    @property
    def goes_first(self) -> bool:
        """Whether it goes by the fast queue: as an answer to what someone just did, not by a rule or the clock."""
        return self.purpose in set(Purpose) and self.purpose != Purpose.BULLETIN

    @property
    def unknown_for(self) -> dt.timedelta:
        """How long its fate may stay unknown before we act on that."""
        return UNKNOWN_FOR_URGENT if self.is_urgent else UNKNOWN_FOR


class StopKind(StrEnum):
    """What a person no longer wants, or what an address no longer takes."""

    ALL = "all"
    SURVEYS = "surveys"
    CONTENT = "content"


class StopReason(StrEnum):
    """Why an address is written to no more."""

    ASKED = "asked"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


@dataclass(frozen=True)
class Stop:
    """One kind of mail that one name gets no more: a person's, or an address's."""

    name: str
    kind: StopKind
    reason: StopReason
    at: dt.datetime


@dataclass(frozen=True)
class Letter:
    """A mail ready to go: what it says, to whom, and what its link may do."""

    to: str
    sender: str
    subject: str
    text: str
    html: str
    local_part: str = "care"
    headers: tuple[tuple[str, str], ...] = ()
    replies: bool = True


@dataclass(frozen=True)
class News:
    """What SES later says of a mail: the state it lifts the touch to, and for whom.

    `permanent` tells a bounce that will come again from a full mailbox.
    """

    state: State
    at: dt.datetime
    addresses: tuple[str, ...] = ()
    reason: str = ""
    permanent: bool = False


@dataclass(frozen=True)
class LinkTerms:
    """What the link in a letter may do, and until when."""

    purposes: frozenset[LinkPurpose]
    expires_at: dt.datetime
    survey: str | None = None


@dataclass(frozen=True)
class Send:
    """It may go now, as `kind`.

    `terms` are those of its link (None: the mail carries no link), `write` makes the letter for a token once the touch
    is claimed, and `before` stores what must stand before a reader can act on the mail.
    """

    kind: Kind
    write: Callable[[str], Letter]
    terms: LinkTerms | None = None
    before: Callable[[], None] = lambda: None
    language: Language = Language.ENGLISH


@dataclass(frozen=True)
class Wait:
    """Not now; ask again at `until` (business time)."""

    until: dt.datetime
    reason: str = ""


@dataclass(frozen=True)
class Skip:
    """Never: the reason is final and stands in the touch."""

    reason: str


type Verdict = Send | Wait | Skip
