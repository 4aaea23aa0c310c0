"""After a counted answer exactly one mail goes: the review request, or else the thank-you."""

from dataclasses import replace

import pytest

from prm.clinics.model import Location, ReviewPolicy
from prm.mail.model import Kind, State
from prm.recovery.model import CaseState
from prm.rules.model import Facts, NoMatch, Send, Skip, Wait
from tests import examples
from tests.fakes import NOON
from tests.rules.world import AFTER, DAY, HOUR, case, facts, judge, survey_of, touch

FIRST = touch(NOON - DAY)


def answered(score: int, **more: object) -> Facts:
    return facts(touches=[FIRST], surveys=[survey_of(FIRST, score, NOON - HOUR)], **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("score", [0, 7, 10])
def test_everyone_who_answered_is_asked_for_a_review_with_the_same_links(score: int) -> None:
    assert judge(AFTER, answered(score), NOON) == Send(Kind.REVIEW_REQUEST)


@pytest.mark.parametrize(("score", "kind"), [(8, Kind.THANK_YOU), (9, Kind.REVIEW_REQUEST)])
def test_a_clinic_may_choose_to_ask_promoters_only(score: int, kind: Kind) -> None:
    choosy = examples.riverbend(review_policy=ReviewPolicy.PROMOTERS)
    assert judge(AFTER, answered(score, clinic=choosy), NOON) == Send(kind)


def test_where_there_is_no_review_site_thanks_go_out() -> None:
    bare = examples.riverbend(locations=(Location("downtown", "Downtown"),))
    assert judge(AFTER, answered(9, clinic=bare), NOON) == Send(Kind.THANK_YOU)


def test_a_rule_that_may_only_ask_keeps_silent_where_it_must_not() -> None:
    bare = examples.riverbend(locations=(Location("downtown", "Downtown"),))
    only_asks = replace(AFTER, send=(Kind.REVIEW_REQUEST,))
    assert judge(only_asks, answered(9, clinic=bare), NOON) == NoMatch("no review to ask for")


def test_it_leaves_an_hour_to_change_ones_mind() -> None:
    assert judge(AFTER, answered(9), NOON - HOUR / 2) == Wait(NOON, "not due yet")


def test_nobody_is_thanked_while_a_call_is_owed() -> None:
    known = answered(3, cases=[case(NOON - HOUR)])
    assert judge(AFTER, known, NOON) == Wait(
        NOON + 7 * DAY, "a case is open; goes once it is closed, or never after this"
    )
    assert judge(AFTER, known, NOON + 7 * DAY) == Skip("late")


def test_a_mail_that_was_ordered_before_the_case_opened_looks_again_as_closing_does_not_bring_it_back() -> None:
    known = replace(answered(3, cases=[case(NOON - HOUR)]), judged=touch(NOON - HOUR, Kind.THANK_YOU, State.DUE))
    decision = judge(AFTER, known, NOON)
    assert isinstance(decision, Wait)
    assert decision.until == NOON + HOUR


def test_the_end_of_the_case_lets_it_go() -> None:
    known = answered(3, cases=[case(NOON - HOUR, CaseState.CLOSED)])
    assert judge(AFTER, known, NOON + DAY) == Send(Kind.REVIEW_REQUEST)


@pytest.mark.parametrize(("days", "kind"), [(179, Kind.THANK_YOU), (181, Kind.REVIEW_REQUEST)])
def test_nobody_is_asked_for_two_reviews_in_180_days(days: int, kind: Kind) -> None:
    asked = touch(NOON - days * DAY, Kind.REVIEW_REQUEST)
    known = answered(9)
    assert judge(AFTER, replace(known, touches=(*known.touches, asked)), NOON) == Send(kind)


def test_a_thank_you_that_still_waits_may_become_the_review_request_so_a_later_one_thanks() -> None:
    waiting = touch(NOON - HOUR, Kind.THANK_YOU, State.DUE)
    assert judge(AFTER, replace(answered(9), touches=(waiting,)), NOON) == Send(Kind.THANK_YOU)


def test_a_waiting_thank_you_does_not_become_a_second_request() -> None:
    mine = touch(NOON - HOUR, Kind.THANK_YOU, State.DUE)
    later = touch(NOON, Kind.REVIEW_REQUEST, State.DUE)
    assert judge(AFTER, replace(answered(9), touches=(later,), judged=mine), NOON) == Send(Kind.THANK_YOU)


def test_an_edit_to_a_promoter_before_the_mail_goes_changes_what_it_says() -> None:
    choosy = examples.riverbend(review_policy=ReviewPolicy.PROMOTERS)
    edited = survey_of(FIRST, 10, NOON - HOUR / 2, counted_at=NOON - HOUR)
    mine = touch(NOON, Kind.THANK_YOU, State.DUE)
    known = replace(facts(clinic=choosy, touches=[FIRST], surveys=[edited]), judged=mine)
    assert judge(AFTER, known, NOON) == Send(Kind.REVIEW_REQUEST)
