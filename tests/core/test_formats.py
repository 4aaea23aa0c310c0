import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from prm.core import formats
from prm.core.formats import NBSP, Formats
from prm.core.text import Texts

DAYTON = ZoneInfo("America/New_York")
NOW = dt.datetime(2026, 11, 23, 17, 40, tzinfo=dt.UTC)
"""Monday, November 23, 2026, 12:40 pm in Dayton."""


def english() -> Formats:
    return Formats(Texts("en"), DAYTON)


def spanish() -> Formats:
    return Formats(Texts("es"), DAYTON)


def here(day: int, hour: int, minute: int = 0, month: int = 11, year: int = 2026) -> dt.datetime:
    """Return a moment on the clinic's clock."""
    return dt.datetime(year, month, day, hour, minute, tzinfo=DAYTON)


def plain(said: str) -> str:
    return said.replace(NBSP, " ")


@pytest.mark.parametrize(
    ("hour", "minute", "said"),
    [
        (0, 0, "12:00 am"),
        (0, 5, "12:05 am"),
        (9, 30, "9:30 am"),
        (12, 0, "12:00 pm"),
        (17, 10, "5:10 pm"),
        (23, 59, "11:59 pm"),
    ],
)
def test_times_are_written_by_the_twelve_hour_clock(hour: int, minute: int, said: str) -> None:
    assert plain(english().time(here(23, hour, minute))) == said


def test_times_are_those_of_the_clinic() -> None:
    assert plain(english().time(NOW)) == "12:40 pm"
    assert plain(Formats(Texts("en"), ZoneInfo("Pacific/Honolulu")).time(NOW)) == "7:40 am"


def test_times_do_not_break_over_lines() -> None:
    assert english().time(NOW) == f"12:40{NBSP}pm"
    assert spanish().time(NOW) == f"12:40{NBSP}p.{NBSP}m."


def test_dates() -> None:
    assert plain(english().date(dt.date(2026, 11, 23))) == "November 23, 2026"
    assert plain(spanish().date(dt.date(2026, 11, 23))) == "23 de noviembre de 2026"
    assert plain(english().weekday_date(dt.date(2026, 11, 21))) == "Saturday, November 21"
    assert plain(spanish().weekday_date(dt.date(2026, 11, 21))) == "sábado 21 de noviembre"
    assert plain(english().month_day(dt.date(2026, 11, 28))) == "November 28"


@pytest.mark.parametrize(
    ("at", "english_said", "spanish_said"),
    [
        (here(23, 14, 15), "today, 2:15 pm", "hoy, 2:15 p. m."),
        (here(24, 11), "tomorrow, 11:00 am", "mañana, 11:00 a. m."),
        (here(22, 11), "yesterday, 11:00 am", "ayer, 11:00 a. m."),
        (here(20, 17, 10), "Fri, Nov 20, 5:10 pm", "vie 20 nov, 5:10 p. m."),
        (here(20, 17, 10, year=2025), "Thu, Nov 20, 2025, 5:10 pm", "jue 20 nov 2025, 5:10 p. m."),
    ],
)
def test_moments_in_lists(at: dt.datetime, english_said: str, spanish_said: str) -> None:
    assert plain(english().moment(at, NOW)) == english_said
    assert plain(spanish().moment(at, NOW)) == spanish_said


def test_today_is_the_clinics_day_not_that_of_utc() -> None:
    evening = dt.datetime(2026, 11, 24, 2, tzinfo=dt.UTC)  # 9 pm on the 23rd in Dayton
    assert plain(english().moment(evening, NOW)) == "today, 9:00 pm"


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (here(23, 16, 40), "4:40 pm today"),
        (here(24, 9, 30), "9:30 am tomorrow"),
        (here(25, 9, 30), "9:30 am on Wednesday, November 25"),
    ],
)
def test_deadlines_for_staff_are_to_the_minute(at: dt.datetime, said: str) -> None:
    assert plain(english().by(at, NOW)) == said


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (here(23, 16, 40), "this evening, Monday, November 23"),
        (here(24, 9, 30), "noon tomorrow, Tuesday, November 24"),
        (here(24, 12), "noon tomorrow, Tuesday, November 24"),
        (here(24, 12, 1), "tomorrow evening, Tuesday, November 24"),
        (here(27, 8), "noon on Friday, November 27"),
        (here(27, 15), "the evening of Friday, November 27"),
    ],
)
def test_patients_are_promised_half_days_never_earlier_than_the_deadline(at: dt.datetime, said: str) -> None:
    assert plain(english().promise(at, NOW)) == said


@pytest.mark.parametrize(
    ("at", "english_said", "spanish_said"),
    [
        (here(23, 8), "today", "hoy"),
        (here(22, 23, 59), "yesterday", "ayer"),
        (here(21, 8), "on Saturday", "el sábado"),
        (here(17, 8), "on Tuesday", "el martes"),
        (here(16, 8), "on November 16", "el 16 de noviembre"),
    ],
)
def test_past_days_are_told_by_name_for_a_week(at: dt.datetime, english_said: str, spanish_said: str) -> None:
    assert plain(english().past_day(at, NOW)) == english_said
    assert plain(spanish().past_day(at, NOW)) == spanish_said


@pytest.mark.parametrize(("number", "said"), [(0, "0"), (2318, "2,318"), (-12, "−12")])  # noqa: RUF001  # a real minus
def test_numbers(number: int, said: str) -> None:
    assert english().number(number) == said


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (dt.timedelta(hours=2, minutes=10), "2 h 10 min"),
        (dt.timedelta(hours=3), "3 h"),
        (dt.timedelta(minutes=59, seconds=59), "59 min"),
        (dt.timedelta(), "0 min"),
    ],
)
def test_lengths_of_time(span: dt.timedelta, said: str) -> None:
    assert plain(english().length(span)) == said


@pytest.mark.parametrize(
    ("number", "said", "address"),
    [
        ("(937) 555-0142", "(937) 555-0142", "tel:+19375550142"),
        ("9375550142", "(937) 555-0142", "tel:+19375550142"),
        ("+1 937.555.0142", "(937) 555-0142", "tel:+19375550142"),
        ("1-937-555-0142", "(937) 555-0142", "tel:+19375550142"),
        ("+44 20 7946 0018", "+44 20 7946 0018", "tel:+442079460018"),
        ("+49 30 901820", "+49 30 901820", "tel:+4930901820"),
        ("937-555-0142 ext. 12", "937-555-0142 ext. 12", "tel:+19375550142"),
        ("911", "911", "tel:911"),
    ],
)
def test_telephone_numbers(number: str, said: str, address: str) -> None:
    assert plain(formats.phone(number)) == said
    assert formats.phone_link(number) == address
