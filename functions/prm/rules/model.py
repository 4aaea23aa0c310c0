"""A rule: who + what + when, as data that a clinic can read, version and switch."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from prm.clinics.model import Clinic, Language
from prm.core.errors import Invalid
from prm.mail.model import Kind, StopKind, Touch
from prm.patients.episodes import Episode
from prm.patients.model import Patient, StateOfCare, VisitKind
from prm.recovery.model import Case
from prm.surveys.model import Group, Survey


class TriggerKind(StrEnum):
    """What makes a rule think of a patient."""

    VISIT = "visit"
    NO_VISIT = "no_visit"
    ANSWER = "answer"
    NO_ANSWER = "no_answer"


@dataclass(frozen=True)
class Trigger:
    """When: the moment something happened, and how long after it.

    VISIT: the `nth` completed visit of an episode (None: any), of `visit_kind` (None: any kind; with a kind, the nth of
    that kind). NO_VISIT: `after` since the last completed visit of an episode that is open and has nothing scheduled.
    ANSWER: a counted answer. NO_ANSWER: the mail of `rule` was sent or delivered and nobody answered.
    """

    on: TriggerKind
    after: dt.timedelta = dt.timedelta()
    visit_kind: VisitKind | None = None
    nth: int | None = None
    rule: str | None = None

    def __post_init__(self) -> None:
        """Refuse what could never happen."""
        if self.after < dt.timedelta():
            raise Invalid("a rule cannot act before its trigger", field="when.after")
        if self.nth is not None and self.nth < 1:
            raise Invalid("visits are counted from 1", field="when.nth")
        if (self.on is TriggerKind.NO_ANSWER) != (self.rule is not None):
            raise Invalid("a follow-up, and only a follow-up, names the rule it follows", field="when.rule")


@dataclass(frozen=True)
class Condition:
    """One thing about a patient; every field that is set must hold."""

    languages: frozenset[Language] = frozenset()
    locations: frozenset[str] = frozenset()
    therapists: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    states: frozenset[StateOfCare] = frozenset()
    groups: frozenset[Group] = frozenset()
    min_age: int | None = None
    max_age: int | None = None
    min_visits: int | None = None
    max_visits: int | None = None


@dataclass(frozen=True)
class Segment:
    """Who: all of these, at least one of those (if any are named), none of these."""

    all: tuple[Condition, ...] = ()
    any: tuple[Condition, ...] = ()
    none: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Rule:
    """One rule of one clinic.

    `send` lists what it may send, best first: the first that fits goes, so that "a review request or else a thank-you"
    is one rule and one mail. `since` is when it was switched on (or a date chosen then): what happened before leaves no
    trace. `max_age` is how late it may still act. `version` rises with each change.
    """

    id: str
    name: str
    send: tuple[Kind, ...]
    when: Trigger
    who: Segment = field(default_factory=Segment)
    max_age: dt.timedelta = dt.timedelta(days=7)
    on: bool = False
    since: dt.datetime | None = None
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse a rule that could send nothing."""
        if not self.send:
            raise Invalid("a rule sends something", field="send")


@dataclass(frozen=True)
class Occurrence:
    """One thing a rule could mean for a patient: `id` names it, it happened `at`, and `due_at` is when to act."""

    id: str
    at: dt.datetime
    due_at: dt.datetime
    episode: Episode | None = None
    visit: str | None = None
    location: str | None = None
    therapist: str | None = None
    survey: Survey | None = None


@dataclass(frozen=True)
class Facts:
    """All that is known of one patient when a rule is judged. `touches` leaves out the one being judged."""

    clinic: Clinic
    patient: Patient
    episodes: tuple[Episode, ...]
    surveys: tuple[Survey, ...] = ()
    touches: tuple[Touch, ...] = ()
    cases: tuple[Case, ...] = ()
    stopped: frozenset[StopKind] = frozenset()
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class Send:
    """Send this kind of mail now."""

    kind: Kind


@dataclass(frozen=True)
class Wait:
    """Judge again at `until`, or sooner if a fact changes."""

    until: dt.datetime
    reason: str


@dataclass(frozen=True)
class Skip:
    """Final, and kept with its reason."""

    reason: str


@dataclass(frozen=True)
class NoMatch:
    """Not for this patient as things stand; nothing is kept and a changed fact is judged anew."""

    reason: str


type Decision = Send | Wait | Skip | NoMatch
