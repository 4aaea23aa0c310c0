"""Once more, to those whose first mail arrived and who said nothing."""

from dataclasses import replace

import pytest

from prm.mail.model import Kind, State
from prm.rules.model import NoMatch, Send, Wait
from prm.surveys.model import HOLD, Answer, Standing, Via
from tests.fakes import NOON
from tests.rules.world import DAY, EVALUATION, FOLLOW_UP, HOUR, facts, judge, survey_of, touch

FIRST = touch(NOON - 4 * DAY, rule=EVALUATION.id)


def after(state: State) -> object:
    first = replace(FIRST, state=state)
    return judge(FOLLOW_UP, facts(touches=[first], surveys=[survey_of(first)]), NOON)


@pytest.mark.parametrize("state", [State.SENT, State.DELIVERED])
def test_it_goes_four_days_after_a_first_mail_that_went(state: State) -> None:
    first = replace(FIRST, state=state)
    known = facts(touches=[first], surveys=[survey_of(first)])
    assert judge(FOLLOW_UP, known, NOON - HOUR) == Wait(NOON, "not due yet")
    assert judge(FOLLOW_UP, known, NOON) == Send(Kind.FOLLOW_UP)


@pytest.mark.parametrize("state", [State.DUE, State.CLAIMED])
def test_it_is_judged_again_while_the_first_mail_has_not_gone(state: State) -> None:
    assert after(state) == Wait(NOON + HOUR, "the first mail has not gone yet")


@pytest.mark.parametrize("state", [State.UNKNOWN, State.UNCONFIRMED, State.BOUNCED, State.COMPLAINED])
def test_nobody_is_asked_again_who_may_not_have_got_the_first_mail(state: State) -> None:
    assert isinstance(after(state), NoMatch)


def test_a_bounce_ends_it_at_once_and_nobody_waits_four_days_to_learn_that() -> None:
    bounced = replace(FIRST, state=State.BOUNCED)
    assert judge(FOLLOW_UP, facts(touches=[bounced]), NOON - DAY) == NoMatch("the first mail did not arrive")


def test_it_waits_to_see_whether_an_unknown_first_mail_arrived_after_all() -> None:
    unknown = replace(FIRST, state=State.UNKNOWN, sent_at=None)
    assert judge(FOLLOW_UP, facts(touches=[unknown]), NOON - DAY) == Wait(NOON, "not due yet")


def test_an_answer_ends_it() -> None:
    assert judge(FOLLOW_UP, facts(touches=[FIRST], surveys=[survey_of(FIRST, 9)]), NOON) == NoMatch("answered")


def test_a_machines_answer_does_not_end_it() -> None:
    opened = survey_of(FIRST, 9, standing=Standing.MACHINE, counted_at=None)
    assert judge(FOLLOW_UP, facts(touches=[FIRST], surveys=[opened]), NOON) == Send(Kind.FOLLOW_UP)


def test_an_answer_on_hold_is_waited_for() -> None:
    held = survey_of(FIRST).answered(Answer(9, "", Via.DWELL, NOON), Standing.PROVISIONAL, NOON)
    known = facts(touches=[FIRST], surveys=[held])
    assert judge(FOLLOW_UP, known, NOON) == Wait(NOON + HOLD, "an answer may have come")
