"""The local run is tested in pieces, each without the emulator, and once whole."""

import datetime as dt
from pathlib import Path

import pytest

from local.outbox import Outbox
from local.places import Places

NOW = dt.datetime(2026, 11, 24, 15, 0, tzinfo=dt.UTC)


@pytest.fixture
def now() -> dt.datetime:
    return NOW


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path)


@pytest.fixture
def outbox(places: Places) -> Outbox:
    return Outbox(places.outbox)
