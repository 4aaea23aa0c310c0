"""Rules at work on stored facts."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from prm.core import table
from prm.core.errors import Conflict, Invalid, NotFound
from prm.jobs import service as jobs
from prm.jobs.store import JobRow
from prm.mail import model as mails
from prm.mail.model import Kind, State, StopKind, StopReason, Touch
from prm.mail.stops import names
from prm.patients.model import Patient, VisitStatus
from prm.rules import service
from prm.rules.model import Condition, Rule, Segment, Trigger, TriggerKind
from prm.rules.plan import Plan, plan
from prm.rules.service import RuleService
from prm.rules.why import Standing
from tests import examples
from tests.fakes import NOON
from tests.rules.conftest import World
from tests.rules.world import DAY, HOUR, evaluation, visit

PRESET = "after-evaluation"


@pytest.fixture
def rules(world: World) -> RuleService:
    return world.house.rules


@pytest.fixture
def maria(world: World, rules: RuleService) -> Patient:
    """Evaluated three hours ago, with the preset on: her survey is due."""
    rules.switch_on(world.clinic.id, PRESET, NOON)
    return world.add(examples.maria(), [evaluation(NOON - 3 * HOUR)])


def ordered(world: World, patient: Patient) -> Touch:
    """Judge the patient and return the one mail that makes."""
    world.house.rules.judge(world.clinic.id, patient.id)
    (touch,) = world.touches(patient)
    return touch


def stop(world: World, patient: Patient) -> None:
    writes = world.house.stops.stop(
        world.clinic.id, names(f"patient:{patient.id}", patient.email), StopKind.ALL, StopReason.ASKED, NOON
    )
    table.transact(writes)


def test_judging_orders_the_mail_queues_it_and_sets_when_to_look_again(world: World, maria: Patient) -> None:
    touch = ordered(world, maria)
    assert (touch.purpose, touch.state) == (PRESET, State.DUE)
    assert world.queues.bulk == [touch.key]
    assert world.due_at(maria) == NOON + 4 * DAY


def test_judging_again_orders_nothing_more(world: World, maria: Patient, rules: RuleService) -> None:
    ordered(world, maria)
    rules.judge(world.clinic.id, maria.id)
    assert len(world.touches(maria)) == 1
    assert len(world.queues.bulk) == 1


def test_a_fact_that_comes_in_between_leaves_the_patient_due(
    world: World, maria: Patient, rules: RuleService, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = plan

    def interrupted(*args: Any) -> Plan:
        world.visit(maria, visit(NOON, "more"))
        return real(*args)

    monkeypatch.setattr(service, "plan", interrupted)
    with pytest.raises(Conflict):
        rules.judge(world.clinic.id, maria.id)
    assert world.touches(maria) == ()
    assert world.queues.bulk == []
    assert world.due_at(maria) == NOON


def test_a_patient_who_is_gone_is_no_error(world: World, rules: RuleService) -> None:
    rules.judge(world.clinic.id, "nobody")


def test_what_is_skipped_is_kept_and_not_queued(world: World, maria: Patient) -> None:
    stop(world, maria)
    touch = ordered(world, maria)
    assert (touch.state, touch.reason, touch.due_at) == (State.SKIPPED, "opted out", None)
    assert world.queues.bulk == []


def test_more_than_fits_a_transaction_is_written_in_slices(
    world: World, rules: RuleService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_AT_ONCE", 2)
    every = Rule("every", "Every", (Kind.SURVEY,), Trigger(TriggerKind.VISIT))
    rules.keep(world.clinic.id, every, NOON)
    rules.switch_on(world.clinic.id, "every", NOON, since=NOON - 90 * DAY)
    patient = world.add(examples.maria(), [visit(NOON - n * DAY, f"v{n}") for n in range(30, 35)])
    rules.judge(world.clinic.id, patient.id)
    assert len(world.touches(patient)) == 2
    assert world.due_at(patient) == NOON
    for _ in range(2):
        rules.judge(world.clinic.id, patient.id)
    assert len(world.touches(patient)) == 5
    assert world.due_at(patient) is None


def test_a_mail_that_still_fits_may_go(world: World, maria: Patient, rules: RuleService) -> None:
    verdict = rules.may_go(ordered(world, maria), NOON)
    assert isinstance(verdict, mails.Send)
    assert verdict.kind is Kind.SURVEY
    assert verdict.write("a" * 26).to == maria.email


def test_outside_the_hours_it_waits_for_its_moment_in_the_morning(
    world: World, maria: Patient, rules: RuleService
) -> None:
    verdict = rules.may_go(ordered(world, maria), NOON + 8 * HOUR)
    assert isinstance(verdict, mails.Wait)
    assert verdict.until.astimezone(world.clinic.tz).hour in {9, 10}


def test_an_opt_out_after_the_order_stops_it(world: World, maria: Patient, rules: RuleService) -> None:
    touch = ordered(world, maria)
    stop(world, maria)
    assert rules.may_go(touch, NOON) == mails.Skip("opted out")


def test_a_rule_that_was_switched_off_sends_nothing_more(world: World, maria: Patient, rules: RuleService) -> None:
    touch = ordered(world, maria)
    rules.switch_off(world.clinic.id, PRESET, NOON)
    assert rules.may_go(touch, NOON) == mails.Skip("rule off")


def test_the_rule_as_it_stands_now_is_the_one_that_counts(world: World, maria: Patient, rules: RuleService) -> None:
    touch = ordered(world, maria)
    rule = rules.get(world.clinic.id, PRESET)
    rules.keep(world.clinic.id, replace(rule, who=Segment(all=(Condition(min_age=90),))), NOON)
    assert rules.may_go(touch, NOON) == mails.Skip("another age, or unknown")


def test_a_visit_that_turns_out_not_to_have_been_sends_nothing(
    world: World, maria: Patient, rules: RuleService
) -> None:
    touch = ordered(world, maria)
    world.visit(maria, replace(evaluation(NOON - 3 * HOUR), status=VisitStatus.CANCELLED))
    assert rules.may_go(touch, NOON) == mails.Skip("no longer so")


def test_a_mail_to_someone_who_is_gone_is_skipped(world: World, maria: Patient, rules: RuleService) -> None:
    touch = replace(ordered(world, maria), recipient="patient:nobody")
    assert rules.may_go(touch, NOON) == mails.Skip("no such patient")


def test_a_survey_preset_brings_its_follow_up_and_the_thanks(world: World, rules: RuleService) -> None:
    rules.switch_on(world.clinic.id, PRESET, NOON)
    assert {rule.id: (rule.on, rule.version) for rule in rules.list_of(world.clinic.id)} == {
        "after-answer": (True, 1),
        "after-evaluation": (True, 1),
        "after-evaluation-follow-up": (True, 1),
    }


def test_thanks_that_were_switched_off_stay_off(world: World, rules: RuleService) -> None:
    rules.switch_on(world.clinic.id, PRESET, NOON)
    rules.switch_off(world.clinic.id, "after-answer", NOON)
    rules.switch_on(world.clinic.id, "sixth-visit", NOON)
    assert not rules.get(world.clinic.id, "after-answer").on


def test_switching_on_what_is_on_changes_nothing(world: World, rules: RuleService) -> None:
    rules.switch_on(world.clinic.id, PRESET, NOON)
    assert rules.switch_on(world.clinic.id, PRESET, NOON + DAY) == ()
    assert rules.get(world.clinic.id, PRESET).since == NOON - 7 * DAY


def test_switching_off_takes_the_follow_up_along(world: World, rules: RuleService) -> None:
    rules.switch_on(world.clinic.id, PRESET, NOON)
    off = rules.switch_off(world.clinic.id, PRESET, NOON)
    assert [(rule.id, rule.on, rule.version) for rule in off] == [
        (PRESET, False, 2),
        (f"{PRESET}-follow-up", False, 2),
    ]


@pytest.mark.parametrize(("days", "expected"), [(None, 4), (6, 6), (0, None)])
def test_the_days_before_the_follow_up_are_a_setting(
    world: World, rules: RuleService, days: int | None, expected: int | None
) -> None:
    bundle = rules.bundle(world.clinic.id, PRESET, days)
    found = [rule.when.after.days for rule in bundle if rule.follows]
    assert found == ([expected] if expected else [])


def test_a_clinics_own_version_comes_before_the_presets(world: World, rules: RuleService) -> None:
    own = replace(rules.bundle(world.clinic.id, PRESET)[0], name="Ours")
    rules.keep(world.clinic.id, own, NOON)
    assert rules.bundle(world.clinic.id, PRESET)[0].name == "Ours"


def test_a_changed_rule_stays_on_since_when_it_was_and_reaches_everyone_anew(world: World, rules: RuleService) -> None:
    rules.switch_on(world.clinic.id, PRESET, NOON)
    written = replace(rules.get(world.clinic.id, PRESET), name="Ours", on=False, since=None)
    saved = rules.keep(world.clinic.id, written, NOON + DAY)
    assert (saved.name, saved.on, saved.since, saved.version) == ("Ours", True, NOON - 7 * DAY, 2)
    assert JobRow.get(world.clinic.id, f"spread-{PRESET}-v2").due_at == NOON + DAY


def test_only_one_of_two_changes_at_once_is_kept(world: World, rules: RuleService) -> None:
    rule = rules.bundle(world.clinic.id, PRESET)[0]
    table.transact(rules.store.saving(world.clinic.id, rule))
    with pytest.raises(Conflict):
        table.transact(rules.store.saving(world.clinic.id, rule))
    second = replace(rule, version=2)
    table.transact(rules.store.saving(world.clinic.id, second))
    with pytest.raises(Conflict):
        table.transact(rules.store.saving(world.clinic.id, second))


@pytest.mark.parametrize(
    ("who", "field"),
    [
        (Segment(all=(Condition(locations=frozenset({"moon"})),)), "who.locations"),
        (Segment(none=(Condition(therapists=frozenset({"nobody"})),)), "who.therapists"),
    ],
)
def test_a_rule_that_names_what_the_clinic_lacks_is_refused(
    world: World, rules: RuleService, who: Segment, field: str
) -> None:
    rule = Rule("r", "R", (Kind.SURVEY,), Trigger(TriggerKind.VISIT), who)
    with pytest.raises(Invalid) as caught:
        rules.keep(world.clinic.id, rule, NOON)
    assert caught.value.field == field


def test_a_follow_up_to_nothing_is_refused(world: World, rules: RuleService) -> None:
    lonely = Rule("r", "R", (Kind.FOLLOW_UP,), Trigger(TriggerKind.NO_ANSWER, after=DAY, rule="nothing"))
    with pytest.raises(Invalid):
        rules.keep(world.clinic.id, lonely, NOON)


def test_unknown_names_are_refused(world: World, rules: RuleService) -> None:
    for call in (rules.switch_on, rules.switch_off):
        with pytest.raises(NotFound):
            call(world.clinic.id, "nothing", NOON)


def test_a_rule_switched_on_makes_every_patient_due(world: World, rules: RuleService) -> None:
    people = [world.add(examples.maria(id=f"p{n:02}", record_number=str(n))) for n in range(60)]
    for one in people:
        rules.judge(world.clinic.id, one.id)
    rules.switch_on(world.clinic.id, PRESET, NOON)
    rules.work_due(world.clinic.id, f"spread-{PRESET}-v1")
    assert {world.due_at(one) for one in people} == {NOON}
    assert JobRow.get(world.clinic.id, f"spread-{PRESET}-v1").due_at is None


def test_a_spread_that_ran_out_of_time_goes_on_where_it_stopped(
    world: World, rules: RuleService, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [world.add(examples.maria(id=f"p{n:02}", record_number=str(n))) for n in range(60)]
    for one in people:
        rules.judge(world.clinic.id, one.id)
    rules.switch_on(world.clinic.id, PRESET, NOON)
    monkeypatch.setattr(jobs, "SLICE", dt.timedelta())
    rules.work_due(world.clinic.id, f"spread-{PRESET}-v1")
    assert len([one for one in people if world.due_at(one)]) == 25
    for _ in range(3):
        rules.work_due(world.clinic.id, f"spread-{PRESET}-v1")
    assert len([one for one in people if world.due_at(one)]) == 60


def test_a_spread_in_someone_elses_hands_is_left_to_them(world: World, rules: RuleService) -> None:
    rules.switch_on(world.clinic.id, PRESET, NOON)
    job = f"spread-{PRESET}-v1"
    assert rules.jobs.store.take(world.clinic.id, job, NOON, NOON, HOUR)
    with pytest.raises(Conflict):
        rules.work_due(world.clinic.id, job)
    world.clock.advance(hours=2)
    rules.work_due(world.clinic.id, job)


def test_a_finished_or_unknown_spread_is_no_work(world: World, rules: RuleService) -> None:
    rules.switch_on(world.clinic.id, PRESET, NOON)
    for job in (f"spread-{PRESET}-v1", f"spread-{PRESET}-v1", "spread-nothing-v9"):
        rules.work_due(world.clinic.id, job)


def test_the_preview_says_who_gets_it_now_later_and_who_does_not_and_stores_nothing(
    world: World, rules: RuleService
) -> None:
    world.add(examples.maria(), [evaluation(NOON - 3 * HOUR)])
    world.add(examples.maria(id="later", record_number="2"), [evaluation(NOON)])
    world.add(examples.maria(id="mute", record_number="3", email=None), [evaluation(NOON - 3 * HOUR)])
    world.add(examples.maria(id="old", record_number="4"), [evaluation(NOON - 90 * DAY)])
    shown = rules.preview(world.clinic.id, rules.bundle(world.clinic.id, PRESET)[0], NOON)
    assert (shown.patients, shown.now, shown.later) == (4, ["1001"], [(NOON + 3 * HOUR, "2")])
    assert shown.left_out == {"not reachable": 1}
    assert rules.list_of(world.clinic.id) == ()


def test_why_tells_each_rules_state(world: World, maria: Patient, rules: RuleService) -> None:
    before = {one.rule: one for one in rules.why(world.clinic.id, maria.id, NOON)}
    assert before[PRESET].state is Standing.WAITS
    assert before["after-answer"].state is Standing.NO_MATCH
    touch = ordered(world, maria)
    world.house.mail.touches.lift(touch.key, State.SENT, NOON)
    rules.switch_off(world.clinic.id, "after-answer", NOON)
    after = {one.rule: one for one in rules.why(world.clinic.id, maria.id, NOON)}
    assert (after[PRESET].state, after[PRESET].at) == (Standing.SENT, NOON)
    follow_up = after[f"{PRESET}-follow-up"]
    assert (follow_up.state, follow_up.at, follow_up.reason) == (Standing.WAITS, NOON + 4 * DAY, "not due yet")
    assert after["after-answer"].state is Standing.OFF


def test_why_tells_of_a_skip(world: World, maria: Patient, rules: RuleService) -> None:
    stop(world, maria)
    ordered(world, maria)
    found = {one.rule: one for one in rules.why(world.clinic.id, maria.id, NOON)}
    assert (found[PRESET].state, found[PRESET].reason) == (Standing.SKIPPED, "opted out")
