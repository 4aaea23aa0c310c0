"""Reports: each tab for whom it is meant, at its price, with its figures as a file."""

import csv
import io
from dataclasses import replace

import pytest

from prm.audit.model import Action
from prm.clinics.model import Role, StaffMember, Therapist
from tests.clinic_console.numbers import answered, counted
from tests.console import Console, requests_to_dynamodb

TABS = ["score", "therapists", "locations", "themes", "retention", "coverage"]


@pytest.mark.parametrize("name", TABS)
def test_every_tab_says_so_while_there_is_nothing(clinic_console: Console, name: str) -> None:
    assert clinic_console.signed_in("nora").get(f"/clinic/reports/{name}").status == 200


@pytest.mark.parametrize("name", TABS)
def test_every_tab_shows_its_figures_in_six_requests_at_most(clinic_console: Console, name: str) -> None:
    answered(clinic_console, 12)
    answered(clinic_console, 2, 3, prefix="q")
    counted(clinic_console)
    browser = clinic_console.signed_in("nora")
    with requests_to_dynamodb() as requests:
        page = browser.get(f"/clinic/reports/{name}")
    assert page.status == 200
    assert len(requests) <= 6, requests
    assert "This is counted each night" not in page.text


def test_the_first_report_is_the_score(clinic_console: Console) -> None:
    answered(clinic_console, 12)
    page = clinic_console.signed_in("nora").get("/clinic/reports")
    assert "95% range" in page.text


def test_therapists_stand_by_name_and_few_answers_show_nothing(clinic_console: Console) -> None:
    answered(clinic_console, 12)
    counted(clinic_console)
    page = clinic_console.signed_in("nora").get("/clinic/reports/therapists")
    assert page.text.index("Mei-Lin Chen") < page.text.index("Omar Haddad")
    assert "Mei-Lin Chen 0 Too few answers to show. From 10 on." in page.text
    assert "no clear difference" in page.text
    assert "Nothing here is a clear difference: all of it could be chance." in page.text


def read(body: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.removeprefix("\ufeff"))))


def test_the_score_is_taken_away_month_by_month(clinic_console: Console) -> None:
    answered(clinic_console, 12)
    answered(clinic_console, 3, 3, prefix="q")
    found = clinic_console.signed_in("nora").get("/clinic/reports/score/file")
    assert found.headers["Content-Disposition"] == 'attachment; filename="riverbend-score-2026-11-24.csv"'
    lines = read(found.body)
    assert lines[0][:2] == ["month", "answers"]
    assert lines[-1] == ["2026-11", "15", "12", "0", "3", "60", "12.3", "87.7"]
    assert lines[1] == ["2025-12", "0", "0", "0", "0", "", "", ""]


def test_a_therapists_name_is_no_formula_in_the_file(clinic_console: Console) -> None:
    clinic = clinic_console.house.clinics.get("riverbend")
    therapists = (*clinic.therapists, Therapist("evil", "=HYPERLINK(1)"))
    clinic_console.house.clinics.save(replace(clinic, therapists=therapists), clinic.version)
    counted(clinic_console)
    found = clinic_console.signed_in("nora").get("/clinic/reports/therapists/file")
    assert "'=HYPERLINK(1)" in [line[0] for line in read(found.body)]


@pytest.mark.parametrize("name", TABS)
def test_every_file_is_there_and_noted(clinic_console: Console, name: str) -> None:
    answered(clinic_console, 12)
    counted(clinic_console)
    found = clinic_console.signed_in("nora").get(f"/clinic/reports/{name}/file")
    assert found.status == 200
    assert len(read(found.body)) > 1 or name in {"retention", "themes"}
    [(_, entry)] = clinic_console.house.audit.month("riverbend", "2026-11")
    assert (entry.action, entry.what) == (Action.EXPORTED, f"report {name}")


@pytest.mark.parametrize("path", ["moon", "moon/file", "%2e%2e", "score/elsewhere"])
def test_a_report_that_is_none_is_not_found(clinic_console: Console, path: str) -> None:
    assert clinic_console.signed_in("nora").get(f"/clinic/reports/{path}").status == 404


@pytest.mark.parametrize("name", ["retention", "coverage", "therapists"])
def test_a_file_before_the_first_night_is_not_found(clinic_console: Console, name: str) -> None:
    assert clinic_console.signed_in("nora").get(f"/clinic/reports/{name}/file").status == 404


@pytest.mark.parametrize("path", ["therapists", "locations", "therapists/file"])
def test_colleagues_are_compared_for_those_who_lead_the_whole_clinic(clinic_console: Console, path: str) -> None:
    clinic = clinic_console.house.clinics.get("riverbend")
    omar = StaffMember("omar", "Omar Haddad", "omar@clinic.example", Role.THERAPIST, therapist="omar")
    clinic_console.house.clinics.save(replace(clinic, staff=(*clinic.staff, omar)), clinic.version)
    counted(clinic_console)
    assert clinic_console.signed_in("nora").get(f"/clinic/reports/{path}").status == 200
    for member in ("omar", "luis"):
        assert clinic_console.signed_in(member).get(f"/clinic/reports/{path}").status == 404
        assert "Therapists" not in clinic_console.signed_in(member).get("/clinic/reports").text


def test_the_front_desk_reads_no_reports(clinic_console: Console) -> None:
    assert clinic_console.signed_in("ana").get("/clinic/reports").status == 403
