"""A world for each test, on tables in memory or on DynamoDB Local."""

from collections.abc import Iterator

import pytest

from tests.fakes import FakeClock
from tests.sendcore.post import Post
from tests.sendcore.town import Town, founded
from tests.sendcore.wire import Wire, tapped
from tests.sendcore.world import World, built

pytest.register_assert_rewrite("tests.sendcore.always", "tests.sendcore.machine")


@pytest.fixture
def wire(tables: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    with tapped(monkeypatch) as wire:
        yield wire


@pytest.fixture
def world(wire: Wire, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> World:
    return built(wire, clock, monkeypatch)


@pytest.fixture
def real_world(real_tables: None, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with tapped(monkeypatch) as wire:
        yield built(wire, clock, monkeypatch)


@pytest.fixture
def town(tables: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    post = Post()
    with tapped(monkeypatch, post):
        yield founded(monkeypatch, post)
