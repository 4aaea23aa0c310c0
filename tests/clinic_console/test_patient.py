"""One patient's page: what it shows, to whom, and what it costs."""

import datetime as dt
from dataclasses import replace

import pytest

from prm.audit.model import Action
from prm.core import table
from prm.mail.model import StopKind, StopReason, patient_recipient
from prm.patients.model import Proxy, VisitKind, VisitStatus
from prm.rules import presets
from tests.clinic_console.test_patients import has_visits, visit
from tests.console import Console, requests_to_dynamodb

PAGE = "/clinic/patients/p-maria"


@pytest.fixture
def known(clinic_console: Console) -> Console:
    """Maria had her evaluation yesterday, with a rule on, got the survey, and answered 4."""
    clinic_console.knows(phone="937-555-0188", tags=frozenset({"runner"}))
    now = clinic_console.clock.now
    for rule in ("after-evaluation", "after-answer"):
        clinic_console.house.rules.switch_on("riverbend", rule, now - dt.timedelta(days=3))
    has_visits(
        clinic_console,
        visit("1", now - dt.timedelta(hours=4), kind=VisitKind.EVALUATION),
        visit("0", now - dt.timedelta(days=1), status=VisitStatus.CANCELLED),
        visit("2", now + dt.timedelta(days=3), status=VisitStatus.SCHEDULED),
    )
    clinic_console.deliver()
    clinic_console.clock.advance(minutes=30)
    clinic_console.answers(4, "Waited 25 minutes twice.", occasion="2")
    return clinic_console


def test_the_page_tells_everything_in_the_order_it_happened(known: Console) -> None:
    page = known.signed_in("nora").get(PAGE).text

    assert "Maria Alvarez 42 · Downtown · Mei-Lin Chen · in care since November 24, 1 visit" in page.replace(
        "\u00a0", " "
    )
    assert "Waiting for a call by" in page
    assert "Maria gave a 4 today." in page
    told = ["Gave a 4", "Survey · sent, not delivered yet", "Visit 1, evaluation, with Mei-Lin Chen", "Visit cancelled"]
    assert [page.index(one) for one in told] == sorted(page.index(one) for one in told)
    assert "Waited 25 minutes twice." in page
    assert "runner" in page
    assert "1001" in page


def test_the_timeline_can_be_asked_for_one_kind(known: Console) -> None:
    browser = known.signed_in("nora")

    visits = browser.get(f"{PAGE}?only=visits").body
    emails = browser.get(f"{PAGE}?only=emails").body
    answers = browser.get(f"{PAGE}?only=answers").body

    assert "Visit 1" in visits
    assert "Waited 25" not in visits
    assert "not delivered yet" in emails
    assert "Visit 1" not in emails
    assert "Waited 25" in answers


def test_each_rule_says_in_a_sentence_why_it_sent_or_did_not(known: Console) -> None:
    known.clock.advance(hours=2)

    page = known.signed_in("nora").get(f"{PAGE}?show=rules").text.replace("\u00a0", " ")

    assert "After the first evaluation Sent Today, 12:00 pm: sent, not delivered yet." in page
    assert "A case is open. It goes once the case is closed, or never after this time." in page


def test_a_clinic_without_rules_is_told_where_they_come_from(clinic_console: Console) -> None:
    clinic_console.knows()

    assert "No rules yet" in clinic_console.signed_in("nora").get(f"{PAGE}?show=rules").text


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}?only=answers", f"{PAGE}?show=rules"])
def test_a_page_costs_six_requests(known: Console, path: str) -> None:
    browser = known.signed_in("nora")
    first = browser.get(path)  # looks the names of rules up, once a minute and process: that one costs seven

    with requests_to_dynamodb() as asked:
        again = browser.get(path)

    assert len(asked) == 6, asked
    assert again.text == first.text


def test_a_rule_that_was_switched_on_a_moment_ago_shows_at_once(known: Console) -> None:
    browser = known.signed_in("nora")
    before = browser.get(f"{PAGE}?show=rules").text

    known.house.rules.switch_on("riverbend", "sixth-visit", known.clock.now)
    known.house.rules.switch_off("riverbend", "after-evaluation", known.clock.now)

    page = browser.get(f"{PAGE}?show=rules").text
    assert "At the sixth visit" not in before
    assert "At the sixth visit No match" in page
    assert "After the first evaluation Off The rule is off." in page


def test_a_rule_of_the_clinics_own_shows_within_a_minute(known: Console) -> None:
    browser = known.signed_in("nora")
    browser.get(f"{PAGE}?show=rules")
    own = replace(presets.PRESETS[0].rule, id="own", name="Runners")

    known.house.rules.keep("riverbend", own, known.clock.now)
    known.clock.advance(minutes=1)

    assert "Runners Off" in browser.get(f"{PAGE}?show=rules").text


def test_a_patient_of_another_location_is_nobody_here(known: Console) -> None:
    browser = known.signed_in("ana")

    assert browser.get(PAGE).status == 404
    assert browser.get(f"{PAGE}?show=rules").status == 404


def test_looking_is_noted_in_the_log(known: Console) -> None:
    known.signed_in("nora").get(PAGE)

    month = known.house.audit.month("riverbend", "2026-11")
    assert (month[0][1].action, month[0][1].patient, month[0][1].member) == (Action.VIEWED, "p-maria", "nora")


def test_what_is_stopped_and_since_when_shows(known: Console) -> None:
    house = known.house
    stop = house.stops.stop(
        "riverbend", [patient_recipient("p-maria")], StopKind.SURVEYS, StopReason.ASKED, known.clock.now
    )
    table.transact([*stop])

    page = known.signed_in("nora").get(PAGE).text.replace("\u00a0", " ")

    assert "Surveys No, since Nov 24" in page
    assert "Tips, news Yes" in page
    assert "Opted out of surveys" in page


def test_the_address_of_a_minor_is_not_used_and_says_so(clinic_console: Console) -> None:
    clinic_console.knows(birth_date=dt.date(2015, 5, 1))

    page = clinic_console.signed_in("nora").get(PAGE).text

    assert "not used: email about a minor goes to a parent or carer" in page
    assert "No: no address" in page


def test_a_proxy_reads_the_mail(clinic_console: Console) -> None:
    clinic_console.knows(proxy=Proxy("Rosa Alvarez", "rosa@example.com"))

    page = clinic_console.signed_in("nora").get(PAGE).text

    assert "Rosa Alvarez rosa@example.com nothing sent yet" in page
    assert "not used: email goes to Rosa Alvarez" in page


def test_every_reason_that_rules_give_has_a_sentence(known: Console) -> None:
    from prm.core.text import Texts
    from prm.rules import segment

    words = {"_".join("".join(c if c.isalpha() else " " for c in reason).split()) for *_, reason in segment._CHECKS}

    assert {f"console_why.{one}" for one in words} <= Texts("en").placeholders().keys()
