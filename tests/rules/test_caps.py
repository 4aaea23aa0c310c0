"""How much mail is too much."""

from dataclasses import replace

import pytest

from prm.mail.model import Kind, State
from prm.rules.model import Send, Skip, Wait
from tests import examples
from tests.fakes import NOON
from tests.rules.world import DAY, EVALUATION, FOLLOW_UP, HOUR, evaluation, facts, judge, survey_of, touch

ENDED = NOON - 3 * HOUR
VISIT = [evaluation(ENDED)]


def test_two_mails_in_seven_days_hold_a_third_back_until_there_is_room() -> None:
    mails = [touch(NOON - 6 * DAY, Kind.THANK_YOU), touch(NOON - 2 * DAY, Kind.THANK_YOU)]
    known = facts(VISIT, touches=mails)
    assert judge(EVALUATION, known, NOON) == Wait(NOON + DAY, "2 mails in 7 days")
    assert judge(EVALUATION, known, NOON + DAY) == Send(Kind.SURVEY)


def test_mails_of_long_ago_do_not_open_the_gate_early() -> None:
    mails = [touch(NOON - days * DAY, Kind.THANK_YOU) for days in (300, 6, 2)]
    assert judge(EVALUATION, facts(VISIT, touches=mails), NOON) == Wait(NOON + DAY, "2 mails in 7 days")


def test_a_mail_that_would_come_too_late_is_given_up_now_and_says_why() -> None:
    yesterday = [evaluation(ENDED - DAY)]
    mails = [touch(NOON - HOUR, Kind.THANK_YOU), touch(NOON - 2 * HOUR, Kind.THANK_YOU)]
    assert judge(EVALUATION, facts(yesterday, touches=mails), NOON) == Skip("late: 2 mails in 7 days")


def test_a_survey_holds_the_next_back_for_fourteen_days() -> None:
    known = facts(VISIT, touches=[touch(NOON - 10 * DAY)])
    assert judge(EVALUATION, known, NOON) == Wait(NOON + 4 * DAY, "one survey in 14 days")


def test_a_third_survey_is_the_last_of_an_episode() -> None:
    earlier = [touch(NOON - days * DAY, episode="from-v0") for days in (60, 40, 20)]
    assert judge(EVALUATION, facts(VISIT, touches=earlier[:2]), NOON) == Send(Kind.SURVEY)
    assert judge(EVALUATION, facts(VISIT, touches=earlier), NOON) == Skip("late: 3 surveys in one episode")


def test_surveys_of_another_episode_do_not_count() -> None:
    earlier = [touch(NOON - days * DAY, episode="before") for days in (60, 40, 20)]
    assert judge(EVALUATION, facts(VISIT, touches=earlier), NOON) == Send(Kind.SURVEY)


@pytest.mark.parametrize("state", [State.DUE, State.CLAIMED, State.UNKNOWN, State.UNCONFIRMED, State.DELIVERED])
def test_whatever_may_have_reached_the_patient_uses_up_a_cap(state: State) -> None:
    assert judge(EVALUATION, facts(VISIT, touches=[touch(NOON - DAY, state=state)]), NOON) != Send(Kind.SURVEY)


@pytest.mark.parametrize("state", [State.SKIPPED, State.FAILED, State.BOUNCED, State.COMPLAINED])
def test_what_never_reached_the_patient_uses_up_nothing(state: State) -> None:
    assert judge(EVALUATION, facts(VISIT, touches=[touch(NOON - DAY, state=state)]), NOON) == Send(Kind.SURVEY)


def test_a_mail_that_waited_for_a_week_counts_as_going_now() -> None:
    waiting = [touch(NOON - 9 * DAY, Kind.THANK_YOU, State.DUE), touch(NOON - 8 * DAY, Kind.THANK_YOU, State.DUE)]
    assert judge(EVALUATION, facts(VISIT, touches=waiting), NOON) != Send(Kind.SURVEY)


def test_alerts_and_receipts_are_not_optional_and_count_for_nothing() -> None:
    mails = [touch(NOON - HOUR, Kind.RECEIPT), touch(NOON - 2 * HOUR, Kind.ALERT)]
    assert judge(EVALUATION, facts(VISIT, touches=mails), NOON) == Send(Kind.SURVEY)


def test_of_two_waiting_mails_the_older_never_waits_for_the_younger() -> None:
    older = touch(NOON - HOUR, state=State.DUE, rule=EVALUATION.id)
    younger = touch(NOON, state=State.DUE)
    known = replace(facts(VISIT, touches=[younger]), judged=older)
    assert judge(EVALUATION, known, NOON) == Send(Kind.SURVEY)
    turned = replace(facts(VISIT, touches=[older]), judged=younger)
    assert judge(EVALUATION, turned, NOON) != Send(Kind.SURVEY)


def test_a_clinic_that_allows_no_mail_sends_none() -> None:
    clinic = examples.riverbend()
    silent = replace(clinic, caps=replace(clinic.caps, mails=0))
    assert judge(EVALUATION, facts(VISIT, clinic=silent), NOON) == Skip("late: 0 mails in 7 days")


def test_a_follow_up_may_come_within_fourteen_days_and_as_the_fourth_of_an_episode() -> None:
    first = touch(NOON - 4 * DAY, rule=EVALUATION.id, episode="from-v0")
    earlier = [touch(NOON - days * DAY, episode="from-v0") for days in (60, 40)]
    known = facts(VISIT, touches=[*earlier, first], surveys=[survey_of(first)])
    assert judge(FOLLOW_UP, known, NOON) == Send(Kind.FOLLOW_UP)


def test_a_follow_up_keeps_to_the_general_cap() -> None:
    first = touch(NOON - 4 * DAY, rule=EVALUATION.id)
    known = facts(VISIT, touches=[first, touch(NOON - DAY, Kind.THANK_YOU)], surveys=[survey_of(first)])
    assert judge(FOLLOW_UP, known, NOON) == Wait(NOON + 3 * DAY, "2 mails in 7 days")


def test_a_follow_up_counts_as_no_survey_of_its_own() -> None:
    sent = touch(NOON - 13 * DAY, Kind.FOLLOW_UP, episode="from-v0")
    assert judge(EVALUATION, facts(VISIT, touches=[sent]), NOON) == Send(Kind.SURVEY)
