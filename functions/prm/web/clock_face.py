"""The clock on a case: how long until the promised call, in words and as a ring that fills."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from prm.core.formats import Formats

_SOON = 75
"""Per cent of the time used from which a case is urgent."""
_LONG = dt.timedelta(hours=10)
_HOUR = dt.timedelta(hours=1)


class Pace(StrEnum):
    """What a clock shows."""

    RUNNING = "running"
    SOON = "soon"
    LATE = "late"
    PAUSED = "paused"
    CLOSED = "closed"


@dataclass(frozen=True)
class ClockFace:
    """A clock to be drawn: `said` is the time left, `by` the moment itself, which stays true on a page left open.

    `used` is the share of the time that is over, in per cent.
    """

    pace: Pace
    said: str
    by: str
    used: int = 0


def running(opened_at: dt.datetime, call_by: dt.datetime, now: dt.datetime, formats: Formats) -> ClockFace:
    """Return the clock of an open case, counted on the wall as staff count it."""
    say = formats.texts
    if now > call_by:
        said = say("console_shell.late_by", length=_rough(now - call_by, formats))
        return ClockFace(Pace.LATE, said, say("console_shell.was_due", moment=_moment(call_by, now, formats)), 100)
    used = round(100 * (now - opened_at) / max(call_by - opened_at, dt.timedelta(minutes=1)))
    said = say("console_shell.time_left", length=_rough(call_by - now, formats))
    key = "call_by" if _is_today(call_by, now, formats) else "by"
    by = say(f"console_shell.{key}", moment=_moment(call_by, now, formats))
    return ClockFace(Pace.SOON if used > _SOON else Pace.RUNNING, said, by, max(0, min(100, used)))


def paused(why: str, formats: Formats) -> ClockFace:
    """Return the clock of a case that waits, with the reason and when it goes on."""
    return ClockFace(Pace.PAUSED, formats.texts("console_shell.paused"), why)


def closed(how: str, formats: Formats) -> ClockFace:
    """Return the clock of a case that is done, with how it ended and when."""
    return ClockFace(Pace.CLOSED, formats.texts("console_shell.closed"), how, 100)


def _rough(span: dt.timedelta, formats: Formats) -> str:
    """Return a length; minutes are left out where they no longer matter."""
    return formats.length(span - span % _HOUR if span >= _LONG else span)


def _moment(at: dt.datetime, now: dt.datetime, formats: Formats) -> str:
    return formats.time(at) if _is_today(at, now, formats) else formats.moment(at, now)


def _is_today(at: dt.datetime, now: dt.datetime, formats: Formats) -> bool:
    return formats.local(at).date() == formats.local(now).date()
