"""The command line's way to the running system: its addresses, its settings, its services."""

import datetime as dt
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.aws import Aws
from local.clock import MovableClock
from local.places import Places, places
from local.world import Deployment
from prm.core import settings
from prm.core.clock import SystemClock
from prm.core.errors import Unavailable

if TYPE_CHECKING:
    from prm.wiring import House

NOTHING_RUNS = "Nothing is running here. Start it with: make run"


@dataclass(frozen=True)
class Running:
    """What a run left in its folder for others."""

    places: Places
    addresses: dict[str, str]
    resources: dict[str, str]
    environment: dict[str, str]
    aws_environment: dict[str, str]

    @property
    def settings(self) -> settings.Settings:
        """The settings of the deployed functions, all together."""
        return settings.load(self.environment | {"PRM_CLOCK_FILE": str(self.places.clock)})

    @property
    def aws(self) -> Aws:
        """The emulator."""
        return Aws(self.aws_environment["AWS_ENDPOINT_URL"])

    @property
    def deployment(self) -> Deployment:
        """Its ticks, due indexes and queues."""
        found = self.settings
        return Deployment(self.aws, self.resources, found.tables, found.shards)

    @property
    def clock(self) -> MovableClock:
        """Its business clock."""
        return MovableClock(self.places.clock, lambda: dt.datetime.now(dt.UTC))


def running(where: Places | None = None) -> Running:
    """Return the system that runs in this checkout; raises Unavailable when there is none."""
    found = where or places()
    try:
        addresses = json.loads(found.addresses.read_text(encoding="utf-8"))
        noted: dict[str, Any] = json.loads(found.env.read_text(encoding="utf-8"))
    except (OSError, ValueError) as err:
        raise Unavailable(NOTHING_RUNS, permanent=True) from err
    return Running(found, addresses, noted["resources"], noted["environment"], noted["aws"])


def connect() -> "House":
    """Return the services of the running system, built as the functions build them."""
    from prm import wiring

    here = running()
    os.environ.update(here.aws_environment)
    return wiring.house(here.settings, SystemClock(here.places.clock))
