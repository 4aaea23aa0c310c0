"""The command line's way to the system it works on: the one that runs here, or a stack that was named."""

import datetime as dt
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from local import stack
from local.aws import Aws
from local.clock import MovableClock
from local.places import Places, places
from local.world import Deployment
from prm.core import settings
from prm.core.clock import SystemClock
from prm.core.errors import Invalid, Unavailable

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


def named() -> stack.Named | None:
    """Return the stack that `prm` was called with, or None for the system that runs here."""
    context = click.get_current_context(silent=True)
    found = context.find_root().obj if context else None
    return found if isinstance(found, stack.Named) else None


def only_here(reason: str) -> Running:
    """Return the system that runs here; raises Invalid, with the reason, for a command that was to act on a stack."""
    if named():
        raise Invalid(f"prm {click.get_current_context().info_name} is for the local run alone. {reason}.")
    return running()


def connect() -> "House":
    """Return the services of the system to work on, built as the functions build them.

    Where that is a stack, says which one and where before anything is done to it.
    """
    from local.desk import Desk

    if elsewhere := named():
        found = stack.reach(elsewhere)
        click.echo(f"On {found}", err=True)
        return Desk(found.settings, SystemClock())
    here = running()
    os.environ.update(here.aws_environment)
    return Desk(here.settings, SystemClock(here.places.clock))
