"""The demo clinic: people and courses from a seed, and a small year lived on tables in memory."""

import datetime as dt
import itertools
import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.demo import calls, course, load, people, words
from prm import wiring
from prm.clinics import hours
from prm.core.errors import Conflict
from prm.core.settings import Settings
from prm.mail.model import Kind
from prm.recovery.model import Case
from tests.conftest import PREFIX
from tests.fakes import NOON, FakeClock

TODAY = dt.date(2026, 11, 24)
SMALL = load.Size(patients=12, at_once=1)
"""One at a time: tables in memory stand no two threads."""
SETTINGS = Settings(tables=PREFIX, base_url="https://care.example", queue_now="now", queue_bulk="bulk", shards=2)


@pytest.fixture(scope="module")
def everyone() -> list[people.Person]:
    return people.people(load.FULL.patients, TODAY)


@pytest.fixture(scope="module")
def book(everyone: list[people.Person]) -> list[course.Appointment]:
    return course.appointments(everyone, TODAY)


def test_the_same_day_gives_the_same_clinic(everyone: list[people.Person], book: list[course.Appointment]) -> None:
    again = people.people(load.FULL.patients, TODAY)
    assert again == everyone
    assert course.appointments(again, TODAY) == book


def test_every_address_is_at_a_domain_that_reaches_nobody(everyone: list[people.Person]) -> None:
    addresses = [one for person in everyone for one in (person.email, person.proxy_email) if one]
    assert addresses
    assert all(one.isascii() and one.endswith("@example.com") for one in addresses)


def test_mail_of_children_goes_to_a_parent_alone(everyone: list[people.Person]) -> None:
    children = [one for one in everyone if one.birth_date > TODAY.replace(year=TODAY.year - 18)]
    assert children
    assert all(one.proxy_email and not one.email for one in children)


def test_one_course_in_five_ends_within_three_visits(book: list[course.Appointment]) -> None:
    ended = _ended(book)
    short = [visits for visits in ended if len(visits) <= course.DROP_OUT_VISITS]
    assert 0.15 <= len(short) / len(ended) <= 0.25


def test_most_courses_that_ended_were_discharged(book: list[course.Appointment]) -> None:
    ended = _ended(book)
    discharged = [visits for visits in ended if visits[-1].kind == "discharge"]
    assert 0.55 <= len(discharged) / len(ended) <= 0.75


def test_a_handful_of_patients_had_a_visit_early_today(book: list[course.Appointment]) -> None:
    fresh = [one for one in book if one.starts_at.date() == TODAY and one.happened]
    assert 8 <= len(fresh) <= 16


def test_therapists_differ_and_the_whole_is_around_seventy(everyone: list[people.Person]) -> None:
    scores = [score for person in everyone for score in _scores(person)]
    promoters, detractors = sum(one > 8 for one in scores), sum(one < 7 for one in scores)
    assert 62 <= 100 * (promoters - detractors) / len(scores) <= 80


def test_hardly_two_comments_of_a_year_are_alike(everyone: list[people.Person]) -> None:
    comments = [said.comment for person in everyone for said in _sayings(person) if said.comment]
    assert len(comments) > 150
    assert len(comments) - len(set(comments)) <= 0.03 * len(comments)


def test_comments_leave_nothing_to_fill_in(everyone: list[people.Person]) -> None:
    comments = {said.comment for person in everyone for said in _sayings(person, 20)}
    assert len(comments) > 2000
    assert not [one for one in comments if "{" in one or "  " in one or one != one.strip()]


def test_a_patient_speaks_of_one_part_of_the_body(everyone: list[people.Person]) -> None:
    parts = ("knee", "shoulder", "back", "neck", "hip", "ankle")
    english = [one for one in everyone if one.language == "English"]
    for person in english[:100]:
        said = " ".join(saying.comment.lower() for saying in _sayings(person, 10))
        assert len({part for part in parts if f"my {part}" in said}) <= 1


def test_who_writes_for_a_child_does_not_speak_of_their_own_body(everyone: list[people.Person]) -> None:
    written = [said.comment.lower() for one in everyone if one.proxy_email for said in _sayings(one, 20)]
    assert written
    assert not [one for one in written if re.search(r"\bmy (knee|shoulder|back|neck|hip|ankle)\b", one)]


def test_those_who_wait_for_a_call_complain_of_different_things(everyone: list[people.Person]) -> None:
    upset = [one for one in everyone if one.is_upset]
    said = [words.complaint(one, random.Random(one.number)) for one in upset]  # noqa: S311 - no secret
    assert len(upset) >= 4
    assert len({one.about for one in said}) >= 4
    assert len({one.comment for one in said}) == len(upset)
    assert all(one.comment and one.score <= 6 for one in said)


def test_those_who_wait_for_a_call_wait_in_different_ways(everyone: list[people.Person]) -> None:
    upset = [one for one in everyone if one.is_upset]
    assert {one.wait for one in upset} == set(people.Wait)
    assert all(one.email or one.proxy_email for one in upset)


@pytest.mark.parametrize("wait", people.Wait)
def test_who_waits_answered_before_the_demo_begins_and_only_one_too_long_ago(wait: people.Wait) -> None:
    yesterday, begins_at = NOON - dt.timedelta(hours=22), NOON
    answered_at = calls.answers_at(wait, yesterday, begins_at)
    in_time = begins_at - answered_at < load.clinic().case_times.call_within
    assert answered_at < begins_at
    assert in_time is (wait not in {people.Wait.LATE, people.Wait.PAUSED})


def test_whose_case_is_taken_was_in_care_for_a_while(
    everyone: list[people.Person], book: list[course.Appointment]
) -> None:
    taken = next(one for one in everyone if one.wait is people.Wait.TAKEN)
    visits = [one for one in book if one.person is taken and one.happened]
    assert len(visits) == 6
    assert len({one.starts_at.date() for one in visits}) == 6
    assert visits[-1].starts_at.date() == TODAY - dt.timedelta(days=1)


@pytest.mark.parametrize("seed", range(50))
def test_staff_call_when_the_clinic_is_open(seed: int) -> None:
    clinic = load.clinic()
    night = dt.datetime(2026, 11, 21, 4, tzinfo=dt.UTC)  # Friday, 11 pm at the clinic
    call_by = hours.add_opening_hours(clinic, night, clinic.case_times.call_within)
    opened = Case("C1", "demo", "p", "s1", 4, "harbor", "anna", "dana", night, call_by, None)
    local = calls.call_at(clinic, opened, random.Random(seed)).astimezone(clinic.tz)  # noqa: S311 - no secret
    open_on = clinic.hours[local.weekday()]
    assert open_on.opens <= local.time() <= open_on.closes


def test_a_call_is_about_what_was_complained_of() -> None:
    calls = {about: {words.call(about, random.Random(seed))[1] for seed in range(200)} for about in ("bill", "wait")}  # noqa: S311 - no secret
    assert any("statement" in note for note in calls["bill"])
    assert not any("statement" in note for note in calls["wait"])


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (dt.datetime(2026, 11, 24, 17, tzinfo=dt.UTC), dt.datetime(2026, 11, 24, 17, tzinfo=dt.UTC)),
        (dt.datetime(2026, 11, 24, 10, tzinfo=dt.UTC), dt.datetime(2026, 11, 24, 16, tzinfo=dt.UTC)),
        (dt.datetime(2026, 11, 25, 1, tzinfo=dt.UTC), dt.datetime(2026, 11, 25, 16, tzinfo=dt.UTC)),
        (dt.datetime(2026, 11, 28, 17, tzinfo=dt.UTC), dt.datetime(2026, 11, 30, 16, tzinfo=dt.UTC)),
    ],
    ids=["noon", "early morning", "night", "Saturday"],
)
def test_todays_mails_go_at_a_working_hour_of_the_clinic(now: dt.datetime, then: dt.datetime) -> None:
    assert load.good_moment(now) == then


@pytest.mark.usefixtures("tables")
def test_a_small_year_is_lived_through_the_services(tmp_path: Path) -> None:
    said: list[str] = []
    load.bring(SETTINGS, tmp_path, NOON, said.append, SMALL)
    house = wiring.House(SETTINGS, FakeClock())
    figures = house.insights.nps("demo").total
    assert figures.asked > 10
    assert 0 < figures.answered < figures.asked
    assert house.insights.recount("demo") == []
    (waiting,) = house.recovery.open_cases("demo")
    assert waiting.opened_at.astimezone(load.clinic().tz).date() == TODAY
    assert not waiting.is_late(NOON)
    assert all(case.taken_by for case in house.recovery.closed_cases("demo"))
    touches = [
        one
        for patient in house.patients.roster("demo")
        for one in house.mail.of_recipient("demo", f"patient:{patient}")
    ]
    assert Counter(one.state for one in touches).keys() <= {"delivered", "skipped", "bounced"}
    with pytest.raises(Conflict, match="already"):
        load.bring(SETTINGS, tmp_path, NOON, said.append, SMALL)


def _ended(book: list[course.Appointment]) -> list[list[course.Appointment]]:
    courses: dict[str, list[course.Appointment]] = {}
    for one in book:
        courses.setdefault(one.episode, []).append(one)
    over = [visits for visits in courses.values() if visits[-1].starts_at.date() < TODAY]
    return [[one for one in visits if one.happened] for visits in over]


def _scores(person: people.Person) -> list[int]:
    return [one.score for one in _sayings(person, 10)]


def _sayings(person: people.Person, years: int = 1) -> Iterator[words.Saying]:
    """What a person answers when asked at each moment of their care, in so many years."""
    for year, moment in itertools.product(range(years), words.Moment):
        draw = random.Random(f"{person.number} {moment} {year}")  # noqa: S311 - no secret
        if said := words.answer(person, Kind.SURVEY, moment, draw):
            yield said
