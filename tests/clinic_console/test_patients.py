"""The list of patients: who is found, what it costs, and who may see whom."""

import csv
import datetime as dt
import io
import re
from html import unescape
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote_plus

import pytest
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID

from prm.core import table
from prm.patients.model import Proxy, Visit, VisitKind, VisitStatus
from prm.patients.service import LOOKS, PAGE
from prm.patients.store import PatientRow
from tests import examples
from tests.clinic_console.numbers import counted
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
    assert asked == ["GetItem", "GetItem", "Query", "PutItem", "Query"]


def test_what_was_not_looked_through_can_be_looked_through_next(
    clinic_console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(clinic_console, 30)
    store = clinic_console.house.patients.store
    real = store.card_pages
    monkeypatch.setattr(store, "card_pages", lambda clinic, after, *_: real(clinic, after, 4))  # for a megabyte each
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


@pytest.mark.parametrize("words", ["ALVAREZ", "alv", "maria alvarez", "Álvarez, Maria"])
def test_a_last_name_is_found_by_its_beginning_at_next_to_no_cost_however_many_others_there_are(
    clinic_console: Console, words: str
) -> None:
    many(clinic_console, 8_000)
    clinic_console.knows()
    browser = clinic_console.signed_in("nora")

    with requests_to_dynamodb() as asked:
        page = browser.get(f"/clinic/patients?search={quote_plus(words)}").text

    assert asked == ["GetItem", "GetItem", "Query", "PutItem"]
    assert "1 patient:" in page
    assert "1 to 1 of 1" in page
    assert "These have a last name that begins with “alv" in page


def test_namesakes_are_found_first_and_everyone_else_on_demand(clinic_console: Console) -> None:
    clinic_console.knows()
    clinic_console.knows(id="p-2", record_number="2", first_name="Alvarez", last_name="Brown")
    browser = clinic_console.signed_in("nora")
    page = browser.get("/clinic/patients?search=alvarez")
    link = re.search(r'href="([^"]+)">Look for it anywhere', page.body)
    assert link
    anywhere = browser.get(unescape(link[1]).removeprefix(BASE)).text

    assert "Alvarez Brown" not in page.text
    assert "Alvarez Brown" in anywhere
    assert "Maria Alvarez" in anywhere
    assert "Look for it anywhere" not in anywhere


def test_a_first_name_is_looked_for_everywhere_where_nobodys_last_name_begins_so(clinic_console: Console) -> None:
    clinic_console.knows()

    page = clinic_console.signed_in("nora").get("/clinic/patients?search=maria").text

    assert "Maria Alvarez" in page
    assert "These have a last name" not in page


def test_each_page_of_a_filter_says_where_it_stands(clinic_console: Console) -> None:
    many(clinic_console, PAGE * 2 + 3, tags=frozenset({"runner"}))
    clinic_console.knows(tags=frozenset())
    browser = clinic_console.signed_in("nora")
    path, said = "/clinic/patients?tag=runner", []

    while path:
        page = browser.get(path)
        said += re.findall(r"\d+ to \d+ of \d+", page.text)
        assert "53 patients:" in page.text
        path = onward(page)

    assert said == ["1 to 25 of 53", "26 to 50 of 53", "51 to 53 of 53"]


@pytest.mark.parametrize("query", ["at=9&of=3", "at=x&of=-1", "of=50", "at=99999999999&of=99999999999", "at=²&of=²"])
def test_an_address_made_up_counts_nobody(clinic_console: Console, query: str) -> None:
    many(clinic_console, PAGE + 3, tags=frozenset({"runner"}))

    page = clinic_console.signed_in("nora").get(f"/clinic/patients?tag=runner&after=p-00024&{query}")

    assert names(page.text) == [f"Patient{one:05}" for one in range(25, 28)]
    assert re.search(r"\d+ to \d+ of", page.text) is None


def test_namesakes_of_more_than_a_page_follow_each_other(clinic_console: Console) -> None:
    many(clinic_console, PAGE + 3)
    clinic_console.knows()
    browser = clinic_console.signed_in("nora")
    first = browser.get("/clinic/patients?search=patient")
    second = browser.get(onward(first))

    assert names(first.text) + names(second.text) == [f"Patient{one:05}" for one in range(PAGE + 3)]


def test_the_list_says_how_many_there_are_and_how_many_mail_reaches_as_the_night_counted(
    clinic_console: Console,
) -> None:
    clinic_console.knows()
    clinic_console.knows(id="p-2", record_number="2", email=None)
    before = clinic_console.signed_in("nora").get("/clinic/patients").text
    counted(clinic_console)

    owner = clinic_console.signed_in("nora").get("/clinic/patients").text
    limited = clinic_console.signed_in("luis").get("/clinic/patients").text

    assert "in all" not in before
    assert "2 in all · 1 can get email · counted today, 12:00 pm" in owner
    assert "in all" not in limited


def test_the_file_holds_what_the_list_shows_on_all_its_pages(clinic_console: Console) -> None:
    many(clinic_console, PAGE + 3)
    clinic_console.knows(phone="937-555-0188", tags=frozenset({"evenings", "runner"}))
    clinic_console.answers(9)
    ago = clinic_console.clock.now - dt.timedelta(days=3)
    ahead = clinic_console.clock.now + dt.timedelta(days=3)
    booked = visit("2", ahead, status=VisitStatus.SCHEDULED)
    has_visits(clinic_console, visit("1", ago, kind=VisitKind.EVALUATION), booked)
    browser = clinic_console.signed_in("nora")

    whole, found = (downloaded(browser.get(f"/clinic/patients/file{query}")) for query in ("", "?search=alvarez"))

    assert len(whole) == PAGE + 4
    assert found == [
        {
            "record_number": "1001",
            "last_name": "Alvarez",
            "first_name": "Maria",
            "location": "Downtown",
            "therapist": "Mei-Lin Chen",
            "tags": "evenings, runner",
            "care": "In care",
            "visits": "1",
            "last_visit": "2026-11-21",
            "next_visit": "2026-11-27",
            "last_score": "9",
            "email_works": "works",
            "email": "maria@example.com",
            "email_reader": "",
            "phone": "9375550188",
        }
    ]


def test_a_name_is_no_formula_in_the_file(clinic_console: Console) -> None:
    clinic_console.knows(first_name="=HYPERLINK(1)", last_name="+1", tags=frozenset({"@sum"}))

    [line] = downloaded(clinic_console.signed_in("nora").get("/clinic/patients/file"))

    assert (line["first_name"], line["last_name"], line["tags"]) == ("'=HYPERLINK(1)", "'+1", "'@sum")


def test_the_file_of_someone_with_a_location_holds_its_patients_alone(clinic_console: Console) -> None:
    clinic_console.knows()
    clinic_console.knows(id="p-n", record_number="2", last_name="Zuniga", location="north")
    luis = clinic_console.signed_in("luis")

    for query in ("", "?location=north", "?search=zuniga"):
        assert "Zuniga" not in luis.get(f"/clinic/patients/file{query}").body
    assert [line["last_name"] for line in downloaded(luis.get("/clinic/patients/file"))] == ["Alvarez"]


def test_a_file_is_taken_by_owners_and_managers_and_stands_in_the_audit_log(clinic_console: Console) -> None:
    clinic_console.knows()
    assert clinic_console.signed_in("ana").get("/clinic/patients/file").status == 403
    assert "patients/file" not in clinic_console.signed_in("ana").get("/clinic/patients").body
    clinic_console.signed_in("luis").get("/clinic/patients/file?search=alvarez")

    log = [entry for _, entry in clinic_console.house.audit.month("riverbend", "2026-11")]
    assert ("luis", "exported", "patients") in {(one.member, one.action, one.what) for one in log}
    assert all("lvarez" not in str(one) for one in log)


@pytest.mark.parametrize(("limit", "most"), [("MOST", 3), ("LARGEST", 500)])
def test_a_file_too_large_is_refused_with_a_way_on(
    clinic_console: Console, monkeypatch: pytest.MonkeyPatch, limit: str, most: int
) -> None:
    monkeypatch.setattr(f"clinic_console.patients_file.{limit}", most)
    many(clinic_console, 4)
    browser = clinic_console.signed_in("nora")

    page = browser.follow(browser.get("/clinic/patients/file"))

    assert "That is too much for one file. Set a filter, or have an owner export everything." in page.text
    assert "exported" not in {one.action for _, one in clinic_console.house.audit.month("riverbend", "2026-11")}


def downloaded(answer: Answer) -> list[dict[str, str]]:
    assert answer.status == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(answer.body.removeprefix("\ufeff"))))
