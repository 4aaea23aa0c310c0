"""`interleave`: three workers on the same items, switched at every AWS call by seed; what was doubled or lost."""

import os
from collections.abc import Iterator
from typing import Any

from benchmarks.stage import aws, stage
from tests.sendcore.race import race

SEEDS = int(os.environ.get("SEEDS", "2000"))


def measure() -> dict[str, Any]:
    """Race once for each seed. A race holds itself what must hold; what it finds is told by its seed."""
    found: dict[int, str] = {}
    switches = double = 0
    with aws() as patch:
        for seed in range(SEEDS):
            with stage(patch) as here:
                try:
                    switches += len(race(here.world, seed).trace)
                except AssertionError as err:
                    found[seed] = str(err).splitlines()[0] if str(err) else "an invariant does not hold"
                sends = [one.touch for one in here.world.wire.sent]
                double += len(sends) - len(set(sends))
    return {
        "cases": SEEDS,
        "switches": switches,
        "double_sends": double,
        "lost_touches": sum("lost" in why for why in found.values()),
        "unknown_touches": sum("unknown" in why for why in found.values()),
        "failed_seeds": found,
    }


def lines(figures: dict[str, Any]) -> Iterator[str]:
    """Yield the figures one a line."""
    for name, figure in figures.items():
        yield f"{name:20}{figure}"
