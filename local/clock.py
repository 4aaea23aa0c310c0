"""The movable clock of the local run: business time can be sent forward, step by step, as if days passed.

A step goes to the next due item and a little beyond, so that what falls due together is done together; then one tick,
then a wait until the queues are empty, so that each hour is finished before the next begins.
"""

import datetime as dt
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from prm.core.errors import Invalid

GRAIN = dt.timedelta(minutes=10)  # what falls due within it is done in one step; a production tick has one minute
STEP = dt.timedelta(hours=1)  # the longest step while something is overdue
_PATIENCE = 90.0  # seconds without a change, after which what is queued counts as stuck; one message may be long work
_PAUSE = 0.05
_SPAN = re.compile(r"\+?(\d{1,5})([dhm])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


def span(text: str) -> dt.timedelta:
    """Return the time in `+3d`, `+5h` or `+30m`; raises Invalid for anything else, backward included."""
    found = _SPAN.fullmatch(text.strip().lower())
    if not found:
        msg = f"{text!r} is no time to move by. Write +3d, +5h or +30m; the clock only goes forward."
        raise Invalid(msg, field="by")
    return dt.timedelta(**{_UNITS[found[2]]: int(found[1])})


class World(Protocol):
    """What moves with the clock."""

    def tick(self) -> None:
        """Let the rules look once for what is due."""
        ...

    def next_due(self) -> dt.datetime | None:
        """Return when the longest waiting item is, or was, due."""
        ...

    def busy(self) -> int:
        """Return how many messages wait or are being worked on."""
        ...


@dataclass(frozen=True)
class Progress:
    """Where the clock stands after a step; `stuck` messages wait for another try."""

    at: dt.datetime
    steps: int
    stuck: int


@dataclass(frozen=True)
class MovableClock:
    """The offset file that every worker reads at each call."""

    path: Path
    wall: Callable[[], dt.datetime]

    @property
    def offset(self) -> dt.timedelta:
        """By how much business time runs ahead."""
        try:
            return dt.timedelta(seconds=int(self.path.read_text(encoding="ascii")))
        except FileNotFoundError:
            return dt.timedelta()

    def now(self) -> dt.datetime:
        """Business time."""
        return self.wall() + self.offset

    def move_to(self, at: dt.datetime) -> None:
        """Set business time; it never goes back."""
        offset = int((at - self.wall()).total_seconds())
        if offset <= self.offset.total_seconds():
            return
        half = self.path.with_suffix(".part")
        half.write_text(str(offset), encoding="ascii")
        half.rename(self.path)  # a worker never reads half a number


def advance(
    clock: MovableClock,
    until: dt.datetime,
    world: World,
    pause: Callable[[float], None] = time.sleep,
    tell: Callable[[int], None] = lambda _: None,
) -> Iterator[Progress]:
    """Move business time to `until` in steps and yield after each; `tell` hears meanwhile how much is queued."""
    steps = 0
    stuck = settle(world, 0, pause, tell)
    while clock.now() < until:
        clock.move_to(_next_stop(clock.now(), until, world.next_due()))
        world.tick()
        stuck = settle(world, stuck, pause, tell)
        steps += 1
        yield Progress(clock.now(), steps, stuck)


def _next_stop(now: dt.datetime, until: dt.datetime, due: dt.datetime | None) -> dt.datetime:
    """A second is added: the offset is kept in whole seconds, and `until` must be reached."""
    if due is None:
        stop = until
    elif due <= now:
        stop = now + (STEP if now - due > STEP else GRAIN)
    else:
        stop = due + GRAIN
    return min(stop, until) + dt.timedelta(seconds=1)


def settle(
    world: World,
    stuck: int = 0,
    pause: Callable[[float], None] = time.sleep,
    tell: Callable[[int], None] = lambda _: None,
) -> int:
    """Wait until no more than `stuck` messages are queued, seen twice in a row: work may beget work.

    A message whose work failed hides for its queue's timeout and is tried again. When nothing has changed for a while
    those are what is left; their number is returned, and the clock goes on.
    """
    quiet, same, last = 0, 0.0, -1
    while quiet < 2 and same < _PATIENCE:  # noqa: PLR2004
        left = world.busy()
        quiet = quiet + 1 if left <= stuck else 0
        same = same + _PAUSE if left == last else 0.0
        last = left
        tell(left)
        pause(_PAUSE)
    return max(last, 0)
