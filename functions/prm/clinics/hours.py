"""Clinic time: when mail may go, and what "within four hours" means for people who go home at night.

All reckoning is done on the wall clock of the clinic's zone and turned to UTC at the end, so that a night in which the
clocks change is as long as it is. A local time that a change skips is read as the moment the clocks resume (PEP 495,
fold 0); one that comes twice is read as the first.
"""

import datetime as dt
from zoneinfo import ZoneInfo

from prm.clinics.model import Clinic, SendingWindow

_DAY = dt.timedelta(days=1)
_HORIZON_DAYS = 366


def at_local(day: dt.date, time: dt.time, zone: ZoneInfo) -> dt.datetime:
    """Return the moment (UTC) at which clocks in `zone` show `time` on `day`."""
    return dt.datetime.combine(day, time, zone).astimezone(dt.UTC)


def is_open(window: SendingWindow, zone: ZoneInfo, at: dt.datetime) -> bool:
    """Tell whether optional mail may go at this moment; the closing time itself is too late."""
    day = at.astimezone(zone).date()
    return at_local(day, window.opens, zone) <= at < at_local(day, window.closes, zone)


def next_open(window: SendingWindow, zone: ZoneInfo, at: dt.datetime) -> dt.datetime:
    """Return the next moment the window opens after `at`: today's opening if still to come, else tomorrow's."""
    day = at.astimezone(zone).date()
    today = at_local(day, window.opens, zone)
    return today if at < today else at_local(day + _DAY, window.opens, zone)


def add_opening_hours(clinic: Clinic, at: dt.datetime, within: dt.timedelta) -> dt.datetime:
    """Return the moment by which `within` of opening hours have passed since `at`.

    A clinic without opening hours, or closed for a year, counts every hour: a promise must end some day.
    """
    left = within
    day = at.astimezone(clinic.tz).date()
    for _ in range(_HORIZON_DAYS):
        opens, closes = _hours_on(clinic, day)
        start = max(opens, at)
        if start < closes:
            if left <= closes - start:
                return start + left
            left -= closes - start
        day += _DAY
    return at + within


def _hours_on(clinic: Clinic, day: dt.date) -> tuple[dt.datetime, dt.datetime]:
    hours = clinic.hours.get(day.weekday())
    if hours is None or day in clinic.holidays:
        closed = at_local(day, dt.time(), clinic.tz)
        return closed, closed
    return at_local(day, hours.opens, clinic.tz), at_local(day, hours.closes, clinic.tz)
