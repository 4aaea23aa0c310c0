"""The dashboard: what it says of few answers and of many, to whom, and at what cost."""

from dataclasses import replace

import pytest

from prm.audit.model import Action
from prm.clinics.model import Role, StaffMember
from tests.clinic_console.numbers import answered, counted
from tests.console import Console, requests_to_dynamodb


def test_a_clinic_without_answers_reads_what_will_stand_there(clinic_console: Console) -> None:
    page = clinic_console.signed_in("nora").get("/clinic/home?span=90d")
    assert page.status == 200
    assert "Nobody is waiting for a call." in page.text
    assert "No answers in this time. From 10 answers on we show a score with its range." in page.text
    assert "This is counted each night, and shows here tomorrow." in page.text


def test_few_answers_are_counted_and_no_score_is_shown(clinic_console: Console) -> None:
    answered(clinic_console, 5)
    answered(clinic_console, 1, 7, prefix="q")
    page = clinic_console.signed_in("nora").get("/clinic/home")
    assert "6 answers so far" in page.text
    assert "5 promoters (9, 10), 83%" in page.text
    assert "NPS is" not in page.text


def test_many_answers_make_a_score_with_its_range_and_the_words_it_allows(clinic_console: Console) -> None:
    answered(clinic_console, 12)
    answered(clinic_console, 3, 3, prefix="q")
    counted(clinic_console)
    page = clinic_console.signed_in("nora").get("/clinic/home")
    assert "3 patients are waiting for a call . NPS is 60, and the true value is likely between 12 and 88." in page.text
    assert "95% range 12 to 88 15 answers. 100% of the 15 patients asked have answered." in page.text
    assert "US average: 84 Too close to call Your range includes it." in page.text
    assert "Of 15 patients with a visit in this time:" in page.text
    assert "Maria Alvarez0" in page.text


def test_the_page_is_six_requests_at_most(clinic_console: Console) -> None:
    answered(clinic_console, 12, 3)
    counted(clinic_console)
    browser = clinic_console.signed_in("nora")
    with requests_to_dynamodb() as requests:
        browser.get("/clinic/home?span=365d")
    assert len(requests) <= 6, requests


def test_a_location_has_its_own_numbers_and_calls(clinic_console: Console) -> None:
    answered(clinic_console, 2, 3)
    answered(clinic_console, 3, 9, location="north", prefix="n")
    page = clinic_console.signed_in("nora").get("/clinic/home?span=30d&location=north")
    assert "3 answers so far" in page.text
    assert "Nobody is waiting for a call." in page.text
    assert "· Downtown" not in page.text


def test_someone_with_a_location_sees_that_one_whatever_the_address_says(clinic_console: Console) -> None:
    answered(clinic_console, 1, 3)
    answered(clinic_console, 2, 3, location="north", prefix="n")
    for query in ("", "?location=north", "?location="):
        page = clinic_console.signed_in("luis").get(f"/clinic/home{query}")
        assert "1 answer so far" in page.text


@pytest.mark.parametrize("query", ["?span=1d", "?span=", "?span=90d&span=30d", "?location=moon", "?location=%00"])
def test_an_address_made_up_shows_the_usual(clinic_console: Console, query: str) -> None:
    page = clinic_console.signed_in("nora").get(f"/clinic/home{query}")
    assert page.status == 200


def test_a_therapist_sees_their_own_answers(clinic_console: Console) -> None:
    answered(clinic_console, 2, 9)
    clinic = clinic_console.house.clinics.get("riverbend")
    omar = StaffMember("s1", "Omar Haddad", "omar@clinic.example", Role.THERAPIST, therapist="omar")
    mei = StaffMember("s2", "Mei-Lin Chen", "mei@clinic.example", Role.THERAPIST, therapist="mei-lin")
    clinic_console.house.clinics.save(replace(clinic, staff=(*clinic.staff, omar, mei)), clinic.version)
    page = clinic_console.signed_in("s1").get("/clinic/home")
    assert "2 answers so far" in page.text
    assert "answers to Omar Haddad" in page.text
    assert "NPS is" not in page.text
    assert "No answers in this time." in clinic_console.signed_in("s2").get("/clinic/home").text


def test_who_is_linked_to_no_record_is_nobody_in_it_whatever_their_own_id(clinic_console: Console) -> None:
    answered(clinic_console, 2, 9)
    clinic = clinic_console.house.clinics.get("riverbend")
    mei = StaffMember("mei-lin", "Mei-Lin Chen", "mei@clinic.example", Role.THERAPIST, frozenset({"downtown"}))
    clinic_console.house.clinics.save(replace(clinic, staff=(*clinic.staff, mei)), clinic.version)
    assert "2 answers so far" in clinic_console.signed_in("mei-lin").get("/clinic/home").text


def test_the_front_desk_has_no_dashboard(clinic_console: Console) -> None:
    assert clinic_console.signed_in("ana").get("/clinic/home").status == 403


def test_a_look_at_names_is_noted(clinic_console: Console) -> None:
    clinic_console.signed_in("nora").get("/clinic/home?span=90d")
    [(_, entry)] = clinic_console.house.audit.month("riverbend", "2026-11")
    assert (entry.member, entry.action, entry.what) == ("nora", Action.LISTED, "home")


def test_a_name_with_markup_is_words(clinic_console: Console) -> None:
    clinic_console.knows(first_name="<script>alert(1)</script>")
    clinic_console.answers(2)
    assert "<script>alert" not in clinic_console.signed_in("nora").get("/clinic/home").body
