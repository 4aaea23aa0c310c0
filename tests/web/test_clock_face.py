"""How long staff have to call, in words and as a ring."""

import datetime as dt
import zoneinfo

import pytest

from prm.core.formats import NBSP, Formats
from prm.core.text import Texts
from prm.web import clock_face
from prm.web.clock_face import ClockFace, Pace

FORMATS = Formats(Texts("en"), zoneinfo.ZoneInfo("America/New_York"))
NOW = dt.datetime(2026, 11, 23, 19, 30, tzinfo=dt.UTC)  # 2:30 pm on a Monday in Dayton


def face(past: dt.timedelta, left: dt.timedelta) -> ClockFace:
    return clock_face.running(NOW - past, NOW + left, NOW, FORMATS)


def hours(number: float) -> dt.timedelta:
    return dt.timedelta(hours=number)


def plain(face: ClockFace) -> tuple[str, str]:
    return face.said.replace(NBSP, " "), face.by.replace(NBSP, " ")


def test_a_clock_says_the_time_left_and_the_moment_itself() -> None:
    assert plain(face(hours(2), dt.timedelta(hours=2, minutes=10))) == ("2 h 10 min left", "call by 4:40 pm")


def test_a_day_away_minutes_do_not_matter_and_the_day_is_named() -> None:
    assert plain(face(hours(3.5), hours(20.5))) == ("20 h left", "by tomorrow, 11:00 am")


def test_a_late_clock_says_by_how_much_and_since_when() -> None:
    late = face(hours(6), -dt.timedelta(hours=2, minutes=20))
    assert plain(late) == ("Late by 2 h 20 min", "was due 12:10 pm")
    assert late.pace is Pace.LATE
    assert late.used == 100


@pytest.mark.parametrize(
    ("past", "left", "pace", "used"),
    [
        (0, 4, Pace.RUNNING, 0),
        (1, 3, Pace.RUNNING, 25),
        (3, 1, Pace.RUNNING, 75),
        (3.2, 0.8, Pace.SOON, 80),
        (4, 0, Pace.SOON, 100),
    ],
)
def test_the_ring_fills_and_the_last_quarter_is_soon(past: float, left: float, pace: Pace, used: int) -> None:
    clock = face(hours(past), hours(left))
    assert (clock.pace, clock.used) == (pace, used)


def test_the_minute_it_was_due_is_not_late_and_the_next_second_is() -> None:
    assert face(hours(4), hours(0)).pace is Pace.SOON
    assert face(hours(4), -dt.timedelta(seconds=1)).pace is Pace.LATE


def test_a_case_that_was_due_as_it_opened_still_has_a_clock() -> None:
    assert clock_face.running(NOW, NOW, NOW, FORMATS).used == 0


def test_a_case_that_opened_after_now_has_an_empty_ring() -> None:
    """Business time moves by hand on a machine of one's own."""
    assert clock_face.running(NOW + hours(1), NOW + hours(4), NOW, FORMATS).used == 0


def test_paused_and_closed_clocks_say_why() -> None:
    assert clock_face.paused("again tomorrow, 10:00 am", FORMATS) == ClockFace(
        Pace.PAUSED, "Paused", "again tomorrow, 10:00 am"
    )
    assert clock_face.closed("resolved, Nov 23", FORMATS) == ClockFace(Pace.CLOSED, "Closed", "resolved, Nov 23", 100)
