"""Who was heard, who was not, and why: each patient with a visit in a span stands in exactly one place."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from prm.insights.nps import Range
from prm.insights.ranges import share
from prm.insights.seen import Count, Place, Seen, Standing, Watch
from prm.insights.spans import Days
from prm.mail.model import Kind, State, StopKind
from prm.patients.model import Visit
from prm.surveys.model import Survey

_NO_SURVEYS = frozenset({StopKind.ALL, StopKind.SURVEYS})
_NEVER_WENT = frozenset({State.SKIPPED, State.FAILED})


class Reach(StrEnum):
    """What became of a patient, the first that holds: a reason is given only to those never asked."""

    ANSWERED = "answered"
    ASKED = "asked"
    OPTED_OUT = "opted_out"
    UNREACHABLE = "unreachable"
    LEFT_OUT = "left_out"
    NOT_YET = "not_yet"


@dataclass(frozen=True)
class Coverage:
    """Patients with a visit in a span, by what became of them, and the visits and surveys behind them.

    `left_out`: a survey was decided against, for a limit or for coming too late. `not_yet`: no rule spoke of them.
    `gone` are those who stopped coming, `gone_answered` how many of those answered.
    """

    answered: int = 0
    asked: int = 0
    opted_out: int = 0
    unreachable: int = 0
    left_out: int = 0
    not_yet: int = 0
    visits: int = 0
    gone: int = 0
    gone_answered: int = 0
    surveys: int = 0
    surveys_answered: int = 0

    @property
    def patients(self) -> int:
        """How many patients had a visit."""
        return sum(getattr(self, reach) for reach in Reach)

    @property
    def asked_in_all(self) -> int:
        """How many of them were asked, whether they answered or not."""
        return self.answered + self.asked

    @property
    def response(self) -> Range | None:
        """The range of the share, in percent, of patients asked who answered."""
        return share(self.answered, self.asked_in_all)

    @property
    def others(self) -> int:
        """How many did not stop coming: in care, or discharged."""
        return self.patients - self.gone

    @property
    def others_answered(self) -> int:
        """How many of those answered."""
        return self.answered - self.gone_answered


def coverage(seen: Seen, watch: Watch) -> Iterator[Count]:
    """Yield where a patient stands in each span. Nobody who has died is counted as missing."""
    yield from _surveys(seen, watch)
    if seen.patient.deceased_on:
        return
    gone = _has_stopped(seen, watch)
    for span, days in watch.spans.items():
        visits = _visits(seen, watch, days)
        if not visits:
            continue
        place = seen.place_of(visits[-1])
        reach = _reach(seen, watch, days)
        yield Count(place, f"{span}.{reach}")
        yield Count(place, f"{span}.visits", len(visits))
        if gone:
            yield Count(place, f"{span}.gone")
            yield Count(place, f"{span}.gone_answered", int(reach is Reach.ANSWERED))


def needs_stops(seen: Seen, watch: Watch) -> bool:
    """Tell whether it matters what the patient stopped: in some span they had a visit and were not asked."""
    spans = watch.spans.values()
    return any(_visits(seen, watch, days) and not _asked(seen, watch, days) for days in spans)


def _surveys(seen: Seen, watch: Watch) -> Iterator[Count]:
    for survey in seen.surveys:
        for span in watch.within(survey.asked_at) if survey.asked else ():
            place = Place(survey.location, survey.therapist)
            yield Count(place, f"{span}.surveys")
            yield Count(place, f"{span}.surveys_answered", int(survey.is_counted))


def _visits(seen: Seen, watch: Watch, days: Days) -> list[Visit]:
    """Return the visits of those days that took place, oldest first."""
    done = [visit for episode in seen.episodes for visit in watch.completed(episode)]
    return sorted((one for one in done if watch.day(one.starts_at) in days), key=lambda one: (one.starts_at, one.id))


def _asked(seen: Seen, watch: Watch, days: Days) -> list[Survey]:
    return [one for one in seen.surveys if one.asked and watch.day(one.asked_at) in days]


def _reach(seen: Seen, watch: Watch, days: Days) -> Reach:
    asked = _asked(seen, watch, days)
    if asked:
        return Reach.ANSWERED if any(one.is_counted for one in asked) else Reach.ASKED
    if seen.broken or not seen.patient.address_on(watch.today):
        return Reach.UNREACHABLE
    if seen.stopped & _NO_SURVEYS:
        return Reach.OPTED_OUT
    refused = (one for one in seen.touches if one.kind is Kind.SURVEY and one.state in _NEVER_WENT)
    return Reach.LEFT_OUT if any(watch.day(one.created_at) in days for one in refused) else Reach.NOT_YET


def _has_stopped(seen: Seen, watch: Watch) -> bool:
    begun = [episode for episode in seen.episodes if watch.completed(episode)]
    latest = max(begun, key=lambda one: watch.completed(one)[-1].starts_at, default=None)
    return latest is not None and watch.standing(latest) is Standing.STOPPED
