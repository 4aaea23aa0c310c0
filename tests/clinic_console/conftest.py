"""The console's pages over tables in memory, with a Cognito that does what its documentation says."""

from collections.abc import Iterator

import pytest

from tests.clinic_console.whole import whole
from tests.cognito import FakeCognito, in_place
from tests.console import Console, console
from tests.fakes import FakeClock

__all__ = ["whole"]


@pytest.fixture
def cognito(aws: None, clock: FakeClock) -> Iterator[FakeCognito]:
    with in_place(FakeCognito(clock)) as fake:
        yield fake


@pytest.fixture
def clinic_console(tables: None, clock: FakeClock, cognito: FakeCognito) -> Console:
    """Riverbend's console."""
    return console(clock, cognito)
