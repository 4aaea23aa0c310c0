"""The house as the command line uses it: the same, but several patients side by side, as nobody else waits here."""

from dataclasses import replace
from functools import cached_property

from prm import wiring
from prm.core import table
from prm.core.clock import Clock
from prm.core.settings import Settings
from prm.patients.service import PatientService

AT_ONCE = 8


class Desk(wiring.House):
    """All services of one deployment."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        """Build the client that the threads share before there are any."""
        super().__init__(settings, clock)
        table.warm()

    @cached_property
    def patients(self) -> PatientService:
        """Charts."""
        return replace(super().patients, at_once=AT_ONCE)
