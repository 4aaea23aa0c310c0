"""Where touches, stops and quotas are kept: the store keeps its word in memory and on DynamoDB Local."""

import datetime as dt

import pytest

from prm.core import table
from prm.core.errors import Conflict
from prm.mail.model import Kind, State, StopKind, StopReason, Touch
from prm.mail.store import QuotaStore, SuppressionStore, TouchRow, TouchStore
from tests.fakes import NOON

HOUR = dt.timedelta(hours=1)
MARIA = "patient:p-maria"

pytestmark = pytest.mark.usefixtures("both_tables")


@pytest.fixture
def touches() -> TouchStore:
    return TouchStore(shards=2)


def touch(occurrence: str = "visit-1", due_at: dt.datetime | None = NOON) -> Touch:
    return Touch("riverbend", MARIA, "after-evaluation", occurrence, Kind.SURVEY, NOON, due_at=due_at)


def ordered(touches: TouchStore, occurrence: str = "visit-1") -> Touch:
    new = touch(occurrence)
    table.transact([touches.order(new)])
    return new


def due() -> list[str]:
    return [key.sk for shard in range(2) for key in table.due_keys(TouchRow, shard, NOON + 1000 * HOUR)]


def state(touches: TouchStore, one: Touch) -> State:
    found = touches.find(one.key)
    assert found
    return found.state


def claimed(touches: TouchStore, attempt: str) -> Touch:
    new = ordered(touches)
    touches.claim(new, attempt, Kind.SURVEY, NOON + HOUR, NOON)
    found = touches.find(new.key)
    assert found
    return found


def test_a_touch_comes_back_as_it_was_ordered(touches: TouchStore) -> None:
    new = ordered(touches)
    found = touches.find(new.key)
    assert found
    assert (found.id, found.state, found.due_at, found.at) == (new.id, State.DUE, NOON, NOON)


def test_all_touches_of_a_person_are_read_however_much_they_say(touches: TouchStore) -> None:
    names = [f"{number}{'x' * 350_000}" for number in range(4)]
    for name in names:
        ordered(touches, name)
    assert sorted(one.occurrence for one in touches.list_of("riverbend", MARIA)) == names
    assert list(touches.list_of("lakeside", MARIA)) == []


def test_a_touch_without_a_date_stands_in_no_index(touches: TouchStore) -> None:
    table.transact([touches.order(touch(due_at=None))])
    assert due() == []


def test_one_claim_wins_and_its_own_repetition_still_does(touches: TouchStore) -> None:
    one = claimed(touches, "mine")
    touches.claim(one, "mine", Kind.SURVEY, NOON + HOUR, NOON)
    with pytest.raises(Conflict):
        touches.claim(one, "theirs", Kind.SURVEY, NOON + HOUR, NOON)
    assert due() == [one.id]


@pytest.mark.parametrize("attempt", ["theirs", ""])
def test_who_does_not_own_a_claim_cannot_give_it_back_lose_it_or_give_it_up(touches: TouchStore, attempt: str) -> None:
    one = claimed(touches, "mine")
    with pytest.raises(Conflict):
        touches.release(one, attempt, NOON, "")
    with pytest.raises(Conflict):
        touches.lose(one, attempt, NOON, NOON)
    assert state(touches, one) is State.CLAIMED


def test_a_state_is_lifted_and_never_lowered(touches: TouchStore) -> None:
    one = claimed(touches, "mine")
    touches.lift(one.key, State.DELIVERED, NOON)
    for lower in (State.SENT, State.DELIVERED, State.UNCONFIRMED):
        with pytest.raises(Conflict):
            touches.lift(one.key, lower, NOON)
    assert state(touches, one) is State.DELIVERED
    assert due() == []


def test_nothing_is_made_of_news_about_no_touch(touches: TouchStore) -> None:
    with pytest.raises(Conflict):
        touches.lift(touch().key, State.DELIVERED, NOON)
    assert touches.find(touch().key) is None


def test_what_changed_since_it_was_read_is_left_alone(touches: TouchStore) -> None:
    read = ordered(touches)
    touches.claim(read, "rival", Kind.SURVEY, NOON + HOUR, NOON)
    for change in (touches.hold, touches.requeue):
        with pytest.raises(Conflict):
            change(read, NOON + HOUR)


def test_a_stop_holds_until_it_is_taken_back() -> None:
    stops = SuppressionStore()
    for _ in range(2):
        table.transact([stops.add("riverbend", MARIA, StopKind.ALL, StopReason.ASKED, NOON)])
    assert list(stops.list_of("riverbend", MARIA)) == [(StopKind.ALL, StopReason.ASKED)]
    table.transact([stops.remove("riverbend", MARIA, kind) for kind in StopKind])
    assert list(stops.list_of("riverbend", MARIA)) == []


def test_a_day_has_so_many_mails_and_the_next_as_many() -> None:
    quotas = QuotaStore()
    taken = [quotas.take("riverbend", NOON.date(), 2, NOON + HOUR) for _ in range(3)]
    assert taken == [True, True, False]
    assert quotas.take("riverbend", NOON.date() + dt.timedelta(days=1), 2, NOON + HOUR)
