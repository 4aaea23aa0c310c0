"""The numbers of a clinic: what was asked, what was answered, and where a tally disagrees with the answers."""

import datetime as dt
from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from prm.insights.nps import Range, interval, score
from prm.insights.spans import Days
from prm.surveys.model import TOP, Answer, Group, Survey, group_of

_LETTERS = {Group.PROMOTER: "p", Group.PASSIVE: "s", Group.DETRACTOR: "d"}
ASKED = "a"
DAYS = range(1, 32)
COUNTERS = (
    *(f"{letter}{day}" for letter in _LETTERS.values() for day in DAYS),
    *(f"n{given}" for given in range(TOP + 1)),
)
"""The names in a month's tally: p3 are the promoters of day 3, n8 the month's eights. Short, for items under 1 KB."""

NEWEST = 5
"""So many of a month's answers are known by name, the newest first."""

type Counts = Mapping[str, int]
type Key = tuple[str, str]
"""Patient and survey."""


def counters_of(day: int, given: int) -> tuple[str, str]:
    """Return the two counters that one answer stands in."""
    return f"{_LETTERS[group_of(given)]}{day}", f"n{given}"


def moved(day: int, before: Answer | None, after: Answer) -> dict[str, int]:
    """Return what to add to a month's counters when `after` comes in, or takes the place of `before`."""
    change: Counter[str] = Counter()
    for name in counters_of(day, after.score):
        change[name] += 1
    for name in counters_of(day, before.score) if before else ():
        change[name] -= 1
    return {name: amount for name, amount in change.items() if amount}


class Cut(StrEnum):
    """How numbers can be split."""

    MONTH = "month"
    LOCATION = "location"
    THERAPIST = "therapist"


CLINIC = "clinic"


def scope_of(cut: Cut, key: str) -> str:
    """Return the name of the tallies of one location or therapist."""
    return f"{cut}:{key}"


def scopes(location: str | None, therapist: str | None) -> tuple[str, ...]:
    """Return all tallies that a survey with this location and therapist stands in."""
    found = [CLINIC]
    if location:
        found.append(scope_of(Cut.LOCATION, location))
    if therapist:
        found.append(scope_of(Cut.THERAPIST, therapist))
    return tuple(found)


@dataclass(frozen=True)
class Tally:
    """One month of one scope. `asked` is None while the month is young and still counted from the surveys.

    `newest` are the answers that came to count last, the last first.
    """

    scope: str
    month: str
    counts: Counts = field(default_factory=dict)
    asked: int | None = None
    newest: tuple[Key, ...] = ()

    def of(self, group: Group, days: Iterable[int] = DAYS) -> int:
        """Return how many answers of the month, or of some of its days, belong to a group."""
        return sum(self.counts.get(f"{_LETTERS[group]}{day}", 0) for day in days)

    @property
    def days_with_answers(self) -> tuple[dt.date, ...]:
        """The days of the month that have any."""
        found = {day for day in DAYS for letter in _LETTERS.values() if self.counts.get(f"{letter}{day}", 0) > 0}
        return tuple(dt.date(int(self.month[:4]), int(self.month[5:]), day) for day in sorted(found))


@dataclass(frozen=True)
class Figures:
    """What a report shows of one scope and time."""

    asked: int = 0
    promoters: int = 0
    passives: int = 0
    detractors: int = 0

    @property
    def answered(self) -> int:
        """How many counted answers there are."""
        return self.promoters + self.passives + self.detractors

    @property
    def nps(self) -> float | None:
        """The score, or None without answers."""
        return score(self.promoters, self.answered, self.detractors)

    @property
    def range(self) -> Range | None:
        """Its 95% interval, or None without answers."""
        return interval(self.promoters, self.answered, self.detractors)

    def __add__(self, other: "Figures") -> "Figures":
        """Put two together."""
        return Figures(
            self.asked + other.asked,
            self.promoters + other.promoters,
            self.passives + other.passives,
            self.detractors + other.detractors,
        )

    def __sub__(self, other: "Figures") -> "Figures":
        """Take away a part."""
        return self + Figures(-other.asked, -other.promoters, -other.passives, -other.detractors)


def figures(tallies: Iterable[Tally], asked: int) -> Figures:
    """Sum up months of one scope."""
    found = tuple(tallies)
    return Figures(
        asked,
        sum(one.of(Group.PROMOTER) for one in found),
        sum(one.of(Group.PASSIVE) for one in found),
        sum(one.of(Group.DETRACTOR) for one in found),
    )


def figures_of_days(tallies: Iterable[Tally], days: Days) -> Figures:
    """Sum up the answers of some days of one scope. What was asked is not known by day."""
    total = Figures()
    for one in tallies:
        year, month = int(one.month[:4]), int(one.month[5:])
        chosen = [day for day in range(1, monthrange(year, month)[1] + 1) if dt.date(year, month, day) in days]
        total += Figures(0, *(one.of(group, chosen) for group in Group))
    return total


@dataclass(frozen=True)
class Line:
    """One row of a split report: a month, a location or a therapist. `key` None: of none that the clinic has today."""

    key: str | None
    name: str
    figures: Figures


@dataclass(frozen=True)
class Report:
    """The numbers of some months: all together, and split where that was asked for."""

    months: tuple[str, ...]
    total: Figures
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Difference:
    """A tally that disagrees with the answers it was made from."""

    scope: str
    month: str
    counter: str
    tallied: int
    counted: int


def placed(survey: Survey, zone: dt.tzinfo) -> tuple[str, int]:
    """Return the month and day whose tally keeps the survey's answer, on the clinic's calendar."""
    at = (survey.counted_at or survey.asked_at).astimezone(zone)
    return f"{at:%Y-%m}", at.day


def months_back(now: dt.datetime, zone: dt.tzinfo, count: int) -> tuple[str, ...]:
    """Return the last `count` months, oldest first, the current one included."""
    return months_of(now.astimezone(zone).date(), count)


def months_of(today: dt.date, count: int) -> tuple[str, ...]:
    """Return the last `count` months up to today's, oldest first."""
    last = today.year * 12 + today.month - 1
    return tuple(f"{month // 12:04}-{month % 12 + 1:02}" for month in range(last - count + 1, last + 1))
