"""The list of patients: who is found, what it costs, and who may see whom."""

import datetime as dt
import re
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID

from prm.core import table
from prm.patients.model import Proxy, Visit, VisitKind, VisitStatus
from prm.patients.service import LOOKS, PAGE
from prm.patients.store import PatientRow
from tests import examples
from tests.console import BASE, Answer, Console, requests_to_dynamodb


def visit(name: str, at: dt.datetime, **changes: object) -> Visit:
    fields: dict[str, object] = {
        "id": name,
        "starts_at": at,
        "ends_at": at + dt.timedelta(minutes=45),
        "status": VisitStatus.COMPLETED,
        "therapist": "mei-lin",
        "location": "downtown",
    }
    return Visit(**(fields | changes))  # type: ignore[arg-type]


def many(console: Console, number: int, **changes: object) -> None:
    """Take in so many patients, named so that their numbers order them; straight into memory, for speed."""
    backend = get_backend("dynamodb")[DEFAULT_ACCOUNT_ID]["us-east-1"]
    items = backend.tables["test-patients"]
    for one in range(number):
        named = {"id": f"p-{one:05}", "record_number": str(one), "last_name": f"Patient{one:05}"}
        rows: list[PatientRow] = []
        keep: Any = SimpleNamespace(save=lambda row, condition, rows=rows: rows.append(row))
        console.house.patients.store.add("riverbend", examples.maria(**(named | changes)), console.clock.now)(keep)
        items.put_item(rows[0].serialize())


def has_visits(console: Console, *visits: Visit, patient: str = "p-maria") -> None:
    store = console.house.patients.store
    table.transact(store.add_visits("riverbend", patient, visits))
    console.house.rules.judge("riverbend", patient)


def names(page: str) -> list[str]:
    return [word for word in page.split() if word.startswith("Patient0")]


def onward(page: Answer) -> str:
    """Return the address of the next page, "" on the last."""
    found = re.search(r'href="([^"]+)"[^>]*>(?:Next \d+|Go on looking)<', page.body)
    return unescape(found[1]).removeprefix(BASE) if found else ""


def test_a_clinic_without_patients_is_told_what_will_show_here(clinic_console: Console) -> None:
    page = clinic_console.signed_in("nora").get("/clinic/patients").text

    assert "No patients yet" in page
    assert "Import patients" in page


def test_a_line_says_who_where_in_care_and_whether_mail_arrives(clinic_console: Console) -> None:
    clinic_console.knows()
    ago = clinic_console.clock.now - dt.timedelta(days=20)
    has_visits(clinic_console, visit("1", ago - dt.timedelta(days=3), kind=VisitKind.EVALUATION), visit("2", ago))

    page = clinic_console.signed_in("nora").get("/clinic/patients").text

    assert "Maria Alvarez Off schedule Mei-Lin Chen 2 visits Nov 4 ( 19 days ) none no answer yet works" in page


def test_the_last_counted_score_shows(clinic_console: Console) -> None:
    clinic_console.knows()
    clinic_console.answers(4)
    clinic_console.house.rules.judge("riverbend", "p-maria")

    assert "4 of 10, detractor" in clinic_console.signed_in("nora").get("/clinic/patients").body


@pytest.mark.parametrize(
    "words", ["maria", "ALVAREZ", "alv mar", "maria@example.com", "1001", "(937) 555-0188", "0188"]
)
def test_someone_is_found_by_name_address_number_or_phone(clinic_console: Console, words: str) -> None:
    clinic_console.knows(phone="937-555-0188")
    many(clinic_console, 3, first_name="Pat", email="else@example.org")

    page = clinic_console.signed_in("nora").get(f"/clinic/patients?search={words.replace(' ', '+')}").text

    assert "Maria Alvarez" in page
    assert names(page) == []
    assert "1 patient:" in page


def test_accents_and_parts_of_names_are_no_obstacle(clinic_console: Console) -> None:
    clinic_console.knows(first_name="José", last_name="Núñez")

    assert "José Núñez" in clinic_console.signed_in("nora").get("/clinic/patients?search=nunez").text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("care=new", True),
        ("care=discharged", False),
        ("location=downtown", True),
        ("location=north", False),
        ("therapist=mei-lin", True),
        ("therapist=omar", False),
        ("tag=Runner", True),
        ("tag=walker", False),
        ("score=detractor", False),
        ("email=ok", True),
        ("email=no_address", False),
        ("care=nonsense&email=nonsense&score=nonsense", True),
    ],
)
def test_filters_ask_for_what_they_say(clinic_console: Console, query: str, *, found: bool) -> None:
    clinic_console.knows(tags=frozenset({"runner"}))

    page = clinic_console.signed_in("nora").get(f"/clinic/patients?{query}").text

    assert ("Maria Alvarez" in page) is found
    assert ("Nobody matches" in page) is not found


def test_why_someone_is_not_reachable_can_be_asked_for(clinic_console: Console) -> None:
    clinic_console.knows(email=None)

    page = clinic_console.signed_in("nora").get("/clinic/patients?email=no_address").text

    assert "Maria Alvarez" in page
    assert "no address" in page


def test_each_filter_that_is_on_can_be_taken_off(clinic_console: Console) -> None:
    clinic_console.knows(tags=frozenset({"runner"}))

    page = clinic_console.signed_in("nora").get("/clinic/patients?tag=runner&location=downtown").body

    assert '/clinic/patients?location=downtown"' in page
    assert '/clinic/patients?tag=runner"' in page
    assert "Clear all" in page


def test_mail_to_a_daughter_says_to_whom(clinic_console: Console) -> None:
    clinic_console.knows(proxy=Proxy("Rosa Alvarez", "rosa@example.com"))

    assert "to Rosa Alvarez" in clinic_console.signed_in("nora").get("/clinic/patients").text


def test_pages_follow_each_other_by_name_and_no_address_of_one_holds_a_name(clinic_console: Console) -> None:
    many(clinic_console, PAGE * 2 + 3)
    browser = clinic_console.signed_in("nora")
    seen: list[str] = []
    path = "/clinic/patients"

    while path:
        page = browser.get(path)
        seen += names(page.text)
        path = onward(page)
        assert "atient0" not in path

    assert seen == [f"Patient{one:05}" for one in range(PAGE * 2 + 3)]


def test_someone_of_one_location_sees_its_patients_alone_and_no_empty_pages_before_them(
    clinic_console: Console,
) -> None:
    many(clinic_console, PAGE * 2)
    clinic_console.knows(location="north", last_name="Zuniga")

    page = clinic_console.signed_in("ana").get("/clinic/patients").text

    assert names(page) == []
    assert "Maria Zuniga" in page


@pytest.mark.parametrize("number", [200, 20_000])
def test_the_first_page_costs_the_same_however_many_patients_there_are(clinic_console: Console, number: int) -> None:
    many(clinic_console, number)
    browser = clinic_console.signed_in("nora")

    with requests_to_dynamodb() as asked:
        page = browser.get("/clinic/patients")

    assert len(names(page.text)) == PAGE
    assert asked == ["GetItem", "GetItem", "Query", "PutItem"]


def test_what_was_not_looked_through_can_be_looked_through_next(
    clinic_console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(clinic_console, 30)
    store = clinic_console.house.patients.store
    real = store.card_pages
    monkeypatch.setattr(store, "card_pages", lambda clinic, after, _: real(clinic, after, 4))  # for a megabyte each
    browser = clinic_console.signed_in("nora")
    page = browser.get("/clinic/patients?search=Patient00029")
    views = 1

    while "Go on looking" in page.text:
        assert "Nobody in the part of the list that was looked through" in page.text
        with requests_to_dynamodb() as asked:
            page = browser.get(onward(page))
        views += 1
        assert len(asked) <= 6

    assert names(page.text) == ["Patient00029"]
    assert views > LOOKS
