"""Taking everything away, and closing the clinic: the owner's alone, in steps that cannot be missed."""

import datetime as dt
from dataclasses import replace

import pytest

from prm.clinics.model import ClinicState
from prm.core import record, table
from prm.exports.gateway import ExportGateway
from prm.exports.model import Export
from prm.exports.service import JOB
from prm.jobs.store import JobRow
from tests.console import Browser, Console

EXPORT, CLOSE = "/clinic/settings/export", "/clinic/settings/close"


def exported(console: Console, days_ago: float = 0) -> None:
    """Let an export stand as finished."""
    at = console.clock.now - dt.timedelta(days=days_ago)
    assert console.house.jobs.find("riverbend", "x") is None
    done = Export("e1", at, 1, 12, at)
    console.house.exports.__dict__["gateway"] = ExportGateway("records")
    table.transact([table.put(JobRow(pk="riverbend", sk=JOB, cursor="~", draft=record.dump(done)))])


def send(browser: Browser, console: Console, **fields: str) -> tuple[int, str]:
    browser.get(CLOSE)
    typed = {"name": "Riverbend Physical Therapy", "version": str(console.house.clinics.fresh("riverbend").version)}
    answer = browser.post(CLOSE, typed | fields)
    return answer.status, answer.text


def state(console: Console) -> ClinicState:
    return console.house.clinics.fresh("riverbend").state


def log(console: Console) -> list[str]:
    return [entry.what for _, entry in console.house.audit.month("riverbend", "2026-11")]


def test_an_export_is_begun_once_and_stands_in_the_log(clinic_console: Console) -> None:
    owner = clinic_console.signed_in("nora")
    owner.get(EXPORT)
    first = owner.follow(owner.post(EXPORT))
    second = owner.follow(owner.post(EXPORT))

    assert "The export is being written." in first.text
    assert "Being written: 0 patients so far." in first.text
    assert "written already" in second.text
    assert log(clinic_console).count("everything") == 1


def test_a_finished_export_leads_to_its_file_and_each_time_is_noted(clinic_console: Console) -> None:
    exported(clinic_console)
    owner = clinic_console.signed_in("nora")

    page, file = owner.get(EXPORT), owner.get(f"{EXPORT}/file")

    assert "with 12 patients" in page.text
    assert file.status == 302
    assert "/exports/riverbend/e1/export.zip?" in file.location
    assert file.headers["Cache-Control"] == "no-store"
    assert "everything, fetched" in log(clinic_console)


@pytest.mark.parametrize("path", [EXPORT, f"{EXPORT}/file", CLOSE])
@pytest.mark.parametrize("member", ["luis", "ana"])
def test_it_is_for_owners_alone(clinic_console: Console, member: str, path: str) -> None:
    exported(clinic_console)
    browser = clinic_console.signed_in(member)

    assert browser.get(path).status == 403
    assert "Export everything" not in browser.get("/clinic/settings").text


def test_closing_ends_every_session_and_all_mail(clinic_console: Console) -> None:
    exported(clinic_console)
    owner, other = clinic_console.signed_in("nora"), clinic_console.signed_in("luis")

    status, text = send(owner, clinic_console)

    assert status == 200
    assert "Riverbend Physical Therapy is closed" in text
    assert state(clinic_console) is ClinicState.CLOSED
    assert "clinic closed" in log(clinic_console)
    assert {browser.get("/clinic/inbox").status for browser in (owner, other)} == {303}


@pytest.mark.parametrize("name", ["riverbend physical therapy", "  Riverbend  Physical Therapy "])
def test_the_name_may_be_typed_with_other_capitals_and_blanks(clinic_console: Console, name: str) -> None:
    exported(clinic_console)

    assert send(clinic_console.signed_in("nora"), clinic_console, name=name)[0] == 200


@pytest.mark.parametrize(
    ("fields", "days_ago", "status", "said"),
    [
        ({"name": ""}, 0, 422, "This is not the clinic's name"),
        ({"name": "Riverbend"}, 0, 422, "This is not the clinic's name"),
        ({"name": "yes"}, 0, 422, "This is not the clinic's name"),
        ({}, 7, 422, "Export everything first"),
        ({"version": "0"}, 0, 409, "Someone else changed the settings"),
    ],
)
def test_what_is_not_meant_closes_nothing(
    clinic_console: Console, fields: dict[str, str], days_ago: float, status: int, said: str
) -> None:
    exported(clinic_console, days_ago)

    answer = send(clinic_console.signed_in("nora"), clinic_console, **fields)

    assert answer[0] == status
    assert said in answer[1]
    assert state(clinic_console) is ClinicState.ACTIVE


def test_without_an_export_the_clinic_cannot_be_closed(clinic_console: Console) -> None:
    owner = clinic_console.signed_in("nora")

    assert "Export everything first" in owner.get(CLOSE).text
    assert send(owner, clinic_console)[0] == 422
    assert state(clinic_console) is ClinicState.ACTIVE


def test_a_clinic_that_is_suspended_can_be_closed(clinic_console: Console) -> None:
    exported(clinic_console)
    clinic = clinic_console.house.clinics.fresh("riverbend")
    clinic_console.house.clinics.save(replace(clinic, state=ClinicState.SUSPENDED), clinic.version)

    assert send(clinic_console.signed_in("nora"), clinic_console)[0] == 200
