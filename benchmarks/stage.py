"""A deployment in this process, with a meter on its wire."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass

import pytest
from moto import mock_aws

from benchmarks.meter import LOG, Metered, metered
from prm.core import table
from tests.conftest import PREFIX, REGION, all_rows, create_tables, empty_tables
from tests.fakes import FakeClock
from tests.sendcore.wire import tapped
from tests.sendcore.world import World, built


@dataclass(frozen=True)
class Stage:
    """A world, and what it costs."""

    world: World
    metered: Metered


@contextmanager
def aws() -> Iterator[pytest.MonkeyPatch]:
    """AWS in this process, with empty tables."""
    os.environ.update(
        AWS_ACCESS_KEY_ID="testing",
        AWS_SECRET_ACCESS_KEY="testing",  # noqa: S106 - moto asks for one
        AWS_DEFAULT_REGION=REGION,
        PRM_TABLES=PREFIX,
        POWERTOOLS_METRICS_NAMESPACE="benchmarks",
        POWERTOOLS_SERVICE_NAME="benchmarks",
        POWERTOOLS_LOG_LEVEL="INFO",
    )
    with mock_aws(), pytest.MonkeyPatch.context() as patch, redirect_stdout(LOG):
        table.forget_client()
        table.bind(PREFIX, all_rows())
        create_tables()
        try:
            yield patch
        finally:
            empty_tables()
    table.forget_client()


@contextmanager
def stage(patch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """Set a fresh deployment up; what stood in the tables is forgotten."""
    empty_tables()
    with tapped(patch) as wire, metered(wire, patch) as found:
        world = built(wire, FakeClock(), patch)
        yield Stage(world, found)
