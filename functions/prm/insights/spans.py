"""The times a report can be about, on the clinic's calendar."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Span(StrEnum):
    """How far back a report looks, today included."""

    MONTH = "30d"
    QUARTER = "90d"
    YEAR = "365d"
    ALL = "all"


DAYS = {Span.MONTH: 30, Span.QUARTER: 90, Span.YEAR: 365}


@dataclass(frozen=True)
class Days:
    """A run of days, both ends included; `first` None: since the start."""

    first: dt.date | None
    last: dt.date

    def __contains__(self, day: object) -> bool:
        """Tell whether a day is one of them."""
        return isinstance(day, dt.date) and day <= self.last and (self.first is None or day >= self.first)

    @property
    def before(self) -> "Days | None":
        """As many days just before; None before the start."""
        if self.first is None:
            return None
        last = self.first - dt.timedelta(days=1)
        return Days(last - (self.last - self.first), last)

    @property
    def first_month(self) -> str:
        """The month (YYYY-MM) it begins in; empty, and before all months, for the start."""
        return f"{self.first:%Y-%m}" if self.first else ""


def days(span: Span, today: dt.date) -> Days:
    """Return the days of a span that ends today."""
    if span is Span.ALL:
        return Days(None, today)
    return Days(today - dt.timedelta(days=DAYS[span] - 1), today)


def whole_months(today: dt.date, count: int, settled: dt.timedelta) -> Days:
    """Return the last `count` whole months that ended at least `settled` ago."""
    last = today.replace(day=1) - dt.timedelta(days=1)
    while today - last < settled:
        last = last.replace(day=1) - dt.timedelta(days=1)
    first = last.replace(day=1)
    for _ in range(count - 1):
        first = (first - dt.timedelta(days=1)).replace(day=1)
    return Days(first, last)
