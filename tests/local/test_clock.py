import datetime as dt
import itertools
from dataclasses import dataclass, field

import pytest

from local.clock import GRAIN, MovableClock, advance, settle, span
from local.places import Places
from prm.core.clock import SystemClock
from prm.core.errors import Invalid

HOUR = dt.timedelta(hours=1)


@dataclass
class FakeWorld:
    """Items fall due at set times; a tick does what is due by then."""

    clock: MovableClock
    due: list[dt.datetime] = field(default_factory=list)
    done: list[tuple[dt.datetime, dt.datetime]] = field(default_factory=list)
    queued: list[int] = field(default_factory=list)  # what `busy` answers, one call each, then 0
    ticks: int = 0

    def tick(self) -> None:
        self.ticks += 1
        now = self.clock.now()
        self.done += [(due, now) for due in self.due if due <= now]
        self.due = [due for due in self.due if due > now]

    def next_due(self) -> dt.datetime | None:
        return min(self.due, default=None)

    def busy(self) -> int:
        return self.queued.pop(0) if self.queued else 0


def no_pause(_: float) -> None:
    """Tests do not wait."""


@pytest.fixture
def clock(places: Places, now: dt.datetime) -> MovableClock:
    return MovableClock(places.clock, lambda: now)


def walk(clock: MovableClock, world: FakeWorld, by: dt.timedelta) -> list[dt.datetime]:
    return [progress.at for progress in advance(clock, clock.now() + by, world, no_pause)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+3d", dt.timedelta(days=3)),
        ("5h", dt.timedelta(hours=5)),
        ("+30m", dt.timedelta(minutes=30)),
        (" +1D ", dt.timedelta(days=1)),
    ],
)
def test_a_span_is_a_number_and_a_unit(text: str, expected: dt.timedelta) -> None:
    assert span(text) == expected


@pytest.mark.parametrize("text", ["-3d", "3", "", "d", "+3w", "3d4h", "+999999d", "tomorrow"])
def test_anything_else_is_refused_and_told_how_to_write_it(text: str) -> None:
    with pytest.raises(Invalid, match=r"\+3d"):
        span(text)


def test_the_functions_see_the_time_that_was_set(places: Places, clock: MovableClock, now: dt.datetime) -> None:
    clock.move_to(now + 3 * HOUR)
    seen = SystemClock(places.clock)
    assert abs(seen.business() - seen.wall() - 3 * HOUR) < dt.timedelta(seconds=1)


def test_the_clock_never_goes_back(clock: MovableClock, now: dt.datetime) -> None:
    clock.move_to(now + 3 * HOUR)
    clock.move_to(now + HOUR)
    assert clock.now() == now + 3 * HOUR


def test_with_nothing_due_one_step_is_enough(clock: MovableClock, now: dt.datetime) -> None:
    world = FakeWorld(clock)
    assert len(walk(clock, world, dt.timedelta(days=3))) == 1
    assert now + dt.timedelta(days=3) <= clock.now() <= now + dt.timedelta(days=3, seconds=2)


def test_each_due_item_is_done_at_its_time(clock: MovableClock, now: dt.datetime) -> None:
    world = FakeWorld(clock, due=[now + 5 * HOUR, now + 30 * HOUR, now + 31 * HOUR])
    walk(clock, world, dt.timedelta(days=3))
    assert [due for due, _ in world.done] == [now + 5 * HOUR, now + 30 * HOUR, now + 31 * HOUR]
    assert all(dt.timedelta() <= at - due <= GRAIN + dt.timedelta(seconds=2) for due, at in world.done)


def test_what_falls_due_together_is_done_in_one_step(clock: MovableClock, now: dt.datetime) -> None:
    world = FakeWorld(clock, due=[now + HOUR + dt.timedelta(minutes=minute) for minute in range(9)])
    assert len(walk(clock, world, dt.timedelta(hours=8))) == 2


def test_something_that_stays_due_does_not_hold_the_clock(clock: MovableClock, now: dt.datetime) -> None:
    class Stubborn(FakeWorld):
        def tick(self) -> None:
            self.ticks += 1

    world = Stubborn(clock, due=[now + HOUR])
    stops = walk(clock, world, dt.timedelta(hours=12))
    assert clock.now() >= now + dt.timedelta(hours=12)
    assert all(later - earlier <= HOUR + dt.timedelta(seconds=2) for earlier, later in itertools.pairwise(stops))


def test_a_step_waits_until_the_queues_are_empty_twice_in_a_row(clock: MovableClock) -> None:
    world = FakeWorld(clock, queued=[3, 0, 1, 0, 0, 99])
    assert settle(world, pause=no_pause) == 0
    assert world.queued == [99]


def test_messages_that_never_finish_are_counted_and_not_waited_for_again(clock: MovableClock) -> None:
    class Poisoned(FakeWorld):
        calls = 0

        def busy(self) -> int:
            self.calls += 1
            return 2

    world = Poisoned(clock)
    assert settle(world, pause=no_pause) == 2
    waited = world.calls
    assert settle(world, stuck=2, pause=no_pause) == 2
    assert world.calls - waited < waited / 10


def test_while_a_step_works_one_hears_how_much_is_queued(clock: MovableClock, now: dt.datetime) -> None:
    world = FakeWorld(clock, [now + HOUR], queued=[0, 0, 3, 1])
    heard: list[int] = []

    list(advance(clock, now + 2 * HOUR, world, no_pause, heard.append))

    assert heard[:4] == [0, 0, 3, 1]
