"""Erasing a patient: nothing of theirs is left anywhere, the numbers stay, and no file brings them back."""

import datetime as dt
import io
import json
from typing import Any

import pytest
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID

from prm.audit.model import Action
from prm.core import ids, table
from prm.core.errors import NotFound
from prm.links.model import HitKind
from prm.mail.model import StopKind, StopReason, patient_recipient
from prm.patients.csvfile import CsvFile
from prm.patients.model import VisitKind
from prm.recovery.model import InboxItem, InboxKind
from prm.recovery.store import CaseStore
from prm.rules.dossier import all_names
from tests.clinic_console.test_patients import has_visits, visit
from tests.console import Browser, Console

NUMBER = "MRN-77-0042"
MARIA = ids.name_of("riverbend", NUMBER)
PAGE = f"/clinic/patients/{MARIA}/erase"
COMMENT = "Waited twenty-five minutes with Zebulon."
SECRETS = ("Alvarez", "maria.a@mail.example", "Rosalind", "Zebulon", NUMBER, MARIA, "937-555-0188", "fallen arch")
BY_ID = {(name, MARIA) for name in ("audit", "jobs", "touches", "tallies")}
"""What may hold the id: the log, the job itself for a month, alerts to staff, and where the newest answers stand."""
FILE = f"patient_id,first_name,last_name,email\n{NUMBER},Maria,Alvarez,maria.a@mail.example\n77,Bo,Ray,bo@example.com\n"


def everything() -> dict[str, str]:
    """Return all that is stored, a text a table."""
    tables = get_backend("dynamodb")[DEFAULT_ACCOUNT_ID]["us-east-1"].tables
    return {
        name.removeprefix("test-"): json.dumps([item.to_json() for item in one.all_items()])
        for name, one in tables.items()
    }


def traces() -> set[tuple[str, str]]:
    """Return what is left of Maria: in which table, what."""
    return {(name, secret) for name, text in everything().items() for secret in SECRETS if secret in text}


@pytest.fixture
def known(clinic_console: Console) -> Console:
    """Maria was here, was mailed, answered, wrote back, has a case, and opted out; Bo did much the same and stays."""
    house, now = clinic_console.house, clinic_console.clock.now
    house.rules.switch_on("riverbend", "after-evaluation", now - dt.timedelta(days=3))
    for number, first, last in ((NUMBER, "Maria", "Alvarez"), ("77", "Bo", "Ray")):
        name = ids.name_of("riverbend", number)
        email = "maria.a@mail.example" if number == NUMBER else "bo@example.com"
        phone = "937-555-0188" if number == NUMBER else None
        clinic_console.knows(id=name, record_number=number, first_name=first, last_name=last, email=email, phone=phone)
        has_visits(
            clinic_console, visit(f"v-{number}", now - dt.timedelta(hours=4), kind=VisitKind.EVALUATION), patient=name
        )
    clinic_console.deliver()
    for key, _, token in clinic_console.ses.sent:
        if token:
            link = house.links.open(token)
            house.links.hit(link, HitKind.SURVEY, house.links.client("203.0.113.9", key.id))
    clinic_console.answers(4, COMMENT, patient=MARIA)
    clinic_console.answers(9, "", patient=MARIA, occasion="2")
    clinic_console.answers(8, "Fine", patient=ids.name_of("riverbend", "77"))
    house.recovery.add_to_inbox(
        InboxItem("m-1", "riverbend", MARIA, InboxKind.REPLY, "My fallen arch hurts, says Rosalind", now, "mail-1")
    )
    (case,) = house.recovery.of_patient("riverbend", MARIA)
    house.desk.note(case, house.clinics.get("riverbend").member("nora"), "Rosalind told me")
    patient = house.patients.chart("riverbend", MARIA).patient
    table.transact([*house.stops.stop("riverbend", all_names(patient), StopKind.CONTENT, StopReason.ASKED, now)])
    clinic_console.queues.take_all()
    return clinic_console


def erased(console: Console) -> Browser:
    """Erase Maria by the page."""
    browser = console.signed_in("nora")
    browser.get(PAGE)
    browser.follow(browser.post(PAGE, {"number": NUMBER}))
    return browser


def works(console: Console) -> None:
    """Let the job run."""
    console.house.erasure.work_due("riverbend", f"erase-{MARIA}")


def test_the_page_says_what_goes_and_what_stays_and_wants_the_number(known: Console) -> None:
    browser = known.signed_in("nora")

    page = browser.get(PAGE).text
    wrong = browser.post(PAGE, {"number": "77"})

    assert "1 visit, all emails and their links" in page
    assert "Your numbers: each score with its place and day, and no name." in page
    assert wrong.status == 422
    assert "This is not the patient's record number." in wrong.text
    assert known.house.patients.find("riverbend", MARIA) is not None


@pytest.mark.parametrize("member", ["luis", "ana"])
def test_only_an_owner_erases(known: Console, member: str) -> None:
    browser = known.signed_in(member)
    browser.get("/clinic/patients")

    assert browser.get(PAGE).status == 403
    assert browser.post(PAGE, {"number": NUMBER}).status == 403
    assert known.house.patients.find("riverbend", MARIA) is not None


def test_at_once_nobody_knows_the_patient_and_no_link_leads_to_them(known: Console) -> None:
    browser = erased(known)

    assert "Maria" not in browser.get("/clinic/patients").text
    assert browser.get(f"/clinic/patients/{MARIA}").status == 404
    with pytest.raises(NotFound):
        known.house.patients.chart("riverbend", MARIA)
    known.deliver()


def test_after_the_job_nothing_of_the_patient_is_anywhere_but_in_the_log_and_alerts_by_id(known: Console) -> None:
    assert {secret for _, secret in traces()} == set(SECRETS)

    erased(known)
    works(known)

    assert traces() <= BY_ID
    kept = everything()
    touches = json.loads(kept["touches"])
    assert all(MARIA not in str(one["Attributes"]["pk"]) for one in touches)
    assert len(json.loads(kept["hits"])) == len(json.loads(kept["links"])) == 1
    assert "Bo" in kept["patients"]


def test_an_address_that_was_stopped_stays_stopped(known: Console) -> None:
    erased(known)
    works(known)

    stops = known.house.stops
    assert stops.stopped("riverbend", [patient_recipient(MARIA)]) == frozenset()
    names = [name for name in all_names(_someone("maria.a@mail.example")) if name.startswith("address-")]
    assert stops.stopped("riverbend", names) == {StopKind.CONTENT}


def _someone(email: str) -> Any:
    from tests import examples

    return examples.maria(email=email)


def test_the_numbers_stay_and_counting_again_finds_the_same(known: Console) -> None:
    before = known.house.insights.nps("riverbend").total

    erased(known)
    between = known.house.insights.recount("riverbend")
    works(known)

    assert known.house.insights.nps("riverbend").total == before
    assert known.house.insights.recount("riverbend") == []
    assert between == []


def test_a_file_that_names_the_patient_again_is_told_and_brings_nobody_back(known: Console) -> None:
    erased(known)
    works(known)
    house = known.house

    report = house.patients.import_files(
        house.clinics.get("riverbend"), [CsvFile("patients.csv", io.BytesIO(FILE.encode()))]
    )

    assert "This patient was erased here, and is not taken in again" in [one.reason for one in report.problems]
    assert report.patients.unchanged + report.patients.changed == 1
    assert traces() <= BY_ID


@pytest.mark.parametrize("at", ["forget_visits", "links", "cases", "surveys", "wishes"])
def test_what_was_broken_off_anywhere_is_gone_on_with(known: Console, at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    house = known.house
    places = {
        "forget_visits": (house.patients.store, "remove_visits"),
        "links": (house.links.store, "remove"),
        "cases": (CaseStore, "remove"),
        "surveys": (house.surveys.store, "moving"),
        "wishes": (house.stops, "forget"),
    }
    owner, name = places[at]
    real, calls = getattr(owner, name), []

    def killed(*args: Any, **more: Any) -> Any:
        calls.append(name)
        if len(calls) == 2 or at in {"forget_visits", "cases", "wishes"}:
            raise KeyboardInterrupt
        return real(*args, **more)

    erased(known)
    with monkeypatch.context() as patch:
        if isinstance(owner, type):
            patch.setattr(owner, name, killed)
        else:
            monkeypatch.setattr(type(owner), name, lambda _, *args: killed(*args))
        with pytest.raises(KeyboardInterrupt):
            works(known)
        monkeypatch.undo()
    known.clock.advance(minutes=3)

    works(known)

    assert traces() <= BY_ID
    assert house.insights.recount("riverbend") == []


def test_the_log_says_who_erased(known: Console) -> None:
    erased(known)

    month = known.house.audit.month("riverbend", "2026-11")
    assert (Action.ERASED, "nora", MARIA) in [(one.action, one.member, one.patient) for _, one in month]
