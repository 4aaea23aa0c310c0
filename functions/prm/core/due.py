"""The tick: what is due anywhere, and working through it shard by shard.

There are no timers and no cursor. Each item is its own timer in a sparse index and stays due until its work is done, so
a tick that is lost, late or doubled changes nothing; an idle one costs one empty query a shard and index.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from prm.core.clock import Clock
from prm.core.errors import Conflict
from prm.core.table import DueKey

_PAGE = 100
ALARM_AT = 5
"""So many failures in a row ring the alarm."""


@dataclass(frozen=True)
class Line:
    """One due index: how to find what is due, do its work, and put off what failed (the failures so far come back)."""

    find: Callable[[int, dt.datetime, int], Iterator[DueKey]]
    work: Callable[[DueKey], None]
    put_off: Callable[[DueKey, dt.datetime], int]


class Witness(Protocol):
    """Whoever wants to know of failures: ids and the kind of error, never its text."""

    def failed(self, line: str, key: DueKey, error: Exception, failures: int) -> None:
        """Take note of one failure."""
        ...


def _unnoted(_line: str, _key: DueKey) -> None:
    """Most races are nobody's concern."""


@dataclass(frozen=True)
class Schedule:
    """All due indexes of the house. `overtaken` hears of each race that a worker lost: its item is due still."""

    lines: Mapping[str, Line]
    shards: int
    clock: Clock
    overtaken: Callable[[str, DueKey], None] = _unnoted

    def waiting(self) -> Iterator[tuple[str, int]]:
        """Yield each index and shard that holds something due."""
        now = self.clock.business()
        for name, line in self.lines.items():
            for shard in range(self.shards):
                if next(line.find(shard, now, 1), None) is not None:
                    yield name, shard

    def drain(self, name: str, shard: int, time_left: Callable[[], bool], witness: Witness) -> int:
        """Work through one shard until it is empty or time is up; returns how many items were worked on.

        One item's failure puts that item off and never stops the shard. A rival who was faster is no failure.
        """
        line = self.lines[name]
        seen: set[tuple[str, str]] = set()
        while time_left():
            fresh = [
                key
                for key in line.find(shard, self.clock.business(), _PAGE + len(seen))
                if (key.pk, key.sk) not in seen
            ]
            if not fresh:
                break
            for key in fresh:
                if not time_left():
                    break
                seen.add((key.pk, key.sk))
                self._work(name, line, key, witness)
        return len(seen)

    def _work(self, name: str, line: Line, key: DueKey, witness: Witness) -> None:
        try:
            line.work(key)
        except Conflict:
            self.overtaken(name, key)
        except Exception as err:  # noqa: BLE001 - whatever it is, the next patient must not wait for it
            witness.failed(name, key, err, line.put_off(key, self.clock.business()))
