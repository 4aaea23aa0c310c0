"""`crash`: the main job with each AWS call cut before, after, or with its answer lost; what was doubled or lost."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from benchmarks.stage import Stage, aws, stage
from prm.mail.model import State
from tests.sendcore import proof
from tests.sendcore.main_job import afterwards, main_job
from tests.sendcore.wire import Cut, cuts

LOST_NEEDS = "a lost answer to a transaction is cut on DynamoDB Local by the tests: tables in memory know no token"


def measure() -> dict[str, Any]:
    """Cut each call of an undisturbed run, in each way, one at a time."""
    with aws() as patch:
        with stage(patch) as here:
            main_job(here.world)
            calls = list(here.world.wire.calls)
        totals: Counter[str] = Counter()
        states: Counter[str] = Counter()
        for number, call in enumerate(calls):
            for cut in cuts(call.operation):
                with stage(patch) as here:
                    found = _outcome(here, number, cut)
                states.update(found.pop("states"))
                totals.update(found)
    return {
        "calls": len(calls),
        "cases": totals["cases"],
        "double_sends": totals["double"],
        "lost_touches": totals["lost"],
        "unknown_touches": totals["unknown"],
        "unconfirmed_touches": states[State.UNCONFIRMED],
        "states": dict(states),
        "left_out": LOST_NEEDS,
    }


def lines(figures: dict[str, Any]) -> Iterator[str]:
    """Yield the figures one a line."""
    for name, figure in figures.items():
        yield f"{name:20}{figure}"


def _outcome(here: Stage, number: int, cut: Cut) -> dict[str, Any]:
    """Run one case and let two days pass. Lost: a touch without an end, or one that there ought to be and is not."""
    world = here.world
    world.wire.cut_at, world.wire.cut = number, cut
    patient = main_job(world)
    afterwards(world)
    touches = proof.all_touches(world, [patient])
    sends = Counter(one.touch for one in world.wire.sent)
    double = sum(max(0, sends[touch.key.tag] - 1 - touch.resend) for touch in touches)
    open_ones = [touch for touch in touches if touch.state not in proof.ENDED]
    unknown = sum(touch.state is State.UNKNOWN for touch in open_ones)
    kinds = Counter(touch.kind.value for touch in touches)
    missing = max(0, 1 - kinds["survey"])
    if any(touch.kind.value == "survey" and touch.state is State.DELIVERED for touch in touches):
        missing += max(0, 2 - kinds["alert"])
    states = Counter(touch.state.value for touch in touches)
    lost = len(open_ones) - unknown + missing
    return {"cases": 1, "double": double, "lost": lost, "unknown": unknown, "states": states}
