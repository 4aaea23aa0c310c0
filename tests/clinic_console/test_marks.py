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
from tests.console import Answer, Browser, Console, requests_to_dynamodb

CHANGES = "/clinic/changes"


def mark(browser: Browser, words: str = "New front desk software", day: str = "2026-11-02") -> str:
    page = browser.get(CHANGES)
    return browser.follow(send(browser, page, words, day)).text


def send(browser: Browser, page: Answer, words: str, day: str = "2026-11-02") -> Answer:
    return browser.post(CHANGES, {"day": day, "words": words, "version": version(page)})


def version(page: Answer) -> str:
    """Return the one version that all forms of a page carry."""
    [found] = set(re.findall(r'name="version" value="(\d+)"', page.body))
    return str(found)


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
    listed = owner.get(CHANGES)
    remove = re.findall(r'action="(/clinic/changes/\w+/remove)"', listed.body)

    after = owner.follow(owner.post(remove[0], {"version": version(listed)})).text

    assert "New front desk software November 2, 2026 Nora Ellison" in page
    assert "“New front desk software” is taken off the trend." in after
    assert marks(clinic_console) == [("2026-06-04", "Evening hours")]
    assert owner.post(remove[0], {"version": version(owner.get(CHANGES))}).status == 404


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
    page = owner.get(CHANGES)

    answer = send(owner, page, words, day)

    assert answer.status == 422
    assert said in answer.text
    assert f'value="{words}"' in answer.body
    assert marks(clinic_console) == []


def test_there_is_an_end_to_marks(clinic_console: Console) -> None:
    clinic = clinic_console.house.clinics.fresh("riverbend")
    many = tuple(Mark(f"m{one}", dt.date(2026, 1, 1), f"Change {one}", "nora") for one in range(MOST))
    clinic_console.house.clinics.save(replace(clinic, marks=many), clinic.version)
    owner = clinic_console.signed_in("nora")
    page = owner.get(CHANGES)

    answer = send(owner, page, "One more")

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


def test_of_two_who_mark_at_once_the_second_sees_the_first_ones_and_marks_with_one_more_press(
    clinic_console: Console,
) -> None:
    first, second = clinic_console.signed_in("nora"), clinic_console.signed_in("luis")
    page, late = first.get(CHANGES), second.get(CHANGES)
    send(first, page, "New phones")

    told = send(second, late, "New doors", "2026-11-03")
    before = marks(clinic_console)
    send(second, told, "New doors", "2026-11-03")

    assert told.status == 409
    assert "Someone else changed the clinic's settings since" in told.text
    assert "New phones" in told.text
    assert 'value="New doors"' in told.body
    assert before == [("2026-11-02", "New phones")]
    assert marks(clinic_console) == [("2026-11-02", "New phones"), ("2026-11-03", "New doors")]


def test_a_form_sent_twice_marks_once_and_is_told_no_trouble(clinic_console: Console) -> None:
    owner = clinic_console.signed_in("nora")
    page = owner.get(CHANGES)

    said = [send(owner, page, "New phones").status for _ in range(2)]

    assert said == [303, 303]
    assert marks(clinic_console) == [("2026-11-02", "New phones")]


@pytest.mark.parametrize("carried", [{}, {"version": ""}, {"version": "0"}, {"version": "x"}])
def test_a_form_without_the_version_of_its_page_changes_nothing(
    clinic_console: Console, carried: dict[str, object]
) -> None:
    owner = clinic_console.signed_in("nora")
    mark(owner)
    [remove] = re.findall(r'action="(/clinic/changes/\w+/remove)"', owner.get(CHANGES).body)

    said = [
        owner.post(CHANGES, {"day": "2026-11-03", "words": "New doors", **carried}).status,
        owner.post(remove, carried).status,
    ]

    assert said == [409, 409]
    assert marks(clinic_console) == [("2026-11-02", "New front desk software")]


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
