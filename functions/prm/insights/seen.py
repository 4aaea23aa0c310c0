"""One patient as the nightly count sees them, and what it looks at: pure, like all that counts from it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from prm.insights.spans import Days, Span, days, whole_months
from prm.mail.model import StopKind, Touch
from prm.patients.episodes import Episode
from prm.patients.model import Patient, Visit, VisitStatus
from prm.recovery.model import Case
from prm.surveys.model import Survey

STOPPED_AFTER = dt.timedelta(days=30)
"""So long without a visit, with none booked and no discharge, and a patient has stopped coming."""
AT_RISK_AFTER = dt.timedelta(days=14)
_COHORT_MONTHS = 3


class Standing(StrEnum):
    """Where an episode stands when we look."""

    DISCHARGED = "discharged"
    STOPPED = "stopped"
    AT_RISK = "at_risk"
    IN_CARE = "in_care"


@dataclass(frozen=True)
class Place:
    """Whose numbers something belongs to beside the clinic's."""

    location: str | None
    therapist: str | None


@dataclass(frozen=True)
class Count:
    """Something to add to a counter."""

    place: Place
    name: str
    amount: int = 1


@dataclass(frozen=True)
class Seen:
    """All that is counted of one patient. `stopped` is what they asked not to get, `broken` a dead address.

    `is_mailable` is what the list of patients says of them: that mail arrives.
    """

    patient: Patient
    episodes: tuple[Episode, ...] = ()
    touches: tuple[Touch, ...] = ()
    surveys: tuple[Survey, ...] = ()
    cases: tuple[Case, ...] = ()
    stopped: frozenset[StopKind] = frozenset()
    broken: bool = False
    is_mailable: bool = False

    @property
    def answered(self) -> tuple[Survey, ...]:
        """The surveys whose answers count, in the order in which they came to count."""
        counted = [(one.counted_at, one.id, one) for one in self.surveys if one.is_counted and one.counted_at]
        return tuple(one for _, _, one in sorted(counted, key=lambda item: item[:2]))

    def place_of(self, visit: Visit) -> Place:
        """Return where a visit belongs; what the EMR left out is taken from the patient."""
        return Place(visit.location or self.patient.location, visit.therapist or self.patient.therapist)


@dataclass(frozen=True)
class Watch:
    """The moment of the count, and the days it looks at on the clinic's calendar."""

    as_of: dt.datetime
    zone: dt.tzinfo

    @cached_property
    def today(self) -> dt.date:
        """The clinic's day."""
        return self.day(self.as_of)

    @cached_property
    def spans(self) -> dict[Span, Days]:
        """The days of each span."""
        return {span: days(span, self.today) for span in Span}

    @cached_property
    def before(self) -> dict[Span, Days]:
        """The days before each span, as many as it has; none before the start."""
        found = {span: run.before for span, run in self.spans.items()}
        return {span: run for span, run in found.items() if run}

    @cached_property
    def cohort(self) -> Days:
        """When episodes began of which it is known by now whether the patient stayed."""
        return whole_months(self.today, _COHORT_MONTHS, STOPPED_AFTER)

    def day(self, at: dt.datetime) -> dt.date:
        """Return a moment's day on the clinic's calendar."""
        return at.astimezone(self.zone).date()

    def within(self, at: dt.datetime) -> Iterator[Span]:
        """Yield the spans a moment lies in."""
        if at <= self.as_of:
            day = self.day(at)
            yield from (span for span, run in self.spans.items() if day in run)

    def completed(self, episode: Episode) -> tuple[Visit, ...]:
        """Return an episode's visits that took place by now."""
        return tuple(one for one in episode.completed if one.starts_at <= self.as_of)

    def standing(self, episode: Episode) -> Standing | None:
        """Return where an episode stands; None before its first visit."""
        done = self.completed(episode)
        if not done:
            return None
        if episode.discharge:
            return Standing.DISCHARGED
        if any(one.status is VisitStatus.SCHEDULED and one.starts_at > self.as_of for one in episode.visits):
            return Standing.IN_CARE
        silence = self.as_of - done[-1].ends_at
        if silence >= STOPPED_AFTER:
            return Standing.STOPPED
        return Standing.AT_RISK if silence >= AT_RISK_AFTER else Standing.IN_CARE
