import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prm.core.errors import Invalid
from prm.patients.dates import Ambiguous, Dates, Moment, Order, OrderFinder, time_of

LATEST = dt.date(2031, 11, 23)
NOV_12 = dt.date(2026, 11, 12)


def day(text: str, order: Order | None = None, latest: dt.date = LATEST) -> dt.date | None:
    return Dates(order, latest).day(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-12",
        "2026/11/12",
        "20261112",
        "12-Nov-2026",
        "12 November 2026",
        "Nov 12, 2026",
        "November 12 2026",
        "Thursday, November 12, 2026",
        "thu 12 nov 26",
        "2026-11-12 09:30:00",
        "2026-11-12T23:30:00Z",
    ],
)
def test_dates_that_leave_no_doubt(text: str) -> None:
    assert day(text) == NOV_12


@pytest.mark.parametrize(
    ("text", "order"),
    [("11/12/2026", Order.MDY), ("12/11/2026", Order.DMY), ("12.11.26", Order.DMY), ("26-11-12", Order.YMD)],
)
def test_the_order_tells_month_from_day(text: str, order: Order) -> None:
    assert day(text, order) == NOV_12


@pytest.mark.parametrize(("text", "found"), [("11/25/2026", (11, 25)), ("25.11.2026", (11, 25)), ("5/5/26", (5, 5))])
def test_a_date_with_one_reading_needs_no_order(text: str, found: tuple[int, int]) -> None:
    assert day(text) == dt.date(2026, *found)


def test_a_date_with_two_readings_is_not_guessed() -> None:
    with pytest.raises(Ambiguous, match=r"^The date 11/12/26 could be November 12 or December 11$"):
        day("11/12/26")


@pytest.mark.parametrize("text", ["10:00", "9:30 am"])
def test_a_time_alone_is_no_date_and_is_quoted_whole(text: str) -> None:
    with pytest.raises(Invalid, match=f"“{text}” is not a date"):
        day(text)


def test_a_date_that_contradicts_the_order_is_refused() -> None:
    with pytest.raises(Invalid, match="does not fit month/day/year"):
        day("25/11/2026", Order.MDY)


@pytest.mark.parametrize("text", ["", "  ", "0000-00-00", "0000-00-00 00:00:00", "00/00/0000"])
def test_nothing_is_nothing(text: str) -> None:
    assert day(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "46338",
        "2026-13-01",
        "2026-02-30",
        "31/31/2026",
        "11/12",
        "2026-11-12x",
        "1/2/3",
        "\u0662\u0660\u0662\u0666-11-12",
    ],
)
def test_other_text_is_no_date(text: str) -> None:
    with pytest.raises(Invalid):
        day(text)


@pytest.mark.parametrize("order", [None, *Order])
@pytest.mark.parametrize(
    "text",
    ["31.02.2026", "13/13/2026", "2/30/26", "0/5/2026", "2026-02-31", "Feb 30, 2026", "31-Apr-2026", "13/13/2026 9:30"],
)
def test_a_day_that_does_not_exist_is_refused_in_any_order(text: str, order: Order | None) -> None:
    with pytest.raises(Invalid, match="does not exist") as refused:
        Dates(order, LATEST).moment(text)
    assert not isinstance(refused.value, Ambiguous)


@pytest.mark.parametrize("text", ["1066-10-14", "2031-11-24", "9999-12-31"])
def test_a_date_that_cannot_be_meant_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="out of range"):
        day(text)


def test_two_digits_of_a_year_mean_the_last_time_it_can_have_been() -> None:
    born_by = dt.date(2026, 11, 24)
    assert day("11/25/26", Order.MDY, born_by) == dt.date(1926, 11, 25)
    assert day("11/23/26", Order.MDY, born_by) == dt.date(2026, 11, 23)
    assert day("3/12/84", Order.MDY, born_by) == dt.date(1984, 3, 12)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("9:30", dt.time(9, 30)),
        ("09:30:15.250", dt.time(9, 30, 15)),
        ("2:15 pm", dt.time(14, 15)),
        ("2:15PM", dt.time(14, 15)),
        ("12:05 a.m.", dt.time(0, 5)),
        ("12:00 p.m.", dt.time(12)),
    ],
)
def test_times(text: str, found: dt.time) -> None:
    assert time_of(text) == found


@pytest.mark.parametrize("text", ["25:00", "9:75", "13:00 pm", "0:30 am", "noon", "9.30"])
def test_other_text_is_no_time(text: str) -> None:
    with pytest.raises(Invalid):
        time_of(text)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-11-12 09:30", "2026-11-12T14:30"),
        ("11/12/2026 9:30 AM", "2026-11-12T14:30"),
        ("2026-11-12T14:30:00Z", "2026-11-12T14:30"),
        ("2026-11-12T09:30:00-0500", "2026-11-12T14:30"),
        ("2026-11-12T16:30+02:00", "2026-11-12T14:30"),
        ("2026-11-12", "2026-11-12T17:00"),
    ],
)
def test_moments_are_the_clinics_unless_they_say_otherwise(text: str, utc: str) -> None:
    moment = Dates(Order.MDY, LATEST).moment(text)
    assert moment
    assert moment.at(ZoneInfo("America/New_York")) == dt.datetime.fromisoformat(f"{utc}+00:00")


@pytest.mark.parametrize(
    ("zone", "local", "utc"),
    [
        ("America/New_York", "2026-03-08 02:30", "2026-03-08T07:30"),  # left out: moved on to 3:30
        ("America/New_York", "2026-11-01 01:30", "2026-11-01T05:30"),  # twice: the first
        ("America/Phoenix", "2026-03-08 02:30", "2026-03-08T09:30"),
        ("Pacific/Honolulu", "2026-03-08 02:30", "2026-03-08T12:30"),
        ("Europe/London", "2026-03-29 01:30", "2026-03-29T01:30"),
        ("Europe/London", "2026-10-25 01:30", "2026-10-25T00:30"),
        ("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03T15:45"),
        ("Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04T14:45"),
    ],
)
def test_clock_changes(zone: str, local: str, utc: str) -> None:
    moment = Dates(None, LATEST).moment(local)
    assert moment
    assert moment.at(ZoneInfo(zone)) == dt.datetime.fromisoformat(f"{utc}+00:00")


@pytest.mark.parametrize(
    ("column", "order"),
    [
        (["1/2/26", "3/25/26"], Order.MDY),
        (["1/2/26", "25/3/26 10:00"], Order.DMY),
        (["1/2/26", "3/4/26"], None),
        (["25/3/26", "3/25/26"], None),
        (["2026-11-25", "Nov 25, 2026", ""], None),
        (["1/2/26", "31/2/26", "13.13.2026"], None),
        (["1/2/26", "3/25/26", "31/2/26"], Order.MDY),
        (["29/2/2024"], Order.DMY),
        (["29/2/2026"], None),
    ],
)
def test_a_column_tells_its_own_order(column: list[str], order: Order | None) -> None:
    finder = OrderFinder()
    for cell in column:
        finder.look(cell)
    assert finder.order is order


@given(st.text(max_size=40), st.sampled_from([None, *Order]))
def test_any_text_is_a_date_nothing_or_refused(text: str, order: Order | None) -> None:
    try:
        found = Dates(order, LATEST).moment(text)
    except Invalid:
        return
    assert found is None or isinstance(found, Moment)


@given(st.dates(dt.date(1930, 1, 1), LATEST), st.sampled_from(["%Y-%m-%d", "%Y%m%d", "%d-%b-%Y", "%B %d, %Y"]))
def test_every_day_is_read_as_it_was_written(written: dt.date, shape: str) -> None:
    assert day(written.strftime(shape)) == written
