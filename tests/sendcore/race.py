"""Three workers at once on the same due items, the same messages, the same events, while a patient answers."""

from collections.abc import Callable
from dataclasses import dataclass, field

from prm.core.due import Witness
from prm.core.errors import Conflict
from prm.core.table import DueKey
from prm.links.model import Link
from prm.mail.model import News, State, TouchKey
from prm.surveys.model import Via
from tests.fakes import NOON, FakeQueues
from tests.sendcore.baton import Baton
from tests.sendcore.proof import all_touches, numbers_agree
from tests.sendcore.story import CLINIC, arrives, rules_on
from tests.sendcore.world import World

WORKERS = 3
LINES = ("patients", "touches", "surveys", "cases")


@dataclass
class Seen(Witness):
    """Failures that are not lost races; there should be none."""

    failures: list[str] = field(default_factory=list)

    def failed(self, line: str, key: DueKey, error: Exception, failures: int) -> None:
        self.failures.append(f"{line} {error!r}")


def race(world: World, seed: int) -> Baton:
    """Race from the first tick to the alert, then hold what must hold."""
    queues = FakeQueues()
    world.house.__dict__["queues"] = queues
    with world.quiet():
        rules_on(world)
        patients = [arrives(world, number, NOON) for number in ("1001", "1002")]
        world.clock.advance(hours=5)
        _ = (world.house.sender, world.house.schedule)
    seen = Seen()
    baton = Baton(seed)
    world.wire.step = baton.step
    baton.run([lambda: _drain(world, seen)] * WORKERS)
    keys = list(dict.fromkeys(queues.take_all()))
    baton.run([lambda: _send(world, keys)] * WORKERS)
    answers = [_answering(world, link, score) for (_, link), score in zip(_links(world), (4, 9), strict=True)]
    baton.run([lambda: _hear(world, keys), *answers, *answers])
    alerts = list(dict.fromkeys(queues.take_all()))
    baton.run([lambda: _send(world, alerts)] * WORKERS)
    world.wire.step = lambda _: None
    assert seen.failures == []
    hold(world, patients)
    return baton


def hold(world: World, patients: list[str]) -> None:
    """Hold one survey a patient, one alert a member of staff, one answer each, and the numbers."""
    sends = [one.touch for one in world.wire.sent]
    assert len(sends) == len(set(sends)), "sent twice"
    touches = all_touches(world, patients)
    kinds = sorted(touch.kind for touch in touches)
    assert kinds == ["alert", "alert", "survey", "survey"]
    assert {touch.state for touch in touches} <= {State.SENT, State.DELIVERED}
    assert len(sends) == len(touches), "a mail was lost"
    numbers_agree(world)
    with world.quiet():
        total = world.house.insights.nps(CLINIC).total
    assert (total.asked, total.answered, total.detractors, total.promoters) == (2, 2, 1, 1)


def _drain(world: World, seen: Seen) -> None:
    for line in LINES:
        for shard in range(world.house.settings.shards):
            world.house.schedule.drain(line, shard, lambda: True, seen)


def _send(world: World, keys: list[TouchKey]) -> None:
    for key in keys:
        world.house.sender.send(key)


def _hear(world: World, keys: list[TouchKey]) -> None:
    for key in keys:
        for state in (State.DELIVERED, State.SENT, State.DELIVERED):
            world.house.mail.news(key, News(state, world.clock.business()))


def _links(world: World) -> list[tuple[str, Link]]:
    found = {one.to: world.link(token) for one, token in world.tokens()}
    return sorted(found.items())


def _answering(world: World, link: Link, score: int) -> Callable[[], None]:
    def answer() -> None:
        try:
            world.house.surveys.answer(link, link.survey or "", score, "", Via.BUTTON)
        except Conflict:
            return

    return answer
