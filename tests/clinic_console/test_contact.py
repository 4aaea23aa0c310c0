"""What staff change of a patient, of two at once too, and how an import lives with it."""

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest

from prm.clinics.model import Language
from prm.core import table
from prm.mail.model import StopKind, StopReason
from prm.mail.stops import address_name
from prm.patients.model import DAY_UNKNOWN, Patient, Proxy
from tests.clinic_console.test_patients import many
from tests.console import Browser, Console, requests_to_dynamodb

PAGE = "/clinic/patients/p-maria"
CONTACT = {"email": "maria@example.com", "phone": "", "language": "en", "proxy_name": "", "proxy_email": ""}


def maria(console: Console) -> Patient:
    return console.house.patients.chart("riverbend", "p-maria").patient


def mark_of(browser: Browser, what: str) -> str:
    found = re.search(r'name="mark" value="(\w+)"', browser.get(f"{PAGE}/{what}").body)
    assert found
    return found[1]


def sends(browser: Browser, what: str, fields: Mapping[str, object]) -> str:
    """Fill a form as it was opened, and return what the next page says."""
    mark = mark_of(browser, what)
    return browser.follow(browser.post(f"{PAGE}/{what}", {**fields, "mark": mark})).text


@pytest.fixture
def desk(clinic_console: Console) -> Console:
    """Maria is known."""
    clinic_console.knows()
    return clinic_console


def test_how_to_reach_someone_is_changed_and_noted_without_a_word_of_it(desk: Console) -> None:
    new = {"email": " New@Example.com ", "phone": "(937) 555-0188", "language": "es"}
    new |= {"proxy_name": "Rosa", "proxy_email": "rosa@example.com"}

    page = sends(desk.signed_in("nora"), "contact", CONTACT | new)

    assert "The details are saved." in page
    found = maria(desk)
    assert (found.email, found.phone, found.language) == ("New@example.com", "(937) 555-0188", Language.SPANISH)
    assert found.proxy == Proxy("Rosa", "rosa@example.com")
    noted = [entry for _, entry in desk.house.audit.month("riverbend", "2026-11")]
    assert "patient contact" in {one.what for one in noted}
    assert "example.com" not in str(noted)


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("email", "maria@", "Enter an email address like"),
        ("email", "a@example.com\r\nBcc: b@example.com", "Enter an email address like"),
        ("phone", "call me", "Enter a phone number like"),
        ("language", "fr", "Choose a language"),
        ("proxy_name", "Rosa", "Enter both a name and an email address"),
        ("proxy_email", "rosa@example.com", "Enter both a name and an email address"),
        ("proxy_name", "=HYPERLINK(1)", "Enter a name"),
        ("email", "x" * 3000 + "@example.com", "Enter an email address like"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_kept_as_typed(desk: Console, field: str, text: str, said: str) -> None:
    browser = desk.signed_in("nora")
    mark = mark_of(browser, "contact")

    answer = browser.post(f"{PAGE}/contact", CONTACT | {field: text, "mark": mark})

    assert answer.status == 422
    assert said in answer.text
    assert maria(desk).email == "maria@example.com"
    assert field == "language" or text.split("\r", maxsplit=1)[0][:40] in answer.body


def test_of_two_people_the_second_sees_both_and_keeps_what_they_typed(desk: Console) -> None:
    first, second = desk.signed_in("nora"), desk.signed_in("luis")
    mark = mark_of(second, "contact")
    sends(first, "contact", CONTACT | {"email": "first@example.com"})

    answer = second.post(f"{PAGE}/contact", CONTACT | {"email": "second@example.com", "mark": mark})

    assert answer.status == 409
    assert "Someone else changed this patient meanwhile" in answer.text
    assert "Now on file: first@example.com" in answer.text
    assert 'value="second@example.com"' in answer.body
    assert maria(desk).email == "first@example.com"

    again = re.search(r'name="mark" value="(\w+)"', answer.body)
    assert again
    second.follow(second.post(f"{PAGE}/contact", CONTACT | {"email": "second@example.com", "mark": again[1]}))
    assert maria(desk).email == "second@example.com"


def test_a_fact_that_came_in_meanwhile_is_no_conflict(desk: Console) -> None:
    browser = desk.signed_in("nora")
    mark = mark_of(browser, "contact")
    desk.answers(4)

    answer = browser.post(f"{PAGE}/contact", CONTACT | {"phone": "937 555 0188", "mark": mark})

    assert answer.status == 303
    assert maria(desk).phone == "937 555 0188"


def test_the_list_shows_an_edit_at_once(desk: Console) -> None:
    browser = desk.signed_in("nora")

    sends(browser, "contact", CONTACT | {"email": ""})

    assert "no address" in browser.get("/clinic/patients").text


def test_tags_are_ticked_or_typed_and_those_in_use_are_offered(desk: Console) -> None:
    many(desk, 3, tags=frozenset({"walker", "evenings"}))
    browser = desk.signed_in("nora")
    with requests_to_dynamodb() as asked:
        form = browser.get(f"{PAGE}/tags")

    sends(browser, "tags", {"tags": ["walker"], "more": "Runner, night shift ,"})

    assert len(asked) <= 6
    assert "walker" in form.text
    assert "evenings" in form.text
    assert maria(desk).tags == {"walker", "runner", "night shift"}


@pytest.mark.parametrize("more", ["x" * 41, ", ".join(f"tag{n}" for n in range(21)), "=1+1"])
def test_too_much_of_a_tag_is_refused_and_kept_as_typed(desk: Console, more: str) -> None:
    browser = desk.signed_in("nora")
    mark = mark_of(browser, "tags")

    answer = browser.post(f"{PAGE}/tags", {"more": more, "mark": mark})

    assert answer.status == 422
    assert more in answer.body
    assert maria(desk).tags == frozenset()


def test_what_was_said_on_the_phone_stops_mail_under_person_and_address(desk: Console) -> None:
    stops = desk.house.stops

    page = sends(desk.signed_in("luis"), "emails", {"may": ["content"]})

    assert "Only what is ticked goes to the patient." in page
    for name in ("patient:p-maria", address_name("maria@example.com")):
        assert stops.stopped("riverbend", [name]) == {StopKind.SURVEYS}


def test_nothing_ticked_stops_all_and_everything_ticked_lets_all_go_again(desk: Console) -> None:
    browser, stops = desk.signed_in("nora"), desk.house.stops
    names = ["patient:p-maria", address_name("maria@example.com")]

    sends(browser, "emails", {})
    none = stops.stopped("riverbend", names)
    page = sends(browser, "emails", {"may": ["surveys", "content"]})

    assert none == {StopKind.ALL}
    assert stops.stopped("riverbend", names) == frozenset()
    assert "go to the patient again" in page


def test_no_wish_makes_an_address_take_mail_that_bounced(desk: Console) -> None:
    stops, name = desk.house.stops, address_name("maria@example.com")
    table.transact([*stops.stop("riverbend", [name], StopKind.ALL, StopReason.BOUNCED, desk.clock.now)])
    browser = desk.signed_in("nora")

    form = browser.get(f"{PAGE}/emails").text
    sends(browser, "emails", {"may": ["surveys", "content"]})

    assert "maria@example.com takes no email: it bounced" in form
    assert stops.is_broken("riverbend", "maria@example.com")


def test_an_opt_out_that_came_meanwhile_is_shown_before_anything_is_changed(desk: Console) -> None:
    browser = desk.signed_in("nora")
    mark = mark_of(browser, "emails")
    sends(desk.signed_in("luis"), "emails", {})

    answer = browser.post(f"{PAGE}/emails", {"may": ["surveys"], "mark": mark})

    assert answer.status == 409
    assert desk.house.stops.stopped("riverbend", ["patient:p-maria"]) == {StopKind.ALL}


def test_someone_who_has_died_gets_nothing_and_it_can_be_taken_back(desk: Console) -> None:
    browser = desk.signed_in("nora")

    page = sends(browser, "death", {"day": ""})
    died = maria(desk).deceased_on
    listed = browser.get("/clinic/patients").text
    back = sends(browser, "death", {"do": "undo"})

    assert "Has died. Nothing is sent." in page
    assert "Send a survey now" not in page
    assert died == DAY_UNKNOWN
    assert "deceased" in listed
    assert "No longer marked as deceased." in back
    assert maria(desk).deceased_on is None


@pytest.mark.parametrize("day", ["2026-11-25", "yesterday", "2026-02-31"])
def test_a_death_is_not_in_the_future(desk: Console, day: str) -> None:
    browser = desk.signed_in("nora")
    mark = mark_of(browser, "death")

    answer = browser.post(f"{PAGE}/death", {"day": day, "mark": mark})

    assert answer.status == 422
    assert maria(desk).deceased_on is None


def test_nobody_of_another_location_changes_anything(desk: Console) -> None:
    ana = desk.signed_in("ana")
    ana.get("/clinic/patients")

    for what in ("contact", "tags", "emails", "death"):
        assert ana.get(f"{PAGE}/{what}").status == 404
        assert ana.post(f"{PAGE}/{what}", CONTACT).status == 404
    assert replace(maria(desk), edited={}) == maria(desk)


@pytest.mark.parametrize("what", ["contact", "tags", "emails", "death"])
def test_a_form_costs_few_requests(desk: Console, what: str) -> None:
    browser = desk.signed_in("nora")

    with requests_to_dynamodb() as asked:
        browser.get(f"{PAGE}/{what}")

    assert len(asked) <= 6, asked
