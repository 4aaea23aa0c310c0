"""Changes marked on the trend: who marks them, where they show, what is refused."""

import datetime as dt
import json
import re
from dataclasses import replace

import pytest

from clinic_console.marks import MOST
from prm.clinics.model import Clinic, Mark, Role, StaffMember
from prm.core import record
from tests import examples
from tests.clinic_console.numbers import answered
from tests.console import Browser, Console, requests_to_dynamodb

CHANGES = "/clinic/changes"


def mark(browser: Browser, words: str = "New front desk software", day: str = "2026-11-02") -> str:
    browser.get(CHANGES)
    return browser.follow(browser.post(CHANGES, {"day": day, "words": words})).text


def marks(console: Console) -> list[tuple[str, str]]:
    return [(f"{one.day}", one.words) for one in console.house.clinics.fresh("riverbend").marks]


@pytest.mark.parametrize("member", ["nora", "luis"])
def test_a_change_shows_on_the_trend_of_home_and_reports_with_a_row_in_the_table(
    clinic_console: Console, member: str
) -> None:
    answered(clinic_console, 12)
    browser = clinic_console.signed_in(member)

    said = mark(browser)

    assert "“New front desk software” is marked." in said
    for path in ("/clinic/home", "/clinic/reports/score", "/clinic/home?location=downtown"):
        page = browser.get(path).body
        assert re.search(r"<text[^>]*>New front desk software</text>", page), path
        assert "Changed in Nov: New front desk software." in page
        assert "What changed" in page
        assert re.search(
            r'Nov 2026</th>(<td [^>]*>[^<]*</td>){3}<td [^>]*dir="auto">New front desk software</td>', page
        )


def test_without_a_change_the_table_has_no_column_for_it(clinic_console: Console) -> None:
    answered(clinic_console, 12)
    assert "What changed" not in clinic_console.signed_in("nora").get("/clinic/reports/score").text


def test_the_list_says_when_and_by_whom_and_takes_one_off(clinic_console: Console) -> None:
    owner = clinic_console.signed_in("nora")
    mark(owner, "Evening hours", "2026-06-04")
    page = mark(owner)
    remove = re.findall(r'action="(/clinic/changes/\w+/remove)"', owner.get(CHANGES).body)

    after = owner.follow(owner.post(remove[0])).text

    assert "New front desk software November 2, 2026 Nora Ellison" in page
    assert "“New front desk software” is taken off the trend." in after
    assert marks(clinic_console) == [("2026-06-04", "Evening hours")]
    assert owner.post(remove[0]).status == 404


def test_marks_keep_the_order_of_their_days_and_one_month_holds_several(clinic_console: Console) -> None:
    answered(clinic_console, 12)
    owner = clinic_console.signed_in("nora")
    mark(owner, "Second", "2026-11-20")
    mark(owner, "First", "2026-11-02")
    mark(owner, "First", "2026-11-02")

    assert marks(clinic_console) == [("2026-11-02", "First"), ("2026-11-20", "Second")]
    assert "First; Second" in owner.get("/clinic/home").text


@pytest.mark.parametrize(
    ("day", "words", "said"),
    [
        ("", "New phones", "Enter a day"),
        ("soon", "New phones", "Enter a day"),
        ("2026-11-25", "New phones", "Choose today or a day before."),
        ("2026-11-02", " ", "Write what changed"),
        ("2026-11-02", "x" * 61, "Write what changed"),
    ],
)
def test_what_is_no_change_is_refused_and_kept_in_the_form(
    clinic_console: Console, day: str, words: str, said: str
) -> None:
    owner = clinic_console.signed_in("nora")
    owner.get(CHANGES)

    answer = owner.post(CHANGES, {"day": day, "words": words})

    assert answer.status == 422
    assert said in answer.text
    assert f'value="{words}"' in answer.body
    assert marks(clinic_console) == []


def test_there_is_an_end_to_marks(clinic_console: Console) -> None:
    clinic = clinic_console.house.clinics.fresh("riverbend")
    many = tuple(Mark(f"m{one}", dt.date(2026, 1, 1), f"Change {one}", "nora") for one in range(MOST))
    clinic_console.house.clinics.save(replace(clinic, marks=many), clinic.version)
    owner = clinic_console.signed_in("nora")
    owner.get(CHANGES)

    answer = owner.post(CHANGES, {"day": "2026-11-02", "words": "One more"})

    assert answer.status == 422
    assert "40 changes are marked" in answer.text
    assert len(marks(clinic_console)) == MOST


@pytest.mark.parametrize("member", ["ana", "omar"])
def test_who_leads_nothing_marks_nothing_and_is_not_offered_it(clinic_console: Console, member: str) -> None:
    clinic = clinic_console.house.clinics.fresh("riverbend")
    omar = StaffMember("omar", "Omar Haddad", "omar@clinic.example", Role.THERAPIST)
    clinic_console.house.clinics.save(replace(clinic, staff=(*clinic.staff, omar)), clinic.version)
    browser = clinic_console.signed_in(member)

    assert browser.get(CHANGES).status == 403
    assert CHANGES not in browser.get("/clinic/home").body


def test_two_who_mark_at_once_both_have_theirs(clinic_console: Console) -> None:
    first, second = clinic_console.signed_in("nora"), clinic_console.signed_in("luis")
    first.get(CHANGES)
    second.get(CHANGES)
    first.post(CHANGES, {"day": "2026-11-02", "words": "New phones"})
    second.post(CHANGES, {"day": "2026-11-03", "words": "New doors"})

    assert marks(clinic_console) == [("2026-11-02", "New phones"), ("2026-11-03", "New doors")]


def test_marks_cost_home_no_request(clinic_console: Console) -> None:
    answered(clinic_console, 12, 3)
    owner = clinic_console.signed_in("nora")
    mark(owner)
    with requests_to_dynamodb() as calls:
        owner.get("/clinic/home")
    assert len(calls) <= 6, calls


def test_a_clinic_stored_before_anything_was_marked_loads() -> None:
    stored = json.loads(record.dump(examples.riverbend()))
    stored.pop("marks", None)
    assert record.parse(Clinic, json.dumps(stored)).marks == ()
