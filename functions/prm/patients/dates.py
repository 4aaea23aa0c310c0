"""Reads the dates and times that EMRs write, and refuses to guess between November 12 and December 11."""

import datetime as dt
import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from prm.core.errors import Invalid

_EARLIEST = dt.date(1880, 1, 1)
_ANY_DAY = dt.date(2099, 12, 31)
_CENTURY = 100
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
_DAY_FIRST = re.compile(_WEEKDAY + r"(?P<day>\d{1,2})[-\s]" + _MONTH + r"[-,\s]\s*(?P<year>\d{4}|\d{2})", re.ASCII)
_MONTH_FIRST = re.compile(_WEEKDAY + _MONTH + r"\s+(?P<day>\d{1,2}),?\s+(?P<year>\d{4})", re.ASCII)
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})", re.ASCII)
_COMPACT = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})", re.ASCII)
_NUMBERS = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})", re.ASCII)
_SHAPES = (_YEAR_FIRST, _MONTH_FIRST, _DAY_FIRST, _NUMBERS)
"""How a date looks, whether there is such a day or not; eight digits in a row may be anything."""
_TIME = re.compile(
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"\s*(?P<half>[ap]\.?\s?m\.?)?\s*(?P<zone>z|utc|gmt|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)
_NOTHING = re.compile(r"0{1,4}[-/.]0{1,2}[-/.]0{1,4}(?:[ t]00:00(?::00)?)?", re.ASCII)
_NOON = dt.time(12)


class Order(StrEnum):
    """Which number of 11/12/26 is the month, which the day."""

    MDY = "mdy"
    DMY = "dmy"
    YMD = "ymd"


class Ambiguous(Invalid):
    """A date that could be two, with nothing to tell which."""


@dataclass(frozen=True)
class Moment:
    """A date as written, with a time and a zone where they were given."""

    day: dt.date
    time: dt.time | None = None
    zone: dt.tzinfo | None = None

    def at(self, zone: ZoneInfo, time: dt.time | None = None) -> dt.datetime:
        """Return the moment in UTC; `zone`, the clinic's, holds where none is written, and noon where no time is.

        A time that a clock change leaves out is moved on by the change, one that it repeats means the first
        (RFC 5545, 3.3.5).
        """
        local = dt.datetime.combine(self.day, self.time or time or _NOON, self.zone or zone)
        return local.astimezone(dt.UTC)


@dataclass(frozen=True)
class Dates:
    """Reads one column. `order` is None while nobody knows it; no date after `latest` makes sense here."""

    order: Order | None
    latest: dt.date

    def day(self, text: str) -> dt.date | None:
        """Return the date, None for an empty cell or 0000-00-00. Raises Invalid, or Ambiguous."""
        moment = self.moment(text)
        return moment.day if moment else None

    def moment(self, text: str) -> Moment | None:
        """Return the date with the time written behind it, if any. Raises Invalid, or Ambiguous."""
        text = " ".join(text.casefold().split())
        if not text or _NOTHING.fullmatch(text):
            return None
        written, _, time = _split(text)
        moment = Moment(_day(written, self.order, self.latest))
        return moment if not time else Moment(moment.day, *_time(time))


def _split(text: str) -> tuple[str, str, str]:
    colon = text.find(":")
    gap = max(text.rfind(" ", 0, colon), text.rfind("t", 0, colon))
    if colon < 0 or gap < 0:
        return text, "", ""
    return text[:gap].rstrip(" ,"), text[gap : gap + 1], text[gap + 1 :]


def time_of(text: str) -> dt.time | None:
    """Return a time of day such as 9:30, 09:30:00 or 2:15 pm, None for an empty cell. Raises Invalid."""
    text = " ".join(text.casefold().split())
    return _time(text)[0] if text else None


def _time(text: str) -> tuple[dt.time, dt.tzinfo | None]:
    found = _TIME.fullmatch(text)
    if not found:
        raise Invalid(f"“{text[:40]}” is not a time we can read")
    hour, half = int(found["hour"]), found["half"]
    if half:
        if not 1 <= hour <= 12:  # noqa: PLR2004 - a clock face
            raise Invalid(f"“{text[:40]}” is not a time we can read")
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    try:
        return dt.time(hour, int(found["minute"]), int(found["second"] or 0)), _zone(found["zone"])
    except ValueError as err:
        raise Invalid(f"“{text[:40]}” is not a time we can read") from err


def _zone(text: str | None) -> dt.tzinfo | None:
    if text is None:
        return None
    if text in {"z", "utc", "gmt"}:
        return dt.UTC
    digits = text[1:].replace(":", "")
    offset = dt.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return dt.timezone(-offset if text.startswith("-") else offset)


@lru_cache(maxsize=8192)
def _day(text: str, order: Order | None, latest: dt.date) -> dt.date:
    day = _named(text, latest) or _numbers(text, order, latest)
    if day is None and any(shape.fullmatch(text) for shape in _SHAPES):
        raise Invalid(f"The date {text[:40]} does not exist")
    if day is None:
        raise Invalid(f"“{text[:40]}” is not a date we can read")
    if not _EARLIEST <= day <= latest:
        raise Invalid(f"The date {text} is out of range")
    return day


def _named(text: str, latest: dt.date) -> dt.date | None:
    """Read the shapes that leave no doubt: the year first in four digits, or the month's name."""
    for shape in (_YEAR_FIRST, _COMPACT, _MONTH_FIRST, _DAY_FIRST):
        if found := shape.fullmatch(text):
            month = _MONTHS.get(found["month"]) or int(found["month"])
            return _date(found["year"], month, int(found["day"]), latest)
    return None


def _numbers(text: str, order: Order | None, latest: dt.date) -> dt.date | None:
    readings = {} if not (found := _NUMBERS.fullmatch(text)) else _readings(found, latest)
    if order is not None:
        day = readings.get(order)
        if readings and day is None:
            raise Invalid(f"The date {text} does not fit {_said(order)}")
        return day
    sure = {day for key, day in readings.items() if key is not Order.YMD}
    if len(sure) > 1:
        first, second = (readings[key] for key in (Order.MDY, Order.DMY))
        raise Ambiguous(f"The date {text} could be {_spoken(first)} or {_spoken(second)}")
    return next(iter(sure), None)


def _readings(found: re.Match[str], latest: dt.date) -> dict[Order, dt.date]:
    a, b, c = found[1], found[3], found[4]
    readings = {Order.MDY: _date(c, int(a), int(b), latest), Order.DMY: _date(c, int(b), int(a), latest)}
    if len(c) < 4:  # noqa: PLR2004 - a year in four digits stands last, so it is not first
        readings[Order.YMD] = _date(a.zfill(2), int(b), int(c), latest)
    return {order: day for order, day in readings.items() if day}


def _date(year: str, month: int, day: int, latest: dt.date) -> dt.date | None:
    """Return the date, or None if there is none; two digits of a year mean the last time it can have been."""
    try:
        if len(year) > 2:  # noqa: PLR2004 - with its century
            return dt.date(int(year), month, day)
        century = latest.year // _CENTURY * _CENTURY
        read = dt.date(century + int(year), month, day)
        return read if read <= latest else dt.date(read.year - _CENTURY, month, day)
    except ValueError:
        return None


def _said(order: Order) -> str:
    return {Order.MDY: "month/day/year", Order.DMY: "day/month/year", Order.YMD: "year/month/day"}[order]


def _spoken(day: dt.date) -> str:
    return f"{day:%B} {day.day}"


@dataclass
class OrderFinder:
    """Learns from a column's own dates: a 25 can only be a day."""

    seen: set[Order] = field(default_factory=set)

    def look(self, text: str) -> None:
        """Take one cell into account."""
        found = _NUMBERS.match(text.strip())
        if found:
            self.seen |= _evidence(found)

    @property
    def order(self) -> Order | None:
        """What all of them agree on, or None."""
        return next(iter(self.seen)) if len(self.seen) == 1 else None


def _evidence(found: re.Match[str]) -> set[Order]:
    """Return the one order in which there is such a day at all: February 31 tells nothing of how others are written."""
    possible = _readings(found, _ANY_DAY).keys() - {Order.YMD}
    return set(possible) if len(possible) == 1 else set()
