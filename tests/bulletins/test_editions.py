"""The clinic's mornings: each once, on its own clock."""

import datetime as dt

import pytest

from prm.bulletins import editions
from prm.clinics.model import Alert, Clinic, Role, StaffMember
from prm.insights.spans import Days
from prm.mail.model import Kind
from tests import examples

MONDAY = dt.date(2026, 11, 23)


def clinic(**changes: object) -> Clinic:
    both = frozenset({Alert.DIGEST, Alert.WEEKLY})
    staff = (
        StaffMember("nora", "Nora", "nora@clinic.example", Role.OWNER, alerts=both),
        StaffMember("luis", "Luis", "luis@clinic.example", Role.MANAGER, alerts=frozenset({Alert.LOW_ANSWER})),
    )
    return examples.riverbend(**({"staff": staff} | changes))


def at(day: dt.date, hour: int, place: Clinic) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), place.tz).astimezone(dt.UTC)


def kinds(place: Clinic, day: dt.date) -> list[tuple[Kind, str]]:
    return [(one.kind, one.occurrence) for one in editions.touches_of(place, at(day, 7, place))]


def test_monday_brings_the_day_and_the_week() -> None:
    assert kinds(clinic(), MONDAY) == [(Kind.DIGEST, "digest.2026-11-23"), (Kind.WEEKLY, "weekly.2026-W48")]


def test_another_open_day_brings_the_day_alone() -> None:
    assert kinds(clinic(), MONDAY + dt.timedelta(days=1)) == [(Kind.DIGEST, "digest.2026-11-24")]


def test_a_closed_day_brings_nothing() -> None:
    assert kinds(clinic(), MONDAY - dt.timedelta(days=1)) == []


def test_a_holiday_on_monday_brings_the_week_alone() -> None:
    assert kinds(clinic(holidays=frozenset({MONDAY})), MONDAY) == [(Kind.WEEKLY, "weekly.2026-W48")]


def test_only_those_who_chose_it_get_it() -> None:
    found = editions.touches_of(clinic(), at(MONDAY, 7, clinic()))
    assert {one.recipient for one in found} == {"staff:nora"}


def test_the_same_morning_makes_the_same_touch_at_any_hour() -> None:
    place = clinic()
    early, late = (editions.touches_of(place, at(MONDAY, hour, place)) for hour in (7, 22))
    assert [one.id for one in early] == [one.id for one in late]


def test_two_years_do_not_share_a_week() -> None:
    assert kinds(clinic(), dt.date(2027, 1, 4))[1] == (Kind.WEEKLY, "weekly.2027-W01")


@pytest.mark.parametrize(
    ("zone", "now", "expected"),
    [
        ("America/New_York", "2026-11-23T11:59:00+00:00", "2026-11-23T12:00:00+00:00"),
        ("America/New_York", "2026-11-23T12:00:00+00:00", "2026-11-24T12:00:00+00:00"),
        ("America/New_York", "2026-10-31T12:00:00+00:00", "2026-11-01T12:00:00+00:00"),
        ("America/New_York", "2026-03-07T13:00:00+00:00", "2026-03-08T11:00:00+00:00"),
        ("Asia/Kolkata", "2026-11-23T02:00:00+00:00", "2026-11-24T01:30:00+00:00"),
        ("Pacific/Kiritimati", "2026-11-23T00:00:00+00:00", "2026-11-23T17:00:00+00:00"),
    ],
)
def test_the_next_morning_is_seven_on_the_clinics_clock(zone: str, now: str, expected: str) -> None:
    found = editions.next_morning(clinic(zone=zone), dt.datetime.fromisoformat(now))
    assert found == dt.datetime.fromisoformat(expected)


def test_after_a_weekend_cases_are_new_since_friday() -> None:
    place = clinic()
    assert editions.last_open_morning(place, MONDAY) == at(dt.date(2026, 11, 20), 7, place)


def test_a_clinic_that_is_never_open_counts_from_a_week_ago() -> None:
    place = clinic(hours={})
    assert editions.last_open_morning(place, MONDAY) == at(MONDAY - dt.timedelta(days=7), 7, place)


@pytest.mark.parametrize("ahead", range(7))
def test_the_week_before_is_monday_to_sunday(ahead: int) -> None:
    found = editions.week_before(MONDAY + dt.timedelta(days=ahead))
    assert found == Days(dt.date(2026, 11, 16), dt.date(2026, 11, 22))
