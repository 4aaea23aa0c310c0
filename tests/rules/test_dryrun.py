"""The dry run: what a rule would have sent, judged moment by moment with what was known then."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from prm.mail.model import Kind, State
from prm.patients.model import VisitStatus
from prm.recovery.model import CaseState
from prm.rules.dryrun import DryRun
from prm.rules.model import Facts, Rule, Trigger, TriggerKind
from prm.rules.presets import AFTER_ANSWER, preset
from prm.surveys.model import Standing
from tests import examples
from tests.fakes import NOON
from tests.rules.conftest import World
from tests.rules.world import DAY, HOUR, case, evaluation, facts, survey_of, touch, visit

BEGAN, ENDED = NOON - 30 * DAY, NOON
EVALUATION = preset("after-evaluation").rule
SIXTH = preset("sixth-visit").rule
GAP = Rule("gap", "Gap", (Kind.SURVEY,), Trigger(TriggerKind.NO_VISIT, 14 * DAY))


def run(rule: Rule, *patients: Facts, began: dt.datetime = BEGAN, ended: dt.datetime = ENDED) -> DryRun:
    done = DryRun(rule, began, ended)
    for one in patients:
        done.take(one)
    return done


def sent(rule: Rule, *patients: Facts) -> list[dt.datetime]:
    return [one.at for one in run(rule, *patients).sent]


def test_a_mail_goes_at_its_own_moment_in_the_past() -> None:
    ended = NOON - 10 * DAY
    done = run(EVALUATION, facts([evaluation(ended)]))

    assert [(one.at, one.patient, one.kind) for one in done.sent] == [(ended + 3 * HOUR, "1001", Kind.SURVEY)]
    assert (done.patients, done.waiting, done.left_out.total()) == (1, 0, 0)


def test_what_is_due_at_night_goes_in_the_window_of_the_next_morning() -> None:
    (at,) = sent(EVALUATION, facts([evaluation(NOON - 10 * DAY + 8 * HOUR)]))
    local = at.astimezone(examples.riverbend().tz)

    assert 9 <= local.hour < 11


def test_what_was_due_before_went_before_and_what_comes_after_is_not_looked_at() -> None:
    early = facts([evaluation(BEGAN - DAY)])
    late = facts([evaluation(ENDED + HOUR)])

    assert run(EVALUATION, early, late).sent == []


def test_a_mail_that_the_rule_would_have_sent_counts_for_the_next() -> None:
    twice = [evaluation(NOON - 12 * DAY), visit(NOON - 10 * DAY, "v1")]
    any_visit = Rule("every", "Every", (Kind.SURVEY,), Trigger(TriggerKind.VISIT, HOUR), max_age=2 * DAY)
    done = run(any_visit, facts(twice))

    assert [one.at for one in done.sent] == [NOON - 12 * DAY + HOUR]
    assert done.left_out == {"late: one survey in 14 days": 1}


def test_mails_of_other_rules_hold_it_back_as_they_did() -> None:
    known = facts([evaluation(NOON - 10 * DAY)], touches=[touch(NOON - 12 * DAY, state=State.DELIVERED)])

    assert run(EVALUATION, known).left_out == {"late: one survey in 14 days": 1}


def test_mails_that_came_later_do_not() -> None:
    known = facts([evaluation(NOON - 10 * DAY)], touches=[touch(NOON - 5 * DAY, state=State.DELIVERED)])

    assert len(sent(EVALUATION, known)) == 1


def test_what_the_rule_itself_really_sent_does_not_hold_it_back() -> None:
    real = touch(NOON - 10 * DAY + 3 * HOUR, state=State.DELIVERED, rule=EVALUATION.id, occurrence="from-v0")

    assert len(sent(EVALUATION, facts([evaluation(NOON - 10 * DAY)], touches=[real]))) == 1


def test_the_sixth_visit_is_the_sixth_that_had_taken_place() -> None:
    visits = [evaluation(NOON - 20 * DAY), *(visit(NOON - (20 - day) * DAY, f"v{day}") for day in range(1, 10))]

    assert sent(SIXTH, facts(visits)) == [NOON - 15 * DAY + 3 * HOUR]


def test_a_visit_that_came_later_is_taken_as_planned_already() -> None:
    seen = [evaluation(NOON - 40 * DAY), visit(NOON - 38 * DAY, "v1")]
    back = visit(NOON - 2 * DAY, "v2", status=VisitStatus.COMPLETED)

    assert len(sent(GAP, facts(seen))) == 1
    assert sent(GAP, facts([*seen, back])) == []


def test_an_answer_counts_from_when_it_was_given_and_a_case_until_it_was_closed() -> None:
    asked = touch(NOON - 12 * DAY, state=State.DELIVERED)
    answered = survey_of(asked, 4, NOON - 10 * DAY)
    closed = replace(case(NOON - 10 * DAY, CaseState.CLOSED), closed_at=NOON - 9 * DAY)
    known = facts(touches=[asked], surveys=[answered], cases=[closed])

    assert sent(AFTER_ANSWER, replace(known, cases=())) == [NOON - 10 * DAY + HOUR]
    assert sent(AFTER_ANSWER, known) == [NOON - 9 * DAY]


def test_an_answer_not_yet_given_then_does_not_count() -> None:
    asked = touch(NOON - 12 * DAY, state=State.DELIVERED)
    held = survey_of(asked, 9, NOON - 10 * DAY, standing=Standing.PROVISIONAL, counted_at=None)

    assert sent(AFTER_ANSWER, facts(touches=[asked], surveys=[held])) == []


def test_who_is_not_reached_is_counted_with_the_reason() -> None:
    unreachable = facts([evaluation(NOON - 10 * DAY)], patient=examples.maria(email=None))

    assert run(EVALUATION, unreachable).left_out == {"not reachable": 1}


def test_what_had_to_wait_at_the_end_waits() -> None:
    done = run(EVALUATION, facts([evaluation(NOON - 4 * HOUR)]), ended=NOON - 30 * dt.timedelta(minutes=1))
    night = NOON - 10 * DAY + 10 * HOUR
    waiting = run(EVALUATION, facts([evaluation(night - 4 * HOUR)]), ended=night)

    assert (len(done.sent), done.waiting) == (1, 0)
    assert (len(waiting.sent), waiting.waiting) == (0, 1)


def test_someone_who_died_since_was_written_to_then() -> None:
    died = examples.maria(deceased_on=(NOON - 3 * DAY).date())

    assert len(sent(EVALUATION, facts([evaluation(NOON - 10 * DAY)], patient=died))) == 1
    assert sent(EVALUATION, facts([evaluation(NOON - 2 * DAY)], patient=died)) == []


def test_what_it_would_have_sent_is_what_it_sent(world: World) -> None:
    """A rule that was on, ticked every hour, and then run dry over the same days, sends at the same hours."""
    people: Sequence[tuple[str, int]] = [("1001", 50), ("1002", 45), ("1003", 20), ("1004", 3)]
    for number, hours in people:
        world.add(examples.maria(id=f"p-{number}", record_number=number), [evaluation(NOON + (60 - hours) * HOUR)])
    world.house.rules.switch_on(world.clinic.id, EVALUATION.id, NOON - DAY, NOON - DAY)
    went: list[tuple[str, dt.datetime]] = []
    for _ in range(80):
        world.clock.advance(hours=1)
        for number, _ in people:
            before = len(world.touches(examples.maria(id=f"p-{number}")))
            world.house.rules.judge(world.clinic.id, f"p-{number}")
            after = world.touches(examples.maria(id=f"p-{number}"))
            went += [(number, one.created_at) for one in after[before:]]

    rule = world.house.rules.get(world.clinic.id, EVALUATION.id)
    done = world.house.rules.dry_run(world.clinic.id, rule, NOON, world.clock.business())
    hour = {one.patient: one.at for one in done.sent}

    assert done.patients >= len(people)
    assert {number for number, _ in went} == hour.keys() == {number for number, _ in people}
    assert all(dt.timedelta() <= at - hour[number] < HOUR for number, at in went)
