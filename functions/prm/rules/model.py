"""A rule: who + what + when, as data that a clinic can read, version and switch."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from prm.clinics.model import Clinic, Language
from prm.core.errors import Invalid
from prm.core.table import SEPARATOR
from prm.mail.model import Kind, Purpose, StopKind, Touch
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


SENDS = {
    TriggerKind.VISIT: frozenset({Kind.SURVEY}),
    TriggerKind.NO_VISIT: frozenset({Kind.SURVEY}),
    TriggerKind.ANSWER: frozenset({Kind.REVIEW_REQUEST, Kind.THANK_YOU}),
    TriggerKind.NO_ANSWER: frozenset({Kind.FOLLOW_UP}),
}
"""What each trigger has something to say about: nobody is thanked for an answer they did not give."""

AFTER_ANSWER = dt.timedelta(hours=1)
"""Time to change one's mind, and for staff to see a bad answer first."""


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
        if self.on is TriggerKind.ANSWER and self.after < AFTER_ANSWER:
            raise Invalid("an answer may be changed: act an hour after it or later", field="when.after")
        if self.on is not TriggerKind.VISIT and (self.nth is not None or self.visit_kind is not None):
            raise Invalid("only a rule about visits counts visits", field="when.nth")


@dataclass(frozen=True)
class Condition:
    """One thing about a patient; every field that is set must hold, a set by one of its members.

    Ages are completed years. Visits are the completed ones of the episode in question. `groups` is about the answer in
    question, or else the patient's latest.
    """

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
    trace. `max_age` is how late it may still act. `version` rises with each change; `changed_at` (business time) and
    `changed_by` (a member of staff, "" for the operator) say whose this version is.
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
    changed_at: dt.datetime | None = None
    changed_by: str = ""

    def __post_init__(self) -> None:
        """Refuse a rule that could send nothing, or under a name that is taken."""
        if self.id in set(Purpose) or SEPARATOR in self.id:
            raise Invalid(f"a rule cannot be called {self.id!r}", field="id")
        if not self.send:
            raise Invalid("a rule sends something", field="send")
        strange = set(self.send) - SENDS[self.when.on]
        if strange:
            names = ", ".join(sorted(strange))
            raise Invalid(f"a rule about {self.when.on} cannot send {names}", field="send")
        if self.max_age <= dt.timedelta():
            raise Invalid("a rule needs some time to act in", field="max_age")
        if self.on and self.since is None:
            raise Invalid("a rule that is on says since when", field="since")

    @property
    def follows(self) -> str | None:
        """The rule whose silence this one answers."""
        return self.when.rule


@dataclass(frozen=True)
class Occurrence:
    """One thing a rule could mean for a patient: `id` names it, it happened `at`, and `due_at` is when to act.

    `fresh_from` is when being late begins to count, where that is after `due_at`. `first` is the mail a follow-up
    follows; `survey` the survey in question, where there is one.
    """

    id: str
    at: dt.datetime
    due_at: dt.datetime
    episode: Episode | None = None
    visit: str | None = None
    location: str | None = None
    therapist: str | None = None
    survey: Survey | None = None
    first: Touch | None = None
    fresh_from: dt.datetime | None = None

    def deadline(self, rule: Rule) -> dt.datetime:
        """Return from when on acting is too late."""
        return (self.fresh_from or self.due_at) + rule.max_age


@dataclass(frozen=True)
class Facts:
    """All that is known of one patient when a rule is judged.

    `touches` leaves out the one being judged, which is `judged`: None while it does not exist. Of the others only those
    created before it hold it back, so that two that wait never wait for each other.
    """

    clinic: Clinic
    patient: Patient
    episodes: tuple[Episode, ...]
    surveys: tuple[Survey, ...] = ()
    touches: tuple[Touch, ...] = ()
    cases: tuple[Case, ...] = ()
    stopped: frozenset[StopKind] = frozenset()
    judged: Touch | None = None

    def survey(self, survey_id: str) -> Survey | None:
        """Return one of the patient's surveys, or None."""
        return next((one for one in self.surveys if one.id == survey_id), None)

    def episode(self, episode_id: str | None) -> Episode | None:
        """Return one of the patient's episodes, or None: ids move when earlier visits come in late."""
        return next((one for one in self.episodes if one.id == episode_id), None)


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
