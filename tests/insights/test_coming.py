"""What rules may send in the next 7 days."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from prm.insights.coming import coming
from prm.insights.seen import Seen
from prm.mail.model import State
from prm.patients.episodes import episodes
from prm.patients.model import Patient, Visit, VisitKind, VisitStatus
from prm.rules.model import Rule, Trigger, TriggerKind
from tests import examples
from tests.fakes import NOON
from tests.rules import world

DAY = dt.timedelta(days=1)


def planned(days: float, kind: VisitKind = VisitKind.EVALUATION) -> Visit:
    return world.visit(NOON + days * DAY, kind=kind, status=VisitStatus.SCHEDULED)


def number(visits: Sequence[Visit], *rules: Rule, patient: Patient | None = None, **more: object) -> int:
    seen = Seen(patient or examples.maria(), episodes(visits))
    return len(list(coming(replace(seen, **more), rules, examples.riverbend(), NOON)))  # type: ignore[arg-type]


def test_a_planned_visit_is_taken_to_happen() -> None:
    assert number([planned(3)], world.EVALUATION) == 1


def test_what_comes_later_than_a_week_does_not_count() -> None:
    assert number([planned(7)], world.EVALUATION) == 0
    assert number([planned(6.9)], world.EVALUATION) == 0


def test_what_is_due_already_counts_and_what_is_too_late_does_not() -> None:
    assert number([world.evaluation(NOON - DAY)], world.EVALUATION) == 1
    assert number([world.evaluation(NOON - 8 * DAY)], world.EVALUATION) == 0


def test_a_rule_that_is_off_sends_nothing() -> None:
    assert number([planned(3)], replace(world.EVALUATION, on=False)) == 0


def test_who_cannot_be_reached_gets_nothing() -> None:
    assert number([planned(3)], world.EVALUATION, patient=examples.maria(email=None)) == 0


def test_a_mail_that_waits_counts_once() -> None:
    visits = [world.evaluation(NOON - DAY)]
    (episode,) = episodes(visits)
    waiting = world.touch(NOON, state=State.DUE, rule=world.EVALUATION.id, occurrence=episode.id)

    assert number(visits, world.EVALUATION, touches=(waiting,)) == 1


def test_a_planned_visit_keeps_a_gap_from_being_one() -> None:
    gap = replace(
        world.EVALUATION,
        id="gap",
        when=Trigger(TriggerKind.NO_VISIT, after=14 * DAY),
    )
    last = world.evaluation(NOON - 10 * DAY)

    assert number([last], gap) == 1
    assert number([last, planned(2, VisitKind.TREATMENT)], gap) == 0
