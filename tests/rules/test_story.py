"""A patient's story through the real house: ticks, the real sender, the real answer."""

import datetime as dt

from prm.core import table
from prm.jobs.store import JobRow
from prm.mail.model import Kind, News, State
from prm.mail.store import TouchRow
from prm.patients.store import PatientRow
from prm.recovery.model import Outcome
from prm.recovery.store import CaseRow
from prm.surveys.model import Via
from prm.surveys.store import SurveyRow
from tests import examples
from tests.fakes import NOON
from tests.rules.conftest import World
from tests.rules.world import DAY, HOUR, evaluation


class _Nobody:
    def failed(self, line: str, key: object, error: Exception, failures: int) -> None:
        raise error


def tick(world: World) -> None:
    """Work through all that is due, then through the queues, as one minute of the running system does."""
    while waiting := list(world.house.schedule.waiting()):
        for index, shard in waiting:
            world.house.schedule.drain(index, shard, lambda: True, _Nobody())
    for key in world.queues.take_all():
        world.house.sender.send(key)
        touch = world.house.mail.find(key)
        if touch and touch.state is State.SENT:
            world.house.mail.news(key, News(State.DELIVERED, world.clock.business()))


def next_due(world: World, until: dt.datetime) -> dt.datetime:
    """Return when something is due next, or `until`."""
    dues: list[dt.datetime | None] = [
        item.due_at for row in (PatientRow, TouchRow, SurveyRow, CaseRow, JobRow) for item in row.scan()
    ]
    return min([until, *(due for due in dues if due and due > world.clock.now)])


def live(world: World, until: dt.datetime) -> list[tuple[dt.datetime, Kind]]:
    """Let time pass; return the patient's mails and when they went."""
    seen: list[tuple[dt.datetime, Kind]] = []
    while True:
        before = len(world.ses.sent)
        tick(world)
        for key, _letter, _token in world.ses.sent[before:]:
            touch = world.house.mail.find(key)
            if touch and key.recipient.startswith("patient:"):
                seen.append((world.clock.now, touch.kind))
        if world.clock.now >= until:
            return seen
        world.clock.now = next_due(world, until)


def answer(world: World, score: int) -> None:
    _key, _letter, token = world.ses.sent[-1]
    link = world.house.links.open(token or "")
    assert link.survey is not None
    world.house.surveys.answer(link, link.survey, score, "", Via.BUTTON)


def test_a_silent_patient_is_asked_once_and_once_more_and_then_left_in_peace(world: World) -> None:
    world.house.rules.switch_on("riverbend", "after-evaluation", NOON)
    world.add(examples.maria(), [evaluation(NOON)])
    mails = live(world, NOON + 20 * DAY)
    assert mails == [(NOON + 3 * HOUR, Kind.SURVEY), (NOON + 4 * DAY + 3 * HOUR, Kind.FOLLOW_UP)]
    assert len(world.house.surveys.of_patient("riverbend", "p-maria")) == 1


def test_a_happy_patient_is_asked_for_one_review_an_hour_later_whatever_is_edited(world: World) -> None:
    world.house.rules.switch_on("riverbend", "after-evaluation", NOON)
    world.add(examples.maria(), [evaluation(NOON - 2 * HOUR)])
    live(world, NOON + HOUR)
    answer(world, 10)
    assert live(world, NOON + 2 * HOUR) == [(NOON + 2 * HOUR, Kind.REVIEW_REQUEST)]
    link = world.house.links.open(world.ses.sent[0][2] or "")
    world.house.surveys.answer(link, link.survey or "", 9, "better still", Via.BUTTON)
    assert live(world, NOON + 20 * DAY) == []


def test_an_unhappy_patient_hears_nothing_until_the_case_is_closed(world: World) -> None:
    world.house.rules.switch_on("riverbend", "after-evaluation", NOON)
    world.add(examples.maria(), [evaluation(NOON - 3 * HOUR)])
    live(world, NOON)
    answer(world, 2)
    assert live(world, NOON + 2 * DAY) == []
    (case,) = world.house.recovery.open_cases("riverbend")
    world.house.recovery.close("riverbend", case.id, Outcome.RESOLVED, "nora", "called")
    assert live(world, NOON + 2 * DAY) == [(NOON + 2 * DAY, Kind.REVIEW_REQUEST)]


def test_a_rule_switched_on_reaches_those_who_were_there_before(world: World) -> None:
    world.add(examples.maria(), [evaluation(NOON - 3 * HOUR)])
    assert live(world, NOON) == []
    world.house.rules.switch_on("riverbend", "after-evaluation", NOON)
    assert live(world, NOON) == [(NOON, Kind.SURVEY)]


def test_a_patient_without_an_address_is_asked_when_one_comes_in(world: World) -> None:
    world.house.rules.switch_on("riverbend", "after-evaluation", NOON)
    mute = world.add(examples.maria(email=None), [evaluation(NOON - 3 * HOUR)])
    assert live(world, NOON + DAY) == []
    store = world.house.patients.store
    version = world.house.patients.chart("riverbend", mute.id).version
    table.transact([store.change("riverbend", examples.maria(), version, world.clock.now)])
    assert [kind for _, kind in live(world, NOON + DAY)] == [Kind.SURVEY]
