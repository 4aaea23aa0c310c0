"""What patients wrote, where it helps: the latest answers and what to fix on Home, and the report behind them."""

import datetime as dt

import pytest

from prm.audit.model import Action
from prm.core import table
from prm.links.model import Link, Purpose
from prm.mail.model import patient_recipient
from prm.surveys.model import Via
from prm.surveys.store import SurveyRow
from tests.clinic_console.numbers import counted, says
from tests.console import Console, requests_to_dynamodb

THEMES = "/clinic/reports/themes"


@pytest.fixture
def spoken(clinic_console: Console) -> Console:
    """A clinic with a few comments, counted by night."""
    says(clinic_console, 4, "I waited 25 minutes twice.", "ann")
    says(clinic_console, 6, "Long waits, and a bill I do not understand.", "ben")
    says(clinic_console, 3, "The waiting room again", "cleo", "north")
    says(clinic_console, 10, "Never had to wait!", "dora")
    says(clinic_console, 8, "", "eva")
    counted(clinic_console)
    return clinic_console


def test_home_shows_the_last_five_answers_the_last_first(spoken: Console) -> None:
    says(spoken, 9, "Kind people", "finn")
    page = spoken.signed_in("nora").get("/clinic/home").text
    told = page[page.index("Latest answers") :]
    names = ["Finn Reed", "Eva Reed", "Dora Reed", "Cleo Reed", "Ben Reed"]
    assert sorted(names, key=told.index) == names
    assert "Ann Reed" not in told
    assert "“Kind people” Finn Reed · Downtown, Omar Haddad · today" in told
    assert "No comment Eva Reed" in told


def test_an_edit_keeps_its_place_and_shows_what_it_says_now(spoken: Console) -> None:
    spoken.clock.advance(minutes=5)
    survey = spoken.house.surveys.of_patient("riverbend", "ben")[0]
    recipient = patient_recipient("ben")
    link = Link("riverbend", recipient, survey.touch, frozenset({Purpose.ANSWER}), survey.expires_at, survey.id)
    spoken.house.surveys.answer(link, survey.id, 7, "It got better", Via.BUTTON)
    page = spoken.signed_in("nora").get("/clinic/home").text
    told = page[page.index("Latest answers") :]
    assert told.index("Cleo Reed") < told.index("It got better") < told.index("Ann Reed")


def test_home_says_what_to_fix_with_the_newest_words(spoken: Console) -> None:
    page = spoken.signed_in("nora").get("/clinic/home")
    assert "Themes in 3 comments from patients who gave 0 to 8. Waiting time 3 comments up from 0" in page.text
    assert "“The waiting room again”" in page.text
    assert "/clinic/reports/themes?theme=waiting&amp;span=90d" in page.body


def test_home_with_everything_is_still_six_requests(spoken: Console) -> None:
    browser = spoken.signed_in("nora")
    with requests_to_dynamodb() as requests:
        page = browser.get("/clinic/home")
    assert "The waiting room again" in page.text
    assert len(requests) <= 6, requests


def test_a_location_has_its_own_words(spoken: Console) -> None:
    page = spoken.signed_in("nora").get("/clinic/home?location=north").text
    assert "Cleo Reed" in page
    assert "Ann Reed" not in page
    assert "Themes in 1 comment from a patient who gave 0 to 8." in page


def test_a_patient_who_is_erased_leaves_the_page(spoken: Console) -> None:
    survey = spoken.house.surveys.of_patient("riverbend", "dora")[0]
    SurveyRow(pk=table.key("riverbend", "dora"), sk=survey.id).delete()
    page = spoken.signed_in("nora").get("/clinic/home").text
    assert "Dora Reed" not in page
    assert "Eva Reed" in page


def test_a_night_without_comments_leaves_no_list_of_the_nights_before(spoken: Console) -> None:
    assert spoken.house.insights.remarks("riverbend")
    for patient in ("ann", "ben", "cleo", "dora"):
        survey = spoken.house.surveys.of_patient("riverbend", patient)[0]
        SurveyRow(pk=table.key("riverbend", patient), sk=survey.id).delete()
    counted(spoken)
    assert spoken.house.insights.remarks("riverbend") == ()


def test_before_the_first_night_home_says_so_and_shows_the_answers(clinic_console: Console) -> None:
    says(clinic_console, 4, "I waited.", "ann")
    page = clinic_console.signed_in("nora").get("/clinic/home").text
    assert "What to fix All themes This is counted each night, and shows here tomorrow." in page
    assert "“I waited.”" in page


def test_the_report_counts_themes_by_where_they_come_from(spoken: Console) -> None:
    page = spoken.signed_in("nora").get(THEMES).text
    assert "Waiting time comes up most, in 3 of them." in page
    assert "Waiting time 3 0 1 Downtown 2, North 1" in page
    assert "Bills and costs 1 0 0 Downtown 1" in page


def test_a_theme_leads_to_the_comments_behind_it(spoken: Console) -> None:
    low = spoken.signed_in("nora").get(f"{THEMES}?theme=waiting")
    assert sorted(["Cleo Reed", "Ben Reed", "Ann Reed"], key=low.text.index) == ["Cleo Reed", "Ben Reed", "Ann Reed"]
    assert "1 to 3 of 3" in low.text
    assert "Dora Reed" not in low.text
    assert "/clinic/patients/cleo" in low.body
    assert "Dora Reed" in spoken.signed_in("nora").get(f"{THEMES}?theme=waiting&kind=high").text


def test_comments_come_in_pages_of_six_requests_at_most(clinic_console: Console) -> None:
    for number in range(45):
        says(clinic_console, 2, "I waited long", f"p{number:02}")
    counted(clinic_console)
    browser = clinic_console.signed_in("nora")
    with requests_to_dynamodb() as requests:
        first = browser.get(f"{THEMES}?theme=waiting").text
    assert len(requests) <= 6, requests
    assert "1 to 20 of 45" in first
    assert "P44 Reed" in first
    last = browser.get(f"{THEMES}?theme=waiting&page=3").text
    assert "41 to 45 of 45" in last
    assert "P00 Reed" in last
    for page in ("4", "0", "-1", "9" * 50, "x"):
        assert browser.get(f"{THEMES}?theme=waiting&page={page}").status == 200


def test_who_has_a_location_reads_no_other(spoken: Console) -> None:
    page = spoken.signed_in("luis").get(f"{THEMES}?theme=waiting&location=north").text
    assert "Ann Reed" in page
    assert "Cleo Reed" not in page
    assert "North" not in spoken.signed_in("luis").get(THEMES).text


def test_comments_out_of_the_time_are_left_out(spoken: Console) -> None:
    spoken.clock.advance(days=40)
    says(spoken, 5, "waited", "gus")
    counted(spoken)
    page = spoken.signed_in("nora").get(f"{THEMES}?theme=waiting&span=30d").text
    assert "1 to 1 of 1" in page
    assert "Waiting time 1 3 0" in spoken.signed_in("nora").get(f"{THEMES}?span=30d").text


@pytest.mark.parametrize("theme", ["moon", "", "%00", "waiting%20"])
def test_a_theme_that_is_none_shows_them_all(spoken: Console, theme: str) -> None:
    page = spoken.signed_in("nora").get(f"{THEMES}?theme={theme}")
    assert page.status == 200
    assert "What patients write about" in page.text


def test_a_look_at_comments_is_noted(spoken: Console) -> None:
    spoken.signed_in("nora").get(f"{THEMES}?theme=waiting")
    [(_, entry)] = spoken.house.audit.month("riverbend", f"{dt.date(2026, 11, 1):%Y-%m}")
    assert (entry.member, entry.action, entry.what) == ("nora", Action.LISTED, "comments")


def test_words_with_markup_are_words(spoken: Console) -> None:
    says(spoken, 2, "<script>alert('waiting')</script>", "gus")
    counted(spoken)
    for path in ("/clinic/home", f"{THEMES}?theme=waiting"):
        body = spoken.signed_in("nora").get(path).body
        assert "<script>alert" not in body
        assert "&lt;script&gt;alert" in body
