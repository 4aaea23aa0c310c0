"""Whether a rule is for this patient, and if not, what stands against it."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from prm.rules.model import Condition, Facts, Occurrence, Segment
from prm.surveys.model import Group


@dataclass(frozen=True)
class Person:
    """A patient as segments see them, on the occasion in question."""

    facts: Facts
    occurrence: Occurrence
    at: dt.datetime

    @property
    def age(self) -> int | None:
        """Completed years on the day, in clinic time."""
        return self.facts.patient.age_on(self.at.astimezone(self.facts.clinic.tz).date())

    @property
    def location(self) -> str | None:
        """Where it happened, or else where the patient belongs."""
        return self.occurrence.location or self.facts.patient.location

    @property
    def therapist(self) -> str | None:
        """Who treated, or else whose patient it is."""
        return self.occurrence.therapist or self.facts.patient.therapist

    @property
    def visits(self) -> int:
        """Completed visits of the episode up to now."""
        episode = self.occurrence.episode
        return len([one for one in episode.completed if one.ends_at <= self.at]) if episode else 0

    @property
    def group(self) -> Group | None:
        """The group of the answer in question, or else of the latest one that counts."""
        if self.occurrence.survey and self.occurrence.survey.answer:
            return self.occurrence.survey.answer.group
        counted = [(one.counted_at, one.answer) for one in self.facts.surveys if one.is_counted]
        answers = [(at, answer) for at, answer in counted if at and answer]
        return max(answers, key=lambda pair: pair[0])[1].group if answers else None


def mismatch(segment: Segment, person: Person) -> str | None:
    """Return why the segment leaves this person out, or None if it does not."""
    for condition in segment.all:
        against = _against(condition, person)
        if against:
            return against
    if segment.any and all(_against(condition, person) for condition in segment.any):
        return "none of the alternatives fits"
    if any(_against(condition, person) is None for condition in segment.none):
        return "left out by an exception"
    return None


def _against(condition: Condition, person: Person) -> str | None:
    return next(_failures(condition, person), None)


def _failures(condition: Condition, person: Person) -> Iterator[str]:
    for wanted, holds, reason in _CHECKS:
        if wanted(condition) and not holds(condition, person):
            yield reason


def _state_fits(condition: Condition, person: Person) -> bool:
    episode = person.occurrence.episode
    return episode is not None and episode.state_at(person.at) in condition.states


def _within(number: int | None, least: int | None, most: int | None) -> bool:
    return number is not None and (least is None or number >= least) and (most is None or number <= most)


type _Wanted = Callable[[Condition], object]
type _Holds = Callable[[Condition, Person], bool]

_CHECKS: tuple[tuple[_Wanted, _Holds, str], ...] = (
    (lambda c: c.languages, lambda c, p: p.facts.patient.language in c.languages, "another language"),
    (lambda c: c.locations, lambda c, p: p.location in c.locations, "another location"),
    (lambda c: c.therapists, lambda c, p: p.therapist in c.therapists, "another therapist"),
    (lambda c: c.tags, lambda c, p: not c.tags.isdisjoint(p.facts.patient.tags), "not tagged so"),
    (lambda c: c.states, _state_fits, "at another point of care"),
    (lambda c: c.groups, lambda c, p: p.group in c.groups, "another answer, or none"),
    (
        lambda c: c.min_age is not None or c.max_age is not None,
        lambda c, p: _within(p.age, c.min_age, c.max_age),
        "another age, or unknown",
    ),
    (
        lambda c: c.min_visits is not None or c.max_visits is not None,
        lambda c, p: _within(p.visits, c.min_visits, c.max_visits),
        "another number of visits",
    ),
)
