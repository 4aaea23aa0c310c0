"""Answering a survey, from opening the link to changing one's mind."""

import datetime as dt
import re

import pytest

from prm.clinics.model import Language
from prm.links.model import HitKind, Purpose
from prm.surveys.model import Standing, Via
from tests.mailed import Mailed, location_of, mailed, snapshot
from tests.survey_webhook.conftest import pages

NBSP = "\u00a0"


def answered(mail: Mailed, score: int = 9, comment: str = "Great staff") -> str:
    """Send an answer and return the page it leads to."""
    sent = mail.post("/s/{token}", {"score": str(score), "comment": comment})
    assert sent["statusCode"] == 303
    return str(mail.get(location_of(sent))["body"])


def chosen_in(body: str) -> list[str]:
    """Return the scores chosen in a page's form."""
    return re.findall(r'value="(\d+)" checked', body)


def test_the_number_tapped_in_the_mail_is_chosen_already(mail: Mailed) -> None:
    page = mail.get("/s/{token}/9")
    assert page["statusCode"] == 200
    assert chosen_in(page["body"]) == ["9"]
    assert "You chose 9" in page["body"]


def test_all_eleven_scores_can_be_chosen(mail: Mailed) -> None:
    for score in range(11):
        assert chosen_in(mail.get(f"/s/{{token}}/{score}")["body"]) == [str(score)]


def test_a_link_without_a_number_chooses_none(mail: Mailed) -> None:
    body = mail.get("/s/{token}")["body"]
    assert chosen_in(body) == []
    assert "Choose a number, then press Send." in body


def test_a_low_score_is_asked_what_to_do_better_and_a_high_one_for_the_reason(mail: Mailed) -> None:
    assert '<span id="ask">What should we do better?' in mail.get("/s/{token}/8")["body"]
    assert '<span id="ask">What is the main reason?' in mail.get("/s/{token}/9")["body"]


def test_opening_the_link_answers_nothing_but_leaves_a_hit(mail: Mailed) -> None:
    mail.get("/s/{token}/9")
    assert mail.survey.answer is None
    (hit,) = mail.house.links.hits(mail.clinic.id, mail.touch.id)
    assert (hit.kind, hit.score) == (HitKind.SURVEY, 9)


def test_sending_stores_a_confirmed_answer_and_leads_to_the_thank_you(mail: Mailed) -> None:
    body = answered(mail)
    assert mail.survey.standing is Standing.CONFIRMED
    assert "Thank you, Maria" in body
    assert f"9{NBSP}out{NBSP}of{NBSP}10" in body
    assert "Great staff" in body
    assert "Nothing else for you to do." in body


def test_without_a_comment_the_thank_you_quotes_nothing(mail: Mailed) -> None:
    body = answered(mail, comment="")
    assert "with your comment" not in body
    assert "blockquote" not in body


def test_reloading_the_thank_you_sends_nothing_again(mail: Mailed) -> None:
    answered(mail)
    before = snapshot()
    mail.get("/s/{token}/thanks")
    mail.get("/s/{token}/thanks")
    assert snapshot() == before


def test_pressing_send_twice_counts_once(mail: Mailed) -> None:
    answered(mail)
    once = mail.survey
    answered(mail)
    assert mail.survey == once


def test_an_unhappy_patient_is_promised_a_call_by_the_time_of_the_case(mail: Mailed) -> None:
    body = answered(mail, 4)
    (case,) = mail.house.recovery.of_patient(mail.clinic.id, mail.patient.id)
    assert case.call_by == mail.clock.now + dt.timedelta(hours=4)
    assert "Thank you for telling us, Maria" in body
    assert re.search(r"would like to call you <strong>by this evening, Tuesday, November.24</strong>", body)
    assert 'href="tel:+19375550142"' in body


def test_whoever_declines_the_call_is_promised_none(mail: Mailed) -> None:
    answered(mail, 4)
    body = mail.get(location_of(mail.post("/s/{token}/no-call")))["body"]
    assert mail.survey.no_call
    assert "We won&#39;t call you about this." in body
    assert "would like to call you" not in body


def test_once_the_promised_time_is_past_the_page_names_none(mail: Mailed) -> None:
    answered(mail, 4)
    mail.clock.advance(hours=5)
    body = mail.get("/s/{token}/thanks")["body"]
    assert "would like to call you, to hear more" in body


def test_a_promoter_is_not_asked_to_call(mail: Mailed) -> None:
    assert "Please don&#39;t call me" not in answered(mail, 9)


def test_the_thank_you_before_any_answer_leads_to_the_question(mail: Mailed) -> None:
    assert location_of(mail.get("/s/{token}/thanks")).endswith(f"/s/{mail.token}")


@pytest.mark.parametrize("score", ["", "-1", "11", "9'--", "1" * 1_000_000, "٩", "9.0", " 9", "09", "nine"])
def test_what_is_no_score_asks_for_a_number_and_keeps_the_comment(mail: Mailed, score: str) -> None:
    page = mail.post("/s/{token}", {"score": score[:50_000], "comment": "Kept words"})
    assert page["statusCode"] == 422
    assert "Choose a number from 0 to 10" in page["body"]
    assert "Kept words</textarea>" in page["body"]
    assert "<title>Error: " in page["body"]
    assert mail.survey.answer is None


def test_a_missing_score_asks_for_one(mail: Mailed) -> None:
    page = mail.post("/s/{token}", {"comment": "Kept words"})
    assert page["statusCode"] == 422
    assert 'id="problem" role="alert"' in page["body"]


def test_a_comment_that_is_too_long_is_kept_to_be_shortened(mail: Mailed) -> None:
    page = mail.post("/s/{token}", {"score": "9", "comment": "a" * 4001})
    assert page["statusCode"] == 422
    assert "Use at most 4,000 characters. Yours has 4,001." in page["body"]
    assert "a" * 4001 in page["body"]
    assert mail.survey.answer is None


def test_line_ends_count_once_however_a_browser_sends_them(mail: Mailed) -> None:
    answered(mail, 9, "\r\n".join(["a"] * 2000))
    assert mail.survey.answer is not None
    assert len(mail.survey.answer.comment) == 3999


def test_a_second_visit_says_what_was_answered_and_until_when_it_can_change(mail: Mailed) -> None:
    answered(mail)
    mail.clock.advance(days=3)
    body = mail.get("/s/{token}")["body"]
    assert "You answered <strong>9</strong> on" in body
    assert f"until December{NBSP}1." in body
    assert chosen_in(body) == ["9"]
    assert "data-dwell" not in body


def test_another_number_in_the_link_offers_the_change(mail: Mailed) -> None:
    answered(mail)
    body = mail.get("/s/{token}/7")["body"]
    assert "Change your answer to 7?" in body
    assert "Send 7 instead of 9" in body
    assert "Keep my 9" in body
    assert mail.survey.answer is not None
    assert mail.survey.answer.score == 9


def test_a_change_replaces_the_answer_and_keeps_the_first_in_its_history(mail: Mailed) -> None:
    answered(mail)
    body = answered(mail, 7, "On reflection")
    assert f"7{NBSP}out{NBSP}of{NBSP}10" in body
    assert [one.score for one in mail.survey.history] == [9]


def test_keeping_the_answer_changes_nothing(mail: Mailed) -> None:
    answered(mail)
    before = mail.survey
    kept = mail.post("/s/{token}", {"score": "7", "comment": "", "keep": "1"})
    assert location_of(kept).endswith("/thanks")
    assert mail.survey == before


def test_keeping_an_unconfirmed_answer_confirms_it(mail: Mailed) -> None:
    mail.post("/s/{token}", {"score": "9", "via": "dwell"})
    mail.clock.advance(minutes=11)
    mail.house.surveys.work_due(mail.clinic.id, mail.patient.id, mail.touch.id)
    held = mail.survey.standing
    mail.post("/s/{token}", {"score": "9", "keep": "1"})
    assert (held, mail.survey.standing) == (Standing.UNCONFIRMED, Standing.CONFIRMED)


def test_after_seven_days_an_answer_can_no_longer_be_changed(mail: Mailed) -> None:
    answered(mail)
    mail.clock.advance(days=7)
    assert "Your answer can no longer be changed" in mail.get("/s/{token}/3")["body"]
    late = mail.post("/s/{token}", {"score": "3"})
    assert late["statusCode"] == 410
    assert "Your answer can no longer be changed" in late["body"]
    assert mail.survey.answer is not None
    assert mail.survey.answer.score == 9


def test_no_change_is_offered_beyond_the_life_of_the_link(mail: Mailed) -> None:
    mail.clock.advance(days=29)
    assert f"until December{NBSP}24." in answered(mail)


def test_the_script_saves_a_provisional_answer(mail: Mailed) -> None:
    saved = mail.post("/s/{token}", {"score": "9", "via": "dwell"})
    assert (saved["statusCode"], saved["body"]) == (204, "")
    assert mail.survey.standing is Standing.PROVISIONAL
    assert chosen_in(mail.get("/s/{token}")["body"]) == ["9"]


def test_the_script_never_touches_a_persons_answer(mail: Mailed) -> None:
    answered(mail)
    assert mail.post("/s/{token}", {"score": "2", "via": "dwell"})["statusCode"] == 409
    assert mail.survey.answer is not None
    assert mail.survey.answer.score == 9


def test_a_dwell_without_a_score_saves_nothing(mail: Mailed) -> None:
    assert mail.post("/s/{token}", {"score": "12", "via": "dwell"})["statusCode"] == 409
    assert mail.survey.answer is None


def test_a_person_confirms_what_the_script_had_saved(mail: Mailed) -> None:
    mail.post("/s/{token}", {"score": "9", "via": "dwell"})
    answered(mail)
    assert mail.survey.standing is Standing.CONFIRMED
    assert mail.survey.answer is not None
    assert mail.survey.answer.via is Via.BUTTON


def test_the_link_works_on_a_second_device(mail: Mailed) -> None:
    mail.get("/s/{token}/9", headers={"User-Agent": "phone"})
    sent = mail.post("/s/{token}", {"score": "9"}, headers={"User-Agent": "desk"})
    assert sent["statusCode"] == 303


def test_spanish_patients_read_spanish(tables: None) -> None:
    mail = mailed(pages, language=Language.SPANISH)
    body = mail.get("/s/{token}/9")["body"]
    assert '<html lang="es">' in body
    assert "Usted eligió 9" in body


def test_the_phone_number_is_that_of_the_patients_location(tables: None) -> None:
    from dataclasses import replace

    from tests import examples

    clinic = examples.riverbend()
    places = tuple(replace(place, phone="(614) 555-0199") for place in clinic.locations)
    mail = mailed(pages, clinic=replace(clinic, locations=places))
    assert 'href="tel:+16145550199"' in mail.get("/s/{token}")["body"]


def test_a_link_for_something_else_answers_nothing(mail: Mailed) -> None:
    token = mail.issue(Purpose.STOP)
    assert mail.get(f"/s/{token}/9")["statusCode"] == 403
    assert mail.post(f"/s/{token}", {"score": "9"})["statusCode"] == 403
    assert mail.survey.answer is None
