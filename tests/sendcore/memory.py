"""Many stories begin at the same point: it is lived through once, and remembered."""

import datetime as dt
import importlib
import os
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID

from tests.sendcore.wire import Sent
from tests.sendcore.world import REGION, World


@dataclass(frozen=True)
class Memory:
    """What was stored, what was sent, and when."""

    tables: bytes
    sent: tuple[Sent, ...]
    now: dt.datetime


_LIVED: dict[Callable[[World], None], Memory] = {}


def live(world: World, before: Callable[[World], None]) -> None:
    """Bring a new world to where `before` leaves it, with nothing queued and every function cold.

    What stands on DynamoDB Local cannot be remembered and is lived through each time.
    """
    if before in _LIVED and not _on_dynamodb_local():
        _recall(world, _LIVED[before])
    else:
        with world.quiet():
            before(world)
            world.pump()
        if not _on_dynamodb_local():
            _LIVED[before] = _remember(world)
    world.house.clinics._kept.clear()
    importlib.import_module("mail_sender.app").senders.clear()


def _remember(world: World) -> Memory:
    tables = {name: table.items for name, table in _tables().items()}
    return Memory(pickle.dumps(tables), tuple(world.wire.sent), world.clock.now)


def _recall(world: World, memory: Memory) -> None:
    for name, items in pickle.loads(memory.tables).items():  # noqa: S301 - our own, of a moment ago
        _tables()[name].items = items
    world.wire.sent[:] = memory.sent
    world.clock.now = memory.now
    world.delivered = len(memory.sent)


def _tables() -> dict[str, Any]:
    tables: dict[str, Any] = get_backend("dynamodb")[DEFAULT_ACCOUNT_ID][REGION].tables
    return tables


def _on_dynamodb_local() -> bool:
    return "AWS_ENDPOINT_URL_DYNAMODB" in os.environ
