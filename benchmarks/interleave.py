"""`interleave`: three workers on the same items, switched at every AWS call by seed; what was doubled or lost."""

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

from benchmarks.stage import aws, stage
from prm.mail.model import State
from tests.sendcore.proof import all_touches
from tests.sendcore.race import race
from tests.sendcore.story import CLINIC
from tests.sendcore.world import World

SEEDS = int(os.environ.get("SEEDS", "2000"))


def measure() -> dict[str, Any]:
    """Race once for each seed. A race holds itself what must hold; what it finds is told by its seed."""
    found: dict[int, str] = {}
    switches = 0
    totals: Counter[str] = Counter()
    with aws() as patch:
        for seed in range(SEEDS):
            with stage(patch) as here:
                try:
                    switches += len(race(here.world, seed).trace)
                except AssertionError as err:
                    found[seed] = str(err).splitlines()[0] if str(err) else "an invariant does not hold"
                totals.update(_outcome(here.world))
    return {
        "cases": SEEDS,
        "switches": switches,
        "double_sends": totals["double"],
        "lost_touches": totals["lost"],
        "unknown_touches": totals["unknown"],
        "failed_seeds": found,
    }


def _outcome(world: World) -> Counter[str]:
    """Count, from the touches and what SES got: sent twice, never sent, and of a fate nobody knows."""
    with world.quiet():
        patients = list(world.house.patients.roster(CLINIC))
    sends = Counter(one.touch for one in world.wire.sent)
    touches = all_touches(world, patients)
    return Counter(
        double=sum(sends.values()) - len(sends),
        lost=sum(sends[touch.key.tag] == 0 for touch in touches),
        unknown=sum(touch.state in {State.UNKNOWN, State.UNCONFIRMED} for touch in touches),
    )


def lines(figures: dict[str, Any]) -> Iterator[str]:
    """Yield the figures one a line."""
    for name, figure in figures.items():
        yield f"{name:20}{figure}"
