"""Clinic time, where clocks change and where they do not."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prm.clinics import hours
from prm.clinics.model import Hours, SendingWindow
from tests.examples import riverbend

WINDOW = SendingWindow(dt.time(9), dt.time(19))
ZONES = ("America/New_York", "America/Phoenix", "Pacific/Honolulu", "Europe/London", "Australia/Lord_Howe")
CHANGES = {
    "America/New_York": (dt.date(2026, 3, 8), dt.date(2026, 11, 1)),
    "America/Phoenix": (dt.date(2026, 3, 8), dt.date(2026, 11, 1)),
    "Pacific/Honolulu": (dt.date(2026, 3, 8), dt.date(2026, 11, 1)),
    "Europe/London": (dt.date(2026, 3, 29), dt.date(2026, 10, 25)),
    "Australia/Lord_Howe": (dt.date(2026, 4, 5), dt.date(2026, 10, 4)),
}


@pytest.mark.parametrize("name", ZONES)
def test_the_window_opens_at_nine_on_the_wall_on_days_the_clocks_change(name: str) -> None:
    zone = ZoneInfo(name)
    for day in CHANGES[name]:
        midnight = hours.at_local(day, dt.time(0, 1), zone)
        opening = hours.next_open(WINDOW, zone, midnight)
        assert opening.astimezone(zone).time() == dt.time(9)
        assert opening.astimezone(zone).date() == day


def test_a_night_in_which_clocks_go_back_is_an_hour_longer() -> None:
    zone = ZoneInfo("America/New_York")
    before = hours.at_local(dt.date(2026, 10, 31), dt.time(19), zone)
    assert hours.next_open(WINDOW, zone, before) - before == dt.timedelta(hours=15)


def test_lord_howe_shifts_by_half_an_hour() -> None:
    zone = ZoneInfo("Australia/Lord_Howe")
    before = hours.at_local(dt.date(2026, 10, 3), dt.time(19), zone)
    assert hours.next_open(WINDOW, zone, before) - before == dt.timedelta(hours=13, minutes=30)


def test_the_closing_time_itself_is_too_late() -> None:
    zone = ZoneInfo("America/New_York")
    closing = hours.at_local(dt.date(2026, 11, 24), dt.time(19), zone)
    assert hours.is_open(WINDOW, zone, closing - dt.timedelta(seconds=1))
    assert not hours.is_open(WINDOW, zone, closing)


@given(
    at=st.datetimes(dt.datetime(2024, 1, 1), dt.datetime(2028, 1, 1), timezones=st.just(dt.UTC)),
    name=st.sampled_from(ZONES),
)
def test_the_next_opening_is_later_open_and_within_a_day_and_an_hour(at: dt.datetime, name: str) -> None:
    zone = ZoneInfo(name)
    opening = hours.next_open(WINDOW, zone, at)
    assert at < opening <= at + dt.timedelta(hours=25)
    assert hours.is_open(WINDOW, zone, opening)


def test_a_promise_made_late_on_friday_falls_due_on_monday() -> None:
    clinic = riverbend()
    friday = hours.at_local(dt.date(2026, 11, 20), dt.time(17), clinic.tz)
    due = hours.add_opening_hours(clinic, friday, dt.timedelta(hours=4))
    assert due.astimezone(clinic.tz).replace(tzinfo=None) == dt.datetime(2026, 11, 23, 11)


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize("change", [0, 1])
def test_a_promise_over_a_night_of_changed_clocks_is_kept_by_the_wall(name: str, change: int) -> None:
    clinic = riverbend(zone=name, hours=dict.fromkeys(range(7), Hours(dt.time(8), dt.time(18))))
    day = CHANGES[name][change]
    evening = hours.at_local(day - dt.timedelta(days=1), dt.time(17), clinic.tz)
    due = hours.add_opening_hours(clinic, evening, dt.timedelta(hours=4))
    assert due.astimezone(clinic.tz).replace(tzinfo=None) == dt.datetime.combine(day, dt.time(11))


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize("change", [0, 1])
def test_four_hours_in_which_clocks_change_last_four_hours(name: str, change: int) -> None:
    clinic = riverbend(zone=name, hours=dict.fromkeys(range(7), Hours(dt.time(0), dt.time(23))))
    midnight = hours.at_local(CHANGES[name][change], dt.time(), clinic.tz)
    assert hours.add_opening_hours(clinic, midnight, dt.timedelta(hours=4)) == midnight + dt.timedelta(hours=4)


def test_the_two_changes_of_each_zone_go_both_ways() -> None:
    for name, shift in (("America/New_York", 1), ("Europe/London", 1), ("Australia/Lord_Howe", 0.5)):
        lengths = [
            hours.at_local(day + dt.timedelta(days=1), dt.time(), ZoneInfo(name))
            - hours.at_local(day, dt.time(), ZoneInfo(name))
            for day in CHANGES[name]
        ]
        assert {length / dt.timedelta(hours=1) for length in lengths} == {24 - shift, 24 + shift}


def test_a_holiday_is_skipped() -> None:
    clinic = riverbend(holidays=frozenset({dt.date(2026, 11, 26)}))
    wednesday = hours.at_local(dt.date(2026, 11, 25), dt.time(17), clinic.tz)
    due = hours.add_opening_hours(clinic, wednesday, dt.timedelta(hours=2))
    assert due.astimezone(clinic.tz).replace(tzinfo=None) == dt.datetime(2026, 11, 27, 9)


def test_a_clinic_that_never_opens_still_keeps_its_promise_some_day() -> None:
    clinic = riverbend(hours={})
    at = dt.datetime(2026, 11, 24, 17, tzinfo=dt.UTC)
    assert hours.add_opening_hours(clinic, at, dt.timedelta(hours=4)) == at + dt.timedelta(hours=4)


def test_an_answer_before_opening_counts_from_the_opening() -> None:
    clinic = riverbend(hours={1: Hours(dt.time(8), dt.time(18))})
    early = hours.at_local(dt.date(2026, 11, 24), dt.time(5), clinic.tz)
    due = hours.add_opening_hours(clinic, early, dt.timedelta(hours=1))
    assert due.astimezone(clinic.tz).time() == dt.time(9)
