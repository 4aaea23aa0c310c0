"""When mail goes: in the clinic's hours, what waited for them spread over the first two."""

import datetime as dt

import pytest

from prm.clinics.hours import is_open
from prm.clinics.model import Clinic, SendingWindow
from prm.rules.model import Send, Wait
from prm.rules.window import slot
from tests import examples
from tests.fakes import NOON
from tests.rules.world import EVALUATION, HOUR, evaluation, facts, judge, local

ZONES = ["America/New_York", "America/Phoenix", "Pacific/Honolulu", "Europe/London", "Australia/Lord_Howe"]


def at(clinic: Clinic, text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=clinic.tz).astimezone(dt.UTC)


def test_a_survey_waits_its_hours_and_then_goes_at_once() -> None:
    known = facts([evaluation(NOON)])
    assert judge(EVALUATION, known, NOON + HOUR) == Wait(NOON + 3 * HOUR, "not due yet")
    assert judge(EVALUATION, known, NOON + 3 * HOUR) == Send(EVALUATION.send[0])


def test_what_falls_due_after_closing_goes_the_next_morning_by_eleven() -> None:
    clinic = examples.riverbend()
    ended = at(clinic, "2026-11-24T17:00")
    decision = judge(EVALUATION, facts([evaluation(ended)]), ended)
    assert isinstance(decision, Wait)
    assert at(clinic, "2026-11-25T09:00") <= decision.until < at(clinic, "2026-11-25T11:00")


def test_the_closing_time_itself_is_too_late() -> None:
    clinic = examples.riverbend()
    ended = at(clinic, "2026-11-24T16:00")
    assert isinstance(judge(EVALUATION, facts([evaluation(ended)]), ended + 3 * HOUR), Wait)


def test_looking_again_in_the_morning_keeps_each_mails_own_moment() -> None:
    clinic = examples.riverbend()
    known = facts([evaluation(at(clinic, "2026-11-24T17:00"))])
    first = judge(EVALUATION, known, at(clinic, "2026-11-24T20:00"))
    assert isinstance(first, Wait)
    assert judge(EVALUATION, known, at(clinic, "2026-11-25T09:00")) == Wait(first.until, "outside the hours for mail")
    assert judge(EVALUATION, known, first.until) == Send(EVALUATION.send[0])


def test_two_patients_get_two_moments() -> None:
    clinic = examples.riverbend()
    ended = at(clinic, "2026-11-24T17:00")
    moments = {
        judge(EVALUATION, facts([evaluation(ended)], patient=examples.maria(id=f"p{n}")), ended) for n in range(20)
    }
    assert len(moments) == 20


def test_a_record_that_comes_in_at_night_still_goes_in_the_morning() -> None:
    clinic = examples.riverbend()
    decision = judge(EVALUATION, facts([evaluation(at(clinic, "2026-11-24T12:00"))]), at(clinic, "2026-11-25T03:00"))
    assert isinstance(decision, Wait)
    assert local(clinic, decision.until).hour in {9, 10}


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("month", [3, 4, 10, 11])
def test_mornings_begin_at_nine_through_every_change_of_the_clocks(zone: str, month: int) -> None:
    clinic = examples.riverbend(zone=zone)
    for day in range(1, 30):
        for hour in (0, 2, 20, 23):
            due = dt.datetime(2026, month, day, hour, tzinfo=clinic.tz).astimezone(dt.UTC)
            for share in (0.0, 0.5, 0.999999):
                found = local(clinic, slot(clinic, due, due, share))
                assert dt.time(9) <= found.time() < dt.time(11)
                assert found.date() - local(clinic, due).date() == dt.timedelta(days=hour >= 19)


@pytest.mark.parametrize(
    ("zone", "day", "hours_of_that_night"),
    [
        ("America/New_York", "2026-03-08", 13),
        ("America/New_York", "2026-11-01", 15),
        ("America/Phoenix", "2026-03-08", 14),
        ("Pacific/Honolulu", "2026-11-01", 14),
        ("Europe/London", "2026-03-29", 13),
        ("Europe/London", "2026-10-25", 15),
        ("Australia/Lord_Howe", "2026-04-05", 14.5),
        ("Australia/Lord_Howe", "2026-10-04", 13.5),
    ],
)
def test_a_night_in_which_the_clocks_change_is_as_long_as_it_is(
    zone: str, day: str, hours_of_that_night: float
) -> None:
    clinic = examples.riverbend(zone=zone)
    closing = at(clinic, f"{dt.date.fromisoformat(day) - dt.timedelta(days=1)}T19:00")
    assert slot(clinic, closing, closing, 0.0) - closing == dt.timedelta(hours=hours_of_that_night)


@pytest.mark.parametrize("zone", ZONES)
def test_a_window_that_holds_the_change_itself_still_holds_every_slot(zone: str) -> None:
    clinic = examples.riverbend(zone=zone, window=SendingWindow(dt.time(1), dt.time(4)))
    for month in (3, 4, 10, 11):
        for day in range(1, 30):
            due = dt.datetime(2026, month, day, 0, 30, tzinfo=clinic.tz).astimezone(dt.UTC)
            for share in (0.0, 0.5, 0.999999):
                assert is_open(clinic.window, clinic.tz, slot(clinic, due, due, share))


def test_a_short_window_is_spread_over_its_own_length() -> None:
    clinic = examples.riverbend(window=SendingWindow(dt.time(9), dt.time(10)))
    due = at(clinic, "2026-11-24T08:00")
    assert local(clinic, slot(clinic, due, due, 0.999999)).hour == 9
