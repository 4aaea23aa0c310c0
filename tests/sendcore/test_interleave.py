"""Three workers interleaved at every AWS call, by seed: nothing twice, nothing lost, the same seed the same order."""

import pytest

from tests.fakes import FakeClock
from tests.sendcore.race import race
from tests.sendcore.wire import Wire
from tests.sendcore.world import World, built

BATCH = 10
SEEDS = 100


@pytest.mark.parametrize("first", range(0, SEEDS, BATCH))
def test_workers_that_race_send_each_mail_once_and_lose_none(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, first: int
) -> None:
    for seed in range(first, first + BATCH):
        race(fresh(wire, monkeypatch), seed)


@pytest.mark.dynamodb_local
@pytest.mark.parametrize("seed", range(5))
def test_they_do_so_on_dynamodb_local_too(real_world: World, seed: int) -> None:
    race(real_world, seed)


def test_the_same_seed_gives_the_same_order(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    traces = [race(fresh(wire, monkeypatch), 7).trace for _ in range(2)]
    assert traces[0] == traces[1]
    assert len({worker for worker, _ in traces[0]}) > 1


def fresh(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> World:
    """Return a world that knows nothing of the race before."""
    from tests.conftest import empty_tables

    empty_tables()
    wire.calls.clear()
    wire.sent.clear()
    return built(wire, FakeClock(), monkeypatch)
