"""Links that are expired, forged, foreign or gone: one friendly page."""

import pytest

from prm.clinics.model import Language
from prm.core import tokens
from prm.mail.model import StopKind
from prm.surveys.model import Standing
from tests.mailed import Mailed, mailed, snapshot
from tests.survey_webhook.conftest import pages

FORGED = [
    "a" * tokens.LENGTH,
    "a" * 25,
    "0" * tokens.LENGTH,
    "a'--",
    "..",
    "%00",
    "<script>alert(1)</script>",
    "x" * 5000,
    "é" * tokens.LENGTH,
]


@pytest.mark.parametrize("token", FORGED)
@pytest.mark.parametrize("path", ["/s/{}", "/s/{}/9", "/s/{}/thanks", "/u/{}", "/u/{}/done"])
def test_a_forged_link_gets_a_friendly_page_that_names_no_clinic(mail: Mailed, path: str, token: str) -> None:
    page = mail.ask_path(path.format(token))
    assert page["statusCode"] == 404
    assert "<h1" in page["body"]
    assert "Riverbend" not in page["body"]
    assert token not in page["body"] or token in {"..", "%00"}


def test_an_expired_link_says_so_and_gives_the_phone_number(mail: Mailed) -> None:
    mail.clock.advance(days=30)
    page = mail.get("/s/{token}/9")
    assert page["statusCode"] == 410
    assert "This link has expired" in page["body"]
    assert "Riverbend Physical Therapy" in page["body"]
    assert 'href="tel:+19375550142"' in page["body"]


def test_an_expired_link_takes_no_answer(mail: Mailed) -> None:
    mail.clock.advance(days=30)
    assert mail.post("/s/{token}", {"score": "9"})["statusCode"] == 410
    assert mail.survey.answer is None


def test_an_expired_link_still_leaves_the_list(mail: Mailed) -> None:
    mail.clock.advance(days=60)
    assert f'href="/u/{mail.token}"' in mail.get("/s/{token}")["body"]
    assert mail.get("/u/{token}")["statusCode"] == 200


def test_the_link_works_in_upper_case(mail: Mailed) -> None:
    assert mail.get(f"/s/{mail.token.upper()}/9")["statusCode"] == 200


def test_a_retried_mails_older_link_stays_good_for_the_same_survey(mail: Mailed) -> None:
    newer = mail.issue()
    mail.post(f"/s/{newer}", {"score": "9"})
    assert mail.survey.standing is Standing.CONFIRMED
    assert "You answered <strong>9</strong>" in mail.get("/s/{token}")["body"]


def test_a_link_of_another_clinic_answers_for_its_own_patient_only(mail: Mailed) -> None:
    from tests import examples

    other = mailed(pages, clinic=examples.riverbend(id="hillside", name="Hillside Rehab"), first_name="Ann")
    assert "Hillside Rehab" in mail.get(f"/s/{other.token}")["body"]
    mail.post(f"/s/{other.token}", {"score": "2"})
    assert mail.survey.answer is None
    assert other.survey.standing is Standing.CONFIRMED


def test_a_link_whose_survey_is_gone_is_unknown(mail: Mailed) -> None:
    token = mail.issue(survey="no-such-survey")
    assert mail.get(f"/s/{token}")["statusCode"] == 404


def test_a_link_that_asks_nothing_is_refused(mail: Mailed) -> None:
    token = mail.issue(survey=None)
    assert mail.get(f"/s/{token}")["statusCode"] == 403


def test_a_stranger_reads_the_language_of_their_browser(mail: Mailed) -> None:
    page = mail.get("/s/" + "a" * tokens.LENGTH, headers={"Accept-Language": "fr-CA, es-US;q=0.8, en;q=0.5"})
    assert f'<html lang="{Language.SPANISH}">' in page["body"]
    assert "Este enlace ya venció" in page["body"]


@pytest.mark.parametrize("path", ["/s/{token}", "/s/{token}/9", "/s/{token}/thanks"])
def test_a_closed_clinics_link_says_so_with_its_phone_number_and_notes_nothing(mail: Mailed, path: str) -> None:
    closed(mail)
    before = snapshot(but=())
    page = mail.get(path)
    assert page["statusCode"] == 410
    assert "This clinic no longer asks for answers here" in page["body"]
    assert 'href="tel:+19375550142"' in page["body"]
    assert snapshot(but=()) == before


@pytest.mark.parametrize("fields", [{"score": "3", "comment": "Cold room"}, {"score": "3", "via": "dwell"}])
def test_a_closed_clinics_link_takes_no_answer(mail: Mailed, fields: dict[str, str]) -> None:
    closed(mail)
    before = snapshot(but=())
    assert mail.post("/s/{token}", fields)["statusCode"] == 410
    assert mail.post("/s/{token}/no-call")["statusCode"] == 410
    assert snapshot(but=()) == before


def test_a_closed_clinics_list_can_still_be_left(mail: Mailed) -> None:
    closed(mail)
    assert mail.get("/u/{token}")["statusCode"] == 200
    assert mail.post("/u/{token}", "List-Unsubscribe=One-Click")["statusCode"] == 200
    assert mail.house.preferences.stopped(mail.house.links.open(mail.token)) == {StopKind.ALL}


def test_a_suspended_clinic_still_hears_its_patients(mail: Mailed) -> None:
    mail.house.operator.suspend(mail.clinic.id)
    mail.post("/s/{token}", {"score": "3"})
    assert mail.survey.standing is Standing.CONFIRMED


def closed(mail: Mailed) -> None:
    mail.house.operator.close(mail.clinic.id)
