"""What a dashboard shows of one scope, put together from its tallies and the night's count."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from prm.clinics.model import Clinic
from prm.insights.model import (
    CLINIC,
    NEWEST,
    Cut,
    Figures,
    Key,
    Tally,
    figures,
    figures_of_days,
    months_of,
    scope_of,
)
from prm.insights.shrink import Compared, Part, Stand, compare
from prm.insights.spans import Days, Span
from prm.insights.summary import Stretch, Summary
from prm.insights.verdicts import Progress, Verdict, progress, verdicts

TREND = 12
"""Months in the trend, the one under way included."""


@dataclass(frozen=True)
class MonthPoint:
    """One month of the trend; `under_way`: more answers may come."""

    month: str
    figures: Figures
    under_way: bool


@dataclass(frozen=True)
class Dashboard:
    """Score, groups, trend and the newest answers are of this moment; `summary` is as old as its `as_of`, or not there.

    `days.first` is the first day with an answer where the span is "since the start"; None where there is none.
    """

    scope: str
    span: Span
    days: Days
    figures: Figures
    months: tuple[MonthPoint, ...]
    verdicts: tuple[Verdict, ...]
    progress: Progress | None
    summary: Summary | None
    newest: tuple[Key, ...] = ()

    @property
    def stretch(self) -> Stretch | None:
        """What the night's count found over the span."""
        return self.summary.spans[self.span] if self.summary else None


@dataclass(frozen=True)
class Comparison:
    """Locations or therapists of one span, as the night's count left them."""

    as_of: dt.datetime
    by: Cut
    span: Span
    clinic: Figures
    rows: tuple[Compared, ...]

    @property
    def clear(self) -> tuple[Compared, ...]:
        """Those of whom a difference can be said."""
        return tuple(one for one in self.rows if one.stand in {Stand.HIGHER, Stand.LOWER})


def dashboard(scope: str, days: Days, span: Span, tallies: Sequence[Tally], summary: Summary | None) -> Dashboard:
    """Put a scope's dashboard together; `days` ends today, `tallies` reach back a year at least."""
    found = figures_of_days(tallies, days)
    return Dashboard(
        scope,
        span,
        days if days.first else Days(_first_day(tallies), days.last),
        found,
        tuple(_months(tallies, days.last)),
        verdicts(found),
        _progress(found, days, summary),
        summary,
        _newest(tallies),
    )


def comparison(clinic: Clinic, summary: Summary, by: Cut, span: Span) -> Comparison:
    """Hold today's locations or therapists against the clinic."""
    parts = summary.spans[span].parts
    named = clinic.locations if by is Cut.LOCATION else clinic.therapists
    whole = _figures(parts.get(CLINIC))
    rows = compare([Part(one.id, one.name, _figures(parts.get(scope_of(by, one.id)))) for one in named], whole)
    return Comparison(summary.as_of, by, span, whole, rows)


def _figures(answers: tuple[int, int, int] | None) -> Figures:
    return Figures(0, *(answers or (0, 0, 0)))


def _months(tallies: Iterable[Tally], today: dt.date) -> Iterable[MonthPoint]:
    kept = {one.month: one for one in tallies}
    this = f"{today:%Y-%m}"
    for month in months_of(today, TREND):
        yield MonthPoint(month, figures([kept[month]] if month in kept else [], 0), month == this)


def _progress(found: Figures, days: Days, summary: Summary | None) -> Progress | None:
    """Hold a span against the first 90 days, where it begins after them: else the same answers stood on both sides."""
    first = summary.first_days if summary else None
    if first is None or days.first is None or days.first <= first.last:
        return None
    return progress(found, first.figures)


def _newest(tallies: Iterable[Tally]) -> tuple[Key, ...]:
    """Return the answers that came to count last, the last first, whatever the span."""
    by_month = sorted(tallies, key=lambda one: one.month, reverse=True)
    return tuple(key for one in by_month for key in one.newest)[:NEWEST]


def _first_day(tallies: Iterable[Tally]) -> dt.date | None:
    return min((day for one in tallies for day in one.days_with_answers), default=None)
