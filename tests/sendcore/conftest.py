"""A world for each test, on tables in memory."""

from collections.abc import Iterator

import pytest

from tests.fakes import FakeClock
from tests.sendcore.wire import Wire, tapped
from tests.sendcore.world import World, built


@pytest.fixture
def wire(tables: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    with tapped(monkeypatch) as wire:
        yield wire


@pytest.fixture
def world(wire: Wire, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> World:
    return built(wire, clock, monkeypatch)
