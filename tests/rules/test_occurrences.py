"""What a rule could mean for a patient."""

import datetime as dt
from dataclasses import replace

from prm.mail.model import Kind, State
from prm.patients.model import VisitKind, VisitStatus
from prm.rules.model import Rule, Trigger, TriggerKind
from prm.rules.occurrences import occurrences
from prm.rules.presets import AFTER_ANSWER, switched_on
from tests.fakes import NOON
from tests.rules.world import (
    AFTER,
    DAY,
    DISCHARGE,
    EVALUATION,
    FOLLOW_UP,
    HOUR,
    LONG_AGO,
    SIXTH,
    evaluation,
    facts,
    only,
    survey_of,
    touch,
    visit,
)

GAP = Rule("gap", "Gap", (Kind.SURVEY,), Trigger(TriggerKind.NO_VISIT, after=21 * DAY), on=True, since=LONG_AGO)


def course(count: int, start: dt.datetime = NOON - 60 * DAY) -> list:  # type: ignore[type-arg]
    return [evaluation(start), *(visit(start + n * DAY, f"v{n}") for n in range(1, count))]


def test_the_first_evaluation_is_due_three_hours_after_it_ended() -> None:
    occurrence = only(EVALUATION, facts([evaluation(NOON)]))
    assert occurrence.due_at == NOON + 3 * HOUR


def test_a_visit_that_did_not_take_place_means_nothing() -> None:
    missed = [visit(NOON, f"v{n}", VisitKind.EVALUATION, status) for n, status in enumerate(VisitStatus) if n != 1]
    assert occurrences(EVALUATION, facts(missed)) == ()


def test_what_ended_before_the_rule_was_switched_on_leaves_no_trace() -> None:
    late = replace(EVALUATION, since=NOON)
    assert occurrences(late, facts([evaluation(NOON - HOUR)])) == ()
    assert only(late, facts([evaluation(NOON)])).at == NOON


def test_a_rule_that_was_never_on_means_nothing() -> None:
    assert occurrences(replace(EVALUATION, on=False, since=None), facts([evaluation(NOON)])) == ()


def test_the_sixth_visit_counts_the_evaluation_and_completed_visits_only() -> None:
    visits = course(5)
    assert occurrences(SIXTH, facts(visits)) == ()
    cancelled = visit(NOON - DAY, "gone", status=VisitStatus.CANCELLED)
    assert occurrences(SIXTH, facts([*visits, cancelled])) == ()
    assert only(SIXTH, facts([*visits, visit(NOON, "v9")])).visit == "v9"


def test_a_late_record_that_moves_the_sixth_visit_speaks_of_the_same_occurrence() -> None:
    visits = course(7)
    (before,) = occurrences(SIXTH, facts(visits))
    missing = visit(NOON - 58 * DAY + HOUR, "late")
    (after,) = occurrences(SIXTH, facts([*visits, missing]))
    assert (before.id, before.visit) == (after.id, "v5")
    assert after.visit == "v4"


def test_each_episode_has_its_own_sixth_visit() -> None:
    first, second = course(6, NOON - 400 * DAY), [visit(NOON - 30 * DAY + n * DAY, f"w{n}") for n in range(6)]
    assert len(occurrences(SIXTH, facts([*first, *second]))) == 2


def test_a_discharge_is_found_by_its_kind() -> None:
    done = visit(NOON, "v9", VisitKind.DISCHARGE)
    assert only(DISCHARGE, facts([*course(3), done])).visit == "v9"


def test_a_rule_about_any_visit_speaks_once_a_visit() -> None:
    every = replace(SIXTH, when=Trigger(TriggerKind.VISIT))
    assert [one.id for one in occurrences(every, facts(course(3)))] == ["v0", "v1", "v2"]


def test_a_gap_counts_from_the_last_completed_visit() -> None:
    assert only(GAP, facts(course(3, NOON))).due_at == NOON + 2 * DAY + 21 * DAY


def test_a_gap_ends_with_the_next_visit_which_begins_another() -> None:
    visits = course(3, NOON)
    first, second = only(GAP, facts(visits)), only(GAP, facts([*visits, visit(NOON + 9 * DAY, "v9")]))
    assert first.id != second.id


def test_no_gap_opens_while_a_visit_is_scheduled() -> None:
    planned = visit(NOON + 40 * DAY, "plan", status=VisitStatus.SCHEDULED)
    assert only(GAP, facts([*course(3, NOON), planned])).due_at == NOON + 61 * DAY


def test_a_cancelled_visit_keeps_no_gap_from_opening_but_keeps_it_fresh() -> None:
    gone = visit(NOON + 40 * DAY, "gone", status=VisitStatus.CANCELLED)
    gap = only(GAP, facts([*course(3, NOON), gone]))
    assert gap.due_at == NOON + 23 * DAY
    assert gap.deadline(GAP) == NOON + 40 * DAY - HOUR + GAP.max_age


def test_a_discharged_patient_is_in_no_gap() -> None:
    assert occurrences(GAP, facts([*course(3), visit(NOON, "end", VisitKind.DISCHARGE)])) == ()


def test_someone_never_seen_is_in_no_gap() -> None:
    assert occurrences(GAP, facts([visit(NOON, status=VisitStatus.NO_SHOW)])) == ()


def test_an_answer_that_does_not_count_means_nothing() -> None:
    assert occurrences(AFTER, facts(surveys=[survey_of(touch(NOON))])) == ()


def test_an_answer_counts_from_its_first_moment_whatever_is_edited_later() -> None:
    answered = survey_of(touch(NOON), 3, NOON + HOUR)
    edited = survey_of(touch(NOON), 9, NOON + DAY, counted_at=answered.counted_at)
    assert only(AFTER, facts(surveys=[answered])) == replace(only(AFTER, facts(surveys=[edited])), survey=answered)


def test_an_answer_from_before_the_rule_means_nothing() -> None:
    rule = switched_on(AFTER_ANSWER, NOON)
    assert occurrences(rule, facts(surveys=[survey_of(touch(NOON - DAY), 9)])) == ()


def test_a_follow_up_appears_with_the_first_mail_and_not_with_one_that_never_goes() -> None:
    for state, count in [(State.DUE, 1), (State.SENT, 1), (State.SKIPPED, 0), (State.FAILED, 0)]:
        first = touch(NOON, state=state, rule=EVALUATION.id)
        assert len(occurrences(FOLLOW_UP, facts(touches=[first]))) == count


def test_a_follow_up_counts_from_the_moment_the_first_mail_went() -> None:
    first = replace(touch(NOON, rule=EVALUATION.id), sent_at=NOON + 5 * HOUR)
    assert only(FOLLOW_UP, facts(touches=[first])).due_at == NOON + 5 * HOUR + 4 * DAY
