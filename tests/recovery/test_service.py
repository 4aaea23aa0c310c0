"""From an unhappy answer to a closed case."""

import datetime as dt
from dataclasses import replace

import pytest

from prm.core import table
from prm.core.errors import Conflict, Invalid, NotFound
from prm.mail.model import Touch
from prm.mail.service import Effects
from prm.recovery.desk import NOTE_LIMIT
from prm.recovery.model import SYSTEM, CaseState, Outcome
from prm.recovery.store import CaseRow
from prm.surveys.model import Change, Via
from tests.answering import MARIA, Practice, close, only_case
from tests.fakes import NOON

CALL_BY = NOON + dt.timedelta(hours=4)
ESCALATE_AT = NOON + dt.timedelta(hours=3, minutes=30)


def readers(touches: list[Touch]) -> list[str]:
    return sorted(one.recipient for one in touches)


@pytest.mark.parametrize("score", [0, 6, 7, 8])
def test_everyone_but_a_promoter_gets_a_case(practice: Practice, score: int) -> None:
    practice.answers(practice.asks(), score)
    case = only_case(practice)
    assert (case.score, case.state, case.opened, case.location) == (score, CaseState.OPEN, 1, "downtown")
    assert (case.call_by, case.escalate_at) == (CALL_BY, ESCALATE_AT)


@pytest.mark.parametrize("score", [9, 10])
def test_a_promoter_gets_none(practice: Practice, score: int) -> None:
    practice.answers(practice.asks(), score)
    assert practice.cases() == ()
    assert practice.alerts() == []


def test_the_alert_goes_to_those_who_asked_for_it_and_cover_the_place(practice: Practice) -> None:
    practice.answers(practice.asks(), 4)
    assert readers(practice.alerts()) == ["staff:luis", "staff:nora"]
    assert readers_of_queue(practice) == ["staff:luis", "staff:nora"]


def readers_of_queue(practice: Practice) -> list[str]:
    return sorted(key.recipient for key in practice.queues.now)


def test_another_place_alerts_other_people(practice: Practice) -> None:
    practice.answers(practice.asks(location="north"), 4)
    assert readers(practice.alerts()) == ["staff:nora"]


def test_an_alert_is_named_by_its_case_and_says_what_it_is_about(practice: Practice) -> None:
    practice.answers(practice.asks(), 4)
    case, alert = only_case(practice), practice.alerts()[0]
    assert (alert.purpose, alert.occurrence) == ("alert", f"{case.id}.1")
    assert (alert.about.case, alert.about.location, alert.about.patient) == (case.id, "downtown", MARIA)


def test_a_call_promised_in_the_evening_is_due_next_morning(practice: Practice) -> None:
    practice.clock.now = dt.datetime(2026, 11, 24, 22, tzinfo=dt.UTC)
    practice.answers(practice.asks(), 4)
    assert only_case(practice).call_by == dt.datetime(2026, 11, 25, 16, tzinfo=dt.UTC)


def test_the_owner_is_the_places_manager(practice: Practice) -> None:
    practice.answers(practice.asks(), 4)
    assert only_case(practice).owner == "luis"


def test_an_unconfirmed_answer_makes_an_unconfirmed_case(practice: Practice) -> None:
    link = practice.asks()
    practice.dwells(link, 2)
    practice.hold_ends(link)
    assert only_case(practice).unconfirmed
    assert len(practice.alerts()) == 2


def test_confirming_it_takes_the_label_off_and_alerts_nobody_again(practice: Practice) -> None:
    link = practice.asks()
    practice.dwells(link, 2)
    practice.hold_ends(link)
    practice.answers(link, 2)
    case = only_case(practice)
    assert not case.unconfirmed
    assert case.notes[-1].text == "a person confirmed the answer"
    assert len(practice.alerts()) == 2


def test_an_edit_to_a_low_score_opens_a_case_and_alerts_once(practice: Practice) -> None:
    link = practice.asks()
    practice.answers(link, 9)
    practice.answers(link, 5)
    practice.answers(link, 3)
    case = only_case(practice)
    assert (case.score, case.opened) == (3, 1)
    assert [note.text for note in case.notes] == ["opened: answer 5", "the patient changed the answer from 5 to 3"]
    assert len(practice.alerts()) == 2


def test_an_edit_to_a_high_score_is_noted_and_closes_nothing(practice: Practice) -> None:
    link = practice.asks()
    practice.answers(link, 4)
    practice.answers(link, 10)
    case = only_case(practice)
    assert case.is_open
    assert case.score == 4
    assert case.notes[-1].text == "the patient changed the answer from 4 to 10"


def test_a_comment_is_noted_without_its_words(practice: Practice) -> None:
    link = practice.asks()
    practice.answers(link, 4)
    practice.answers(link, 4, "the waiting room was cold")
    case = only_case(practice)
    assert case.notes[-1].text == "the patient changed the comment"
    assert len(practice.alerts()) == 2


def test_a_second_low_answer_while_a_case_is_open_joins_it(practice: Practice) -> None:
    practice.answers(practice.asks("visit-1"), 4)
    second = practice.asks("visit-6")
    practice.answers(second, 6)
    case = only_case(practice)
    assert (case.opened, case.score, case.survey) == (1, 6, second.survey)
    assert len(practice.alerts()) == 2


def test_a_high_answer_to_another_survey_leaves_the_case_alone(practice: Practice) -> None:
    practice.answers(practice.asks("visit-1"), 4)
    before = only_case(practice)
    practice.answers(practice.asks("visit-6"), 10)
    assert only_case(practice) == before


def test_a_second_low_answer_opens_a_closed_case_again_and_alerts_anew(practice: Practice) -> None:
    practice.answers(practice.asks("visit-1"), 4)
    close(practice, only_case(practice))
    practice.clock.advance(days=1)
    practice.answers(practice.asks("visit-6"), 2)
    case = only_case(practice)
    assert (case.state, case.opened, case.outcome, case.closed_at) == (CaseState.OPEN, 2, None, None)
    assert case.call_by == CALL_BY + dt.timedelta(days=1)
    assert case.escalate_at == ESCALATE_AT + dt.timedelta(days=1)
    assert sorted({one.occurrence for one in practice.alerts()}) == [f"{case.id}.1", f"{case.id}.2"]
    assert [one.id for one in practice.recovery.open_cases(practice.clinic.id)] == [case.id]


@pytest.mark.parametrize(
    ("edit", "comment", "opened"),
    [(2, "", 2), (6, "", 1), (4, "still cold", 1), (9, "", 1)],
    ids=["got lower", "got higher", "words only", "turned high"],
)
def test_an_edit_opens_a_closed_case_again_only_if_it_got_worse(
    practice: Practice, edit: int, comment: str, opened: int
) -> None:
    link = practice.asks()
    practice.answers(link, 4)
    close(practice, only_case(practice))
    practice.answers(link, edit, comment)
    case = only_case(practice)
    assert case.opened == opened
    assert case.is_open is (opened == 2)
    assert case.notes[-1].by == SYSTEM


def test_edits_between_high_scores_of_another_survey_are_no_news(practice: Practice) -> None:
    practice.answers(practice.asks("visit-1"), 4)
    happy = practice.asks("visit-6")
    practice.answers(happy, 10)
    before = only_case(practice)
    practice.answers(happy, 9, "still happy")
    assert only_case(practice) == before


def test_please_do_not_call_me_about_an_earlier_answer_is_noted_and_changes_no_score(practice: Practice) -> None:
    first, second = practice.asks("visit-1"), practice.asks("visit-6")
    practice.answers(first, 4)
    practice.answers(second, 2)
    practice.surveys.no_call(first, first.survey or "")
    case = only_case(practice)
    assert (case.no_call, case.score, case.survey) == (True, 2, second.survey)


def test_confirming_an_earlier_answer_says_nothing_of_a_later_one(practice: Practice) -> None:
    first, second = practice.asks("visit-1"), practice.asks("visit-6")
    practice.dwells(first, 4)
    practice.hold_ends(first)
    practice.dwells(second, 2)
    practice.hold_ends(second)
    before = only_case(practice)
    practice.answers(first, 4)
    assert only_case(practice) == before
    assert before.unconfirmed


def test_an_answer_that_comes_while_a_case_is_closed_opens_it_again(practice: Practice) -> None:
    practice.answers(practice.asks("visit-1"), 6)
    second = practice.asks("visit-6")
    meanwhile = [lambda: close(practice, only_case(practice))]

    def interfere(_change: Change) -> Effects:
        while meanwhile:
            meanwhile.pop()()
        return Effects()

    practice.surveys = replace(practice.surveys, also=(*practice.surveys.also, interfere))
    practice.answers(second, 3)
    case = only_case(practice)
    assert (case.opened, case.is_open) == (2, True)
    assert [note.text for note in case.notes] == [
        "opened: answer 6",
        "closed: resolved. Called, all is well",
        "opened again: answer 3",
    ]


def test_two_first_answers_at_once_make_one_case_that_knows_of_both(practice: Practice) -> None:
    first, second = practice.asks("visit-1"), practice.asks("visit-6")
    plain = practice.surveys
    meanwhile = [lambda: plain.answer(second, second.survey or "", 2, "", Via.BUTTON)]

    def interfere(_change: Change) -> Effects:
        while meanwhile:
            meanwhile.pop()()
        return Effects()

    practice.surveys = replace(plain, also=(*plain.also, interfere))
    practice.answers(first, 5)
    assert [note.text for note in only_case(practice).notes] == ["opened: answer 2", "another low answer: 5"]
    assert len(practice.alerts()) == 2


def test_another_episode_gets_a_case_of_its_own(practice: Practice) -> None:
    practice.answers(practice.asks("visit-1", episode="knee"), 4)
    practice.answers(practice.asks("visit-9", episode="shoulder"), 4)
    assert len({case.id for case in practice.cases()}) == 2


def test_closing_says_how_by_whom_and_why(practice: Practice) -> None:
    practice.answers(practice.asks(), 4)
    version = practice.patient_version()
    closed = close(practice, only_case(practice))
    assert closed == only_case(practice)
    assert (closed.state, closed.outcome, closed.closed_at) == (CaseState.CLOSED, Outcome.RESOLVED, NOON)
    assert (closed.notes[-1].by, closed.notes[-1].text) == ("luis", "closed: resolved. Called, all is well")
    assert practice.recovery.open_cases(practice.clinic.id) == []
    assert practice.recovery.closed_cases(practice.clinic.id) == [closed]
    assert practice.patient_version() == version + 1


def test_a_closed_case_is_not_closed_again(practice: Practice) -> None:
    practice.answers(practice.asks(), 4)
    close(practice, only_case(practice))
    with pytest.raises(Conflict, match="closed already"):
        close(practice, only_case(practice))


def test_a_case_is_found_by_its_number_as_it_is_said(practice: Practice) -> None:
    practice.answers(practice.asks(), 4)
    case = only_case(practice)
    said = f"{case.id[:4]}-{case.id[4:]}".lower().replace("0", "o").replace("1", "l")
    assert practice.recovery.find(practice.clinic.id, said) == case


def test_nobody_closes_what_is_not_theirs(practice: Practice) -> None:
    practice.answers(practice.asks(), 4)
    case = only_case(practice)
    with pytest.raises(NotFound):
        practice.recovery.close("elsewhere", case.id, Outcome.MOVED, SYSTEM, "")
    with pytest.raises(NotFound):
        close(practice, case, by="a stranger")
    assert only_case(practice) == case


def test_a_note_without_end_is_refused(practice: Practice) -> None:
    practice.answers(practice.asks(), 4)
    with pytest.raises(Invalid):
        practice.recovery.close(
            practice.clinic.id, only_case(practice).id, Outcome.MOVED, SYSTEM, "x" * (NOTE_LIMIT + 1)
        )


def test_open_cases_come_most_urgent_first(practice: Practice) -> None:
    practice.knows("p-late")
    practice.answers(practice.asks(), 4)
    practice.clock.advance(minutes=5)
    practice.answers(practice.asks(patient="p-late"), 4)
    assert [case.patient for case in practice.recovery.open_cases(practice.clinic.id)] == [MARIA, "p-late"]


def test_a_case_nobody_closes_is_passed_on_once(practice: Practice) -> None:
    practice.answers(practice.asks(), 4)
    practice.clock.now = ESCALATE_AT
    case = only_case(practice)
    assert [key.sk for key in practice.due_cases()] == [case.id]
    practice.recovery.work_due(practice.clinic.id, MARIA, case.id)
    practice.recovery.work_due(practice.clinic.id, MARIA, case.id)
    passed_on = [one for one in practice.alerts() if one.occurrence == f"{case.id}.1.escalation"]
    assert readers(passed_on) == ["staff:nora"]
    assert only_case(practice).escalated_at == ESCALATE_AT
    assert practice.due_cases() == []
    assert readers_of_queue(practice) == ["staff:luis", "staff:nora", "staff:nora"]


def test_nothing_is_passed_on_before_its_time_or_once_it_is_closed(practice: Practice) -> None:
    practice.answers(practice.asks(), 4)
    case = only_case(practice)
    practice.recovery.work_due(practice.clinic.id, MARIA, case.id)
    close(practice, case)
    practice.clock.now = ESCALATE_AT
    assert practice.due_cases() == []
    practice.recovery.work_due(practice.clinic.id, MARIA, case.id)
    practice.recovery.work_due(practice.clinic.id, MARIA, "gone")
    assert len(practice.alerts()) == 2


def test_a_case_opened_again_is_passed_on_again(practice: Practice) -> None:
    practice.answers(practice.asks("visit-1"), 4)
    practice.clock.now = ESCALATE_AT
    practice.recovery.work_due(practice.clinic.id, MARIA, only_case(practice).id)
    close(practice, only_case(practice))
    practice.answers(practice.asks("visit-6"), 4)
    assert only_case(practice).escalated_at is None
    practice.clock.advance(days=1)
    practice.recovery.work_due(practice.clinic.id, MARIA, only_case(practice).id)
    case = only_case(practice)
    assert {one.occurrence for one in practice.alerts() if "escalation" in one.occurrence} == {
        f"{case.id}.1.escalation",
        f"{case.id}.2.escalation",
    }


def test_failed_work_on_a_case_is_put_off(practice: Practice) -> None:
    practice.answers(practice.asks(), 4)
    practice.clock.now = ESCALATE_AT
    assert table.put_off(CaseRow, practice.due_cases()[0], practice.clock.business()) == 1
    assert practice.due_cases() == []
