"""A story that is told with one AWS call cut, and must end well all the same."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.sendcore import proof
from tests.sendcore.memory import live
from tests.sendcore.wire import TRANSACTION, Cut, cuts
from tests.sendcore.world import World

LISTS = Path(__file__).with_name("calls")
AFTERWARDS = ({"minutes": 2}, {"minutes": 14}, {"hours": 1}, {"hours": 24})
"""Within a lease, past it, past any pause, and past the day that a fate may stay unknown."""


def time_passes(world: World) -> None:
    """Let whatever was left lying come due."""
    for step in AFTERWARDS:
        world.settle(**step)


@dataclass(frozen=True)
class Story:
    """`before` comes to pass in peace, `happens` is what may be cut, `later` lets time pass, `ends` says how."""

    name: str
    before: Callable[[World], None]
    happens: Callable[[World], None]
    ends: Callable[[World], None]
    later: Callable[[World], None] = time_passes

    @property
    def listed(self) -> Path:
        """Where the calls of an undisturbed telling are listed, in order."""
        return LISTS / f"{self.name}.txt"

    def calls(self) -> list[str]:
        """Return the listed calls."""
        return self.listed.read_text(encoding="utf-8").splitlines() if self.listed.exists() else []

    def cases(self) -> list[tuple[int, Cut]]:
        """Return each call, by its number, with each way to cut it."""
        return [(number, cut) for number, call in enumerate(self.calls()) for cut in cuts(_operation(call))]

    def transactions(self) -> list[int]:
        """Return the numbers of the transactions."""
        return [number for number, call in enumerate(self.calls()) if _operation(call) == TRANSACTION]

    def tell(self, world: World, number: int = -1, cut: Cut = Cut.BEFORE) -> None:
        """Tell it until the cut is over. The wire counts from what may be cut on."""
        live(world, self.before)
        world.wire.calls.clear()
        world.wire.cut_at, world.wire.cut = number, cut
        self.happens(world)

    def stand(self, world: World, number: int = -1, cut: Cut = Cut.BEFORE) -> None:
        """Tell it with one call cut, let time pass, and hold the result against what must be so."""
        self.tell(world, number, cut)
        assert len(world.wire.calls) > number, "nothing was cut"
        world.wire.cut_at = -1
        world.pump()
        self.later(world)
        proof.everything(world)
        self.ends(world)


def _operation(call: str) -> str:
    return call.partition(":")[2].partition(" ")[0]
