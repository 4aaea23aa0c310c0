"""Answers that meet another answer, a missing patient, or a queue that is down."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from prm.core import table
from prm.core.errors import Conflict, Unavailable
from prm.mail.service import Effects
from prm.surveys.model import Standing, Survey, Via
from prm.surveys.store import SurveyRow, SurveyStore
from tests.answering import MARIA, SHARDS, Practice
from tests.fakes import NOON


def rival(practice: Practice, times: int, act: Callable[[], object]) -> None:
    """Let someone else be faster the next `times` times."""
    service = practice.surveys
    left = [times]

    def interfere(_change: object) -> Effects:
        if left[0]:
            left[0] -= 1
            act()
        return Effects()

    practice.surveys = type(service)(**{**vars(service), "also": (*service.also, interfere)})


def test_an_answer_that_lost_a_race_is_judged_again(practice: Practice) -> None:
    link = practice.asks()
    plain = practice.surveys
    rival(practice, 1, lambda: plain.answer(link, link.survey or "", 2, "", Via.BUTTON))
    survey = practice.answers(link, 9)
    assert [one.score for one in survey.history] == [2]
    assert practice.insights.recount(practice.clinic.id) == []


class Outdated(SurveyStore):
    """Returns a survey as it was before someone else changed it, once."""

    def __init__(self, outdated: Survey) -> None:
        super().__init__(SHARDS)
        self._outdated = [outdated]

    def find(self, clinic: str, patient: str, survey: str) -> Survey | None:
        return self._outdated.pop() if self._outdated else super().find(clinic, patient, survey)


def test_a_dwell_that_lost_a_race_against_a_person_changes_nothing(practice: Practice) -> None:
    link = practice.asks()
    before = practice.survey(link)
    confirmed = practice.answers(link, 9)
    practice.surveys = replace(practice.surveys, store=Outdated(before))
    assert practice.dwells(link, 2) == confirmed
    assert practice.survey(link) == confirmed


def test_a_hold_that_ends_while_a_person_answers_changes_nothing(practice: Practice) -> None:
    link = practice.asks()
    practice.fetches(link, 0, 1, 2, client="scanner")
    practice.dwells(link, 2)
    before = practice.survey(link)
    confirmed = practice.answers(link, 9)
    practice.surveys = replace(practice.surveys, store=Outdated(before))
    assert practice.hold_ends(link) == confirmed


def test_a_person_who_answers_while_a_machine_is_found_out_is_heard(practice: Practice) -> None:
    link = practice.asks()
    practice.fetches(link, 0, 1, 2, client="scanner")
    practice.dwells(link, 2)
    before = practice.survey(link)
    machine = practice.hold_ends(link)
    assert machine.version == before.version + 1
    practice.surveys = replace(practice.surveys, store=Outdated(before))
    assert practice.answers(link, 9).version == machine.version + 1


def test_an_answer_that_lost_twice_says_so(practice: Practice) -> None:
    link = practice.asks()
    plain = practice.surveys
    scores = iter((2, 3))
    rival(practice, 2, lambda: plain.answer(link, link.survey or "", next(scores), "", Via.BUTTON))
    with pytest.raises(Conflict):
        practice.answers(link, 9)
    assert practice.insights.recount(practice.clinic.id) == []


def test_nothing_is_stored_when_the_patient_is_gone(practice: Practice) -> None:
    link = practice.asks(patient="erased")
    with pytest.raises(Conflict):
        practice.answers(link, 3)
    assert practice.survey(link).standing is Standing.NONE
    assert practice.cases("erased") == ()
    assert practice.alerts() == []
    assert practice.insights.nps(practice.clinic.id).total.answered == 0


def test_an_answer_stands_although_its_alert_cannot_be_queued_now(practice: Practice) -> None:
    link = practice.asks()
    practice.queues.fails_with = Unavailable("the queue does not answer")
    assert practice.answers(link, 3).standing is Standing.CONFIRMED
    assert all(one.due_at == NOON + dt.timedelta(minutes=2) for one in practice.alerts())


def test_work_on_a_survey_that_is_not_on_hold_does_nothing(practice: Practice) -> None:
    link = practice.asks()
    counted = practice.answers(link, 9)
    practice.surveys.work_due(practice.clinic.id, MARIA, link.survey or "")
    practice.surveys.work_due(practice.clinic.id, MARIA, "gone")
    assert practice.survey(link) == counted


def test_failed_work_is_put_off_and_done_later(practice: Practice) -> None:
    link = practice.asks()
    practice.dwells(link, 9)
    practice.clock.advance(minutes=10)
    key = practice.due_surveys()[0]
    assert table.put_off(SurveyRow, key, practice.clock.business()) == 1
    assert practice.due_surveys() == []
    practice.clock.advance(minutes=2)
    practice.surveys.work_due(practice.clinic.id, MARIA, link.survey or "")
    assert practice.survey(link).standing is Standing.UNCONFIRMED
