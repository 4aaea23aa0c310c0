"""`crash`: each story with each AWS call cut before, after, or with its answer lost; what was doubled or lost."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from benchmarks.stage import aws
from prm.mail.model import Kind, State, Touch
from tests.conftest import empty_tables
from tests.fakes import FakeClock
from tests.sendcore import proof
from tests.sendcore.chapters import CHAPTERS
from tests.sendcore.main_job import MAIN_JOB
from tests.sendcore.telling import Story
from tests.sendcore.wire import Cut, cuts, tapped
from tests.sendcore.world import World, built

LOST_NEEDS = "a lost answer to a transaction is cut on DynamoDB Local by the tests: tables in memory know no token"
_COUNTS = (
    "calls",
    "cases",
    "double_sends",
    "lost_touches",
    "unknown_touches",
    "unconfirmed_touches",
    "ended_otherwise",
)


def measure() -> dict[str, Any]:
    """Cut each call of an undisturbed telling, in each way, one at a time."""
    with aws() as patch:
        stories = {story.name: _sweep(story, patch) for story in (MAIN_JOB, *CHAPTERS)}
    totals = Counter[str]()
    for found in stories.values():
        totals.update(found)
    return {**{name: totals[name] for name in _COUNTS}, "stories": stories, "left_out": LOST_NEEDS}


def lines(figures: dict[str, Any]) -> Iterator[str]:
    """Yield the sums one a line, then each story's cases."""
    for name in _COUNTS:
        yield f"{name:20}{figures[name]}"
    for name, found in figures["stories"].items():
        yield f"  {name:20}{found['calls']:4} calls {found['cases']:4} cases"
    yield figures["left_out"]


@contextmanager
def _world(patch: pytest.MonkeyPatch) -> Iterator[World]:
    empty_tables()
    with tapped(patch) as wire:
        yield built(wire, FakeClock(), patch)


def _sweep(story: Story, patch: pytest.MonkeyPatch) -> dict[str, int]:
    with _world(patch) as world:
        story.tell(world)
        calls = list(world.wire.calls)
        story.later(world)
        expected = {touch.id for touch in proof.all_touches(world, [proof.PATIENT])}
    totals = Counter(calls=len(calls))
    for number, call in enumerate(calls):
        for cut in cuts(call.operation):
            totals.update(_outcome(story, patch, number, cut, expected))
    return {name: totals[name] for name in _COUNTS}


def _outcome(story: Story, patch: pytest.MonkeyPatch, number: int, cut: Cut, expected: set[str]) -> Counter[str]:
    """Count one case, two days on. Lost: a touch without an end, or one that there ought to be and is not."""
    with _world(patch) as world:
        failed = 0
        try:
            story.stand(world, number, cut)
        except AssertionError:
            failed = 1
        touches = proof.all_touches(world, [proof.PATIENT])
        sends = Counter(one.touch for one in world.wire.sent)
    states = Counter(touch.state for touch in touches)
    open_ones = sum(states[state] for state in State if state not in proof.ENDED) - states[State.UNKNOWN]
    missing = expected - {touch.id for touch in touches} if _arrived(touches) else set()
    return Counter(
        cases=1,
        double_sends=sum(max(0, sends[touch.key.tag] - 1 - touch.resend) for touch in touches),
        lost_touches=open_ones + len(missing),
        unknown_touches=states[State.UNKNOWN],
        unconfirmed_touches=states[State.UNCONFIRMED],
        ended_otherwise=failed,
    )


def _arrived(touches: list[Touch]) -> bool:
    """Tell whether the survey came: nothing can follow from one that did not."""
    return any(touch.kind is Kind.SURVEY and touch.state is State.DELIVERED for touch in touches)
