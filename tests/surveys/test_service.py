"""Asking, answering, holding, changing: what a survey is through its life."""

import datetime as dt
from dataclasses import replace

import pytest

from prm.core import table
from prm.core.errors import Expired, Forbidden, Invalid, NotFound
from prm.links.model import Purpose
from prm.mail.model import Kind, Subject, Touch
from prm.surveys.model import EDIT_FOR, MOST_EDITS, Standing, Via
from tests.answering import LIFE, MARIA, Practice
from tests.fakes import NOON


def touch_of(practice: Practice, **changes: object) -> Touch:
    fields: dict[str, object] = {
        "clinic": practice.clinic.id,
        "recipient": f"patient:{MARIA}",
        "purpose": "after-evaluation",
        "occurrence": "visit-1",
        "kind": Kind.SURVEY,
        "created_at": NOON,
        "about": Subject(location="downtown", therapist="mei-lin"),
    }
    return Touch(**(fields | changes))  # type: ignore[arg-type]


def asked_now(practice: Practice) -> int:
    return len(list(practice.surveys.asked_in(practice.clinic.id, "2026-11")))


def test_asking_stores_an_unanswered_survey_in_its_month(practice: Practice) -> None:
    survey = practice.survey(practice.asks())
    assert (survey.standing, survey.asked, survey.location) == (Standing.NONE, True, "downtown")
    assert asked_now(practice) == 1


def test_asking_again_for_the_same_mail_asks_nothing_new(practice: Practice) -> None:
    practice.asks()
    practice.clock.advance(hours=1)
    survey = practice.survey(practice.asks())
    assert survey.asked_at == NOON
    assert asked_now(practice) == 1


def test_a_follow_up_asks_the_same_survey_and_counts_once(practice: Practice) -> None:
    link = practice.asks()
    follow_up = touch_of(practice, purpose="follow-up", kind=Kind.FOLLOW_UP, about=Subject(survey=link.survey))
    practice.surveys.asked(practice.clinic.id, follow_up, NOON, NOON + LIFE)
    assert len(practice.surveys.of_patient(practice.clinic.id, MARIA)) == 1
    assert asked_now(practice) == 1


def test_the_month_of_asking_is_the_clinics_own(practice: Practice) -> None:
    practice.clock.now = dt.datetime(2026, 12, 1, 4, 30, tzinfo=dt.UTC)
    practice.asks()
    assert asked_now(practice) == 1


def test_a_mail_that_never_went_asked_nothing(practice: Practice) -> None:
    link = practice.asks()
    touch = touch_of(practice, about=Subject(episode="knee", location="downtown", therapist="mei-lin"))
    table.transact(practice.surveys.unasked(touch))
    assert not practice.survey(link).asked
    assert asked_now(practice) == 0


def test_a_follow_up_that_never_went_leaves_the_survey_asked(practice: Practice) -> None:
    link = practice.asks()
    follow_up = touch_of(practice, purpose="follow-up", about=Subject(survey=link.survey))
    assert practice.surveys.unasked(follow_up) == ()


def test_nothing_is_undone_for_a_mail_to_staff_or_one_that_asked_nothing(practice: Practice) -> None:
    assert practice.surveys.unasked(touch_of(practice, recipient="staff:nora")) == ()
    assert practice.surveys.unasked(touch_of(practice, occurrence="never asked")) == ()


def test_a_button_counts_at_once(practice: Practice) -> None:
    link = practice.asks()
    version = practice.patient_version()
    survey = practice.answers(link, 9, "Great staff")
    assert survey == practice.survey(link)
    assert survey.standing is Standing.CONFIRMED
    assert survey.answer is not None
    assert (survey.answer.score, survey.answer.comment, survey.answer.mail) == (9, "Great staff", link.touch)
    assert practice.insights.nps(practice.clinic.id).total.promoters == 1
    assert practice.patient_version() == version + 1


def test_a_reply_counts_without_any_click(practice: Practice) -> None:
    survey = practice.answers(practice.asks(), 10, via=Via.REPLY)
    assert survey.standing is Standing.CONFIRMED


def test_a_dwell_counts_nothing_until_its_hold_is_over(practice: Practice) -> None:
    link = practice.asks()
    version = practice.patient_version()
    assert practice.dwells(link, 3).standing is Standing.PROVISIONAL
    assert practice.insights.nps(practice.clinic.id).total.answered == 0
    assert practice.cases() == ()
    assert practice.patient_version() == version
    practice.clock.advance(minutes=9)
    practice.surveys.work_due(practice.clinic.id, MARIA, link.survey or "")
    assert practice.survey(link).standing is Standing.PROVISIONAL


def test_a_hold_without_a_machine_counts_as_unconfirmed(practice: Practice) -> None:
    link = practice.asks()
    practice.fetches(link, 3)
    practice.dwells(link, 3)
    practice.clock.advance(minutes=10)
    assert [key.sk for key in practice.due_surveys()] == [link.survey]
    practice.surveys.work_due(practice.clinic.id, MARIA, link.survey or "")
    survey = practice.survey(link)
    assert (survey.standing, survey.due_at) == (Standing.UNCONFIRMED, None)
    assert practice.insights.nps(practice.clinic.id).total.detractors == 1
    assert practice.due_surveys() == []


def test_a_machines_answer_counts_nothing(practice: Practice) -> None:
    link = practice.asks()
    practice.fetches(link, 0, 1, 2, client="scanner")
    practice.dwells(link, 2)
    survey = practice.hold_ends(link)
    assert survey.standing is Standing.MACHINE
    assert practice.insights.nps(practice.clinic.id).total.answered == 0
    assert practice.cases() == ()
    assert practice.due_surveys() == []


def test_a_machine_is_judged_by_the_mail_it_answered_from(practice: Practice) -> None:
    first = practice.asks()
    second = replace(first, touch="follow-up")
    practice.fetches(first, 0, 1, 2, client="scanner")
    practice.dwells(second, 2)
    assert practice.hold_ends(second).standing is Standing.UNCONFIRMED
    other = practice.asks("visit-6")
    practice.fetches(replace(other, touch="follow-up"), 0, 1, 2, client="scanner")
    practice.dwells(replace(other, touch="follow-up"), 2)
    assert practice.hold_ends(other).standing is Standing.MACHINE


def test_two_scores_right_after_the_delivery_are_a_machines(practice: Practice) -> None:
    link = practice.asks()
    practice.arrivals[link.touch] = practice.clock.business()
    practice.clock.advance(seconds=30)
    practice.fetches(link, 4, 5, client="scanner")
    practice.dwells(link, 5)
    assert practice.hold_ends(link).standing is Standing.MACHINE


def test_a_person_may_confirm_what_a_machine_answered(practice: Practice) -> None:
    link = practice.asks()
    practice.fetches(link, 0, 1, 2, client="scanner")
    practice.dwells(link, 2)
    practice.hold_ends(link)
    survey = practice.answers(link, 9)
    assert survey.standing is Standing.CONFIRMED
    assert survey.history == ()
    assert practice.insights.nps(practice.clinic.id).total.promoters == 1


def test_a_confirmed_answer_ends_the_hold(practice: Practice) -> None:
    link = practice.asks()
    practice.dwells(link, 4)
    practice.answers(link, 10)
    practice.clock.advance(minutes=10)
    assert practice.due_surveys() == []
    practice.surveys.work_due(practice.clinic.id, MARIA, link.survey or "")
    assert practice.insights.nps(practice.clinic.id).total.answered == 1


def test_a_dwell_replaces_a_provisional_answer_and_starts_the_hold_again(practice: Practice) -> None:
    link = practice.asks()
    practice.dwells(link, 4)
    practice.clock.advance(minutes=8)
    survey = practice.dwells(link, 10)
    assert survey.answer is not None
    assert survey.answer.score == 10
    assert survey.due_at == practice.clock.business() + dt.timedelta(minutes=10)


def test_a_dwell_never_replaces_a_counted_answer(practice: Practice) -> None:
    link = practice.asks()
    counted = practice.answers(link, 9)
    assert practice.dwells(link, 0) == counted
    assert practice.survey(link) == counted


def test_the_same_answer_sent_twice_changes_nothing(practice: Practice) -> None:
    link = practice.asks()
    first = practice.answers(link, 6, "Too loud")
    version = practice.patient_version()
    practice.clock.advance(seconds=1)
    assert practice.answers(link, 6, "Too loud") == first
    assert practice.patient_version() == version
    assert len(practice.alerts()) == 2
    assert len(practice.cases()[0].notes) == 1


def test_the_same_score_without_words_keeps_the_words(practice: Practice) -> None:
    link = practice.asks()
    first = practice.answers(link, 9, "Great staff")
    assert practice.answers(link, 9) == first


def test_another_score_without_words_leaves_the_words_in_the_history(practice: Practice) -> None:
    link = practice.asks()
    practice.answers(link, 9, "Great staff")
    survey = practice.answers(link, 4)
    assert survey.answer is not None
    assert (survey.answer.comment, survey.history[0].comment) == ("", "Great staff")


@pytest.mark.parametrize(("via", "words"), [(Via.BUTTON, ""), (Via.REPLY, "Great staff")])
def test_words_on_hold_stay_unless_the_patient_took_them_out_on_the_page(
    practice: Practice, via: Via, words: str
) -> None:
    link = practice.asks()
    practice.answers(link, 9, "Great staff", Via.DWELL)
    survey = practice.answers(link, 9, via=via)
    assert survey.answer is not None
    assert survey.answer.comment == words


def test_an_edit_keeps_the_earlier_answer_in_the_history(practice: Practice) -> None:
    link = practice.asks()
    practice.answers(link, 9, "Great staff")
    practice.clock.advance(days=2)
    survey = practice.answers(link, 5, "On reflection, no")
    assert [(one.score, one.comment) for one in survey.history] == [(9, "Great staff")]
    assert survey.counted_at == NOON


def test_a_comment_added_to_the_same_score_moves_no_number(practice: Practice) -> None:
    link = practice.asks()
    practice.answers(link, 9)
    survey = practice.answers(link, 9, "I forgot to say: thank you")
    assert survey.answer is not None
    assert survey.answer.comment == "I forgot to say: thank you"
    assert practice.insights.nps(practice.clinic.id).total.promoters == 1
    assert practice.insights.recount(practice.clinic.id) == []


def test_confirming_an_unconfirmed_answer_counts_it_once(practice: Practice) -> None:
    link = practice.asks()
    practice.dwells(link, 9)
    practice.hold_ends(link)
    survey = practice.answers(link, 9)
    assert survey.standing is Standing.CONFIRMED
    assert survey.history == ()
    assert practice.insights.nps(practice.clinic.id).total.promoters == 1


def test_an_answer_may_be_changed_for_seven_days(practice: Practice) -> None:
    link = practice.asks()
    practice.answers(link, 9)
    practice.clock.now = NOON + EDIT_FOR - dt.timedelta(seconds=1)
    practice.answers(link, 8)
    practice.clock.now = NOON + EDIT_FOR
    with pytest.raises(Expired, match="no longer be changed"):
        practice.answers(link, 7)


def test_sending_the_same_answer_late_is_no_error(practice: Practice) -> None:
    link = practice.asks()
    first = practice.answers(link, 9)
    practice.clock.now = NOON + EDIT_FOR
    assert practice.answers(link, 9) == first


def test_nobody_changes_an_answer_without_end(practice: Practice) -> None:
    link = practice.asks()
    for turn in range(MOST_EDITS + 1):
        practice.answers(link, turn % 2)
    with pytest.raises(Expired):
        practice.answers(link, 10)


@pytest.mark.parametrize("via", [Via.BUTTON, Via.DWELL])
def test_an_expired_link_answers_nothing(practice: Practice, via: Via) -> None:
    link = practice.asks()
    practice.clock.advance(days=30)
    with pytest.raises(Expired):
        practice.answers(link, 9, via=via)


def test_a_dwell_from_a_later_mail_never_answers_a_survey_that_ended(practice: Practice) -> None:
    link = practice.asks()
    practice.clock.advance(days=30)
    later = replace(link, touch="follow-up", expires_at=practice.clock.business() + LIFE)
    with pytest.raises(Expired):
        practice.dwells(later, 9)


def test_a_reply_long_after_the_survey_ended_answers_nothing(practice: Practice) -> None:
    link = practice.asks()
    practice.clock.advance(days=30)
    with pytest.raises(Expired):
        practice.answers(link, 9, via=Via.REPLY)


def test_a_link_answers_its_own_survey_only(practice: Practice) -> None:
    link = practice.asks()
    other = practice.asks("visit-2")
    with pytest.raises(Forbidden):
        practice.surveys.answer(link, other.survey or "", 9, "", Via.BUTTON)


@pytest.mark.parametrize(("via", "purpose"), [(Via.BUTTON, Purpose.REPLY), (Via.REPLY, Purpose.ANSWER)])
def test_a_link_is_used_for_what_it_was_mailed_for(practice: Practice, via: Via, purpose: Purpose) -> None:
    link = practice.asks()
    narrow = type(link)(link.clinic, link.recipient, link.touch, frozenset({purpose}), link.expires_at, link.survey)
    with pytest.raises(Forbidden):
        practice.answers(narrow, 9, via=via)


@pytest.mark.parametrize("score", [-1, 11, 10**9])
def test_a_score_nobody_could_choose_is_refused(practice: Practice, score: int) -> None:
    link = practice.asks()
    with pytest.raises(Invalid) as refused:
        practice.answers(link, score)
    assert refused.value.field == "score"
    assert practice.survey(link).standing is Standing.NONE


def test_a_typed_comment_that_is_too_long_is_refused(practice: Practice) -> None:
    with pytest.raises(Invalid) as refused:
        practice.answers(practice.asks(), 9, "x" * 4001)
    assert refused.value.field == "comment"


def test_a_mailed_comment_that_is_too_long_is_cut(practice: Practice) -> None:
    survey = practice.answers(practice.asks(), 9, "x" * 9000, Via.REPLY)
    assert survey.answer is not None
    assert len(survey.answer.comment) == 4000
    assert survey.answer.comment.endswith("…")


def test_words_in_any_script_come_back_as_they_were_written(practice: Practice) -> None:
    link = practice.asks()
    words = "<b>شكرا</b> 👩‍⚕️ \u202eabc\nmuy bien"
    practice.answers(link, 9, words)
    answer = practice.survey(link).answer
    assert answer is not None
    assert answer.comment == words


def test_an_unknown_survey_is_not_found(practice: Practice) -> None:
    link = practice.asks()
    gone = type(link)(link.clinic, link.recipient, link.touch, link.purposes, link.expires_at, "gone")
    with pytest.raises(NotFound):
        practice.answers(gone, 9)


def test_please_do_not_call_me_is_noted_on_the_survey_and_its_case(practice: Practice) -> None:
    link = practice.asks()
    practice.answers(link, 3)
    assert practice.surveys.no_call(link, link.survey or "").no_call
    case = practice.cases()[0]
    assert case.no_call
    assert case.notes[-1].text == "the patient asked not to be called"
    assert practice.insights.recount(practice.clinic.id) == []


def test_please_do_not_call_me_twice_is_noted_once(practice: Practice) -> None:
    link = practice.asks()
    practice.answers(link, 3)
    first = practice.surveys.no_call(link, link.survey or "")
    assert practice.surveys.no_call(link, link.survey or "") == first
    assert len(practice.cases()[0].notes) == 2


def test_please_do_not_call_me_keeps_an_answer_on_hold(practice: Practice) -> None:
    link = practice.asks()
    practice.dwells(link, 3)
    practice.surveys.no_call(link, link.survey or "")
    assert practice.hold_ends(link).standing is Standing.UNCONFIRMED
    assert practice.cases()[0].no_call
