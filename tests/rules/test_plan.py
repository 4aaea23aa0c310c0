"""All rules for one patient at once."""

import datetime as dt
from dataclasses import replace

from prm.mail.model import Kind, State, StopKind
from prm.patients.model import VisitKind
from prm.rules.plan import plan
from tests.fakes import NOON
from tests.rules.world import (
    AFTER,
    ALL_RULES,
    DAY,
    DISCHARGE,
    EVALUATION,
    FOLLOW_UP,
    HOUR,
    evaluation,
    facts,
    survey_of,
    touch,
    visit,
)


def test_a_mail_is_ordered_and_its_follow_up_brings_the_patient_back() -> None:
    found = plan(ALL_RULES, facts([evaluation(NOON - 3 * HOUR)]), NOON)
    (ordered,) = found.touches
    assert (ordered.purpose, ordered.state, ordered.about.survey) == ("after-evaluation", State.DUE, ordered.id)
    assert found.next_due_at == NOON + 4 * DAY


def test_a_follow_up_sees_the_mail_it_follows_whatever_it_is_called() -> None:
    renamed = replace(FOLLOW_UP, id="a-first-by-name")
    assert plan([renamed, EVALUATION], facts([evaluation(NOON - 3 * HOUR)]), NOON).next_due_at == NOON + 4 * DAY


def test_the_next_rule_sees_what_the_one_before_ordered() -> None:
    same_day = [evaluation(NOON - 4 * HOUR), visit(NOON - 3 * HOUR, "end", VisitKind.DISCHARGE)]
    found = plan([EVALUATION, DISCHARGE], facts(same_day), NOON)
    assert [(one.purpose, one.state, one.reason) for one in found.touches] == [
        ("after-discharge", State.DUE, ""),
        ("after-evaluation", State.SKIPPED, "late: one survey in 14 days"),
    ]


def test_what_was_decided_once_is_not_decided_again() -> None:
    known = facts([evaluation(NOON - 3 * HOUR)])
    first = plan(ALL_RULES, known, NOON)
    again = plan(ALL_RULES, replace(known, touches=first.touches), NOON + HOUR)
    assert again.touches == ()


def test_a_skip_is_kept_and_a_resubscription_revives_nothing() -> None:
    known = facts([evaluation(NOON - 3 * HOUR)], stopped=[StopKind.ALL])
    skipped = plan([EVALUATION], known, NOON).touches
    assert [(one.state, one.reason) for one in skipped] == [(State.SKIPPED, "opted out")]
    assert plan([EVALUATION], replace(known, touches=skipped, stopped=frozenset()), NOON + HOUR).touches == ()


def test_a_rule_that_is_off_orders_nothing() -> None:
    assert plan([replace(EVALUATION, on=False)], facts([evaluation(NOON - 3 * HOUR)]), NOON).touches == ()


def test_nothing_to_wait_for_leaves_the_patient_to_the_next_fact() -> None:
    assert plan(ALL_RULES, facts(), NOON).next_due_at is None


def test_a_follow_up_asks_the_same_survey() -> None:
    first = touch(NOON - 4 * DAY, rule=EVALUATION.id)
    (again,) = plan([FOLLOW_UP], facts(touches=[first], surveys=[survey_of(first)]), NOON).touches
    assert (again.kind, again.about.survey) == (Kind.FOLLOW_UP, first.id)


def test_an_answer_and_its_edit_lead_to_one_mail_about_that_survey() -> None:
    first = touch(NOON - DAY)
    known = facts(touches=[first], surveys=[survey_of(first, 9, NOON - HOUR)])
    (mail,) = plan([AFTER], known, NOON).touches
    assert (mail.kind, mail.about.survey) == (Kind.REVIEW_REQUEST, first.id)
    edited = replace(known, touches=(first, mail), surveys=(survey_of(first, 2, NOON, counted_at=NOON - HOUR),))
    assert plan([AFTER], edited, NOON + HOUR).touches == ()


def test_five_years_of_visits_flood_nobody() -> None:
    start = NOON - 5 * 365 * DAY
    visits = [
        visit(start + dt.timedelta(days=90 * course + 2 * n), f"v{course}-{n}", kind)
        for course in range(20)
        for n, kind in enumerate([VisitKind.EVALUATION, *[VisitKind.TREATMENT] * 9, VisitKind.DISCHARGE])
    ]
    since = NOON - 7 * DAY
    fresh = [replace(rule, since=since) for rule in ALL_RULES]
    assert len(plan(fresh, facts(visits), NOON).touches) <= 1
    everything = plan(ALL_RULES, facts(visits), NOON).touches
    assert len([one for one in everything if one.state is State.DUE]) <= 1
