"""Who gets nothing, for good or as things stand."""

import datetime as dt
from dataclasses import replace

import pytest

from prm.mail.model import Kind, StopKind
from prm.patients.model import Proxy
from prm.rules.model import NoMatch, Rule, Send, Skip, Wait
from tests import examples
from tests.fakes import NOON
from tests.rules.world import AFTER, DAY, EVALUATION, FOLLOW_UP, HOUR, evaluation, facts, judge, survey_of, touch

VISIT = [evaluation(NOON - 3 * HOUR)]
FIRST = touch(NOON - 4 * DAY, rule=EVALUATION.id)


@pytest.mark.parametrize("kind", [StopKind.ALL, StopKind.SURVEYS])
@pytest.mark.parametrize("rule", [EVALUATION, FOLLOW_UP, AFTER], ids=lambda rule: rule.id)
def test_who_wants_no_mail_or_no_surveys_gets_nothing_about_surveys(kind: StopKind, rule: Rule) -> None:
    answered = survey_of(FIRST, 9, NOON - HOUR) if rule is AFTER else survey_of(FIRST)
    known = facts(VISIT, touches=[FIRST], surveys=[answered], stopped=[kind])
    assert judge(rule, known, NOON) == Skip("opted out")


def test_who_wants_no_articles_still_gets_surveys() -> None:
    assert judge(EVALUATION, facts(VISIT, stopped=[StopKind.CONTENT]), NOON) == Send(Kind.SURVEY)


def test_an_opt_out_is_judged_when_the_mail_is_due_not_before() -> None:
    assert isinstance(judge(EVALUATION, facts(VISIT, stopped=[StopKind.ALL]), NOON - HOUR), Wait)


def test_the_dead_get_no_mail() -> None:
    gone = examples.maria(deceased_on=dt.date(2026, 11, 20))
    assert judge(EVALUATION, facts(VISIT, patient=gone), NOON) == Skip("stopped")


def test_without_an_address_nothing_is_kept() -> None:
    assert judge(EVALUATION, facts(VISIT, patient=examples.maria(email=None)), NOON) == NoMatch("not reachable")


def test_a_childs_own_address_is_none_and_the_proxys_is() -> None:
    child = examples.maria(birth_date=dt.date(2015, 1, 1))
    assert judge(EVALUATION, facts(VISIT, patient=child), NOON) == NoMatch("not reachable")
    with_proxy = replace(child, proxy=Proxy("Ana", "ana@example.com"))
    assert judge(EVALUATION, facts(VISIT, patient=with_proxy), NOON) == Send(Kind.SURVEY)


def test_what_is_a_week_too_late_is_given_up() -> None:
    due = NOON
    assert judge(EVALUATION, facts(VISIT), due + 7 * DAY - HOUR) == Send(Kind.SURVEY)
    assert judge(EVALUATION, facts(VISIT), due + 7 * DAY) == Skip("late")


def test_a_morning_that_comes_too_late_is_not_waited_for() -> None:
    impatient = replace(EVALUATION, max_age=2 * HOUR)
    ended = NOON + 3 * HOUR
    assert judge(impatient, facts([evaluation(ended)]), ended + 4 * HOUR + HOUR / 2) == Skip(
        "late: outside the hours for mail"
    )
