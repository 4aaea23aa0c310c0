"""Hand-written stand-ins for what no test may reach: SES, the queues, the clock."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from prm.mail.model import Letter, TouchKey

NOON = dt.datetime(2026, 11, 24, 17, tzinfo=dt.UTC)
"""Noon in New York on a Tuesday: everything is open."""


@dataclass
class FakeClock:
    """A clock that stands still until it is moved; wall time moves along."""

    now: dt.datetime = NOON

    def business(self) -> dt.datetime:
        return self.now

    def wall(self) -> dt.datetime:
        return self.now

    def ahead(self) -> dt.timedelta:
        return dt.timedelta()

    def advance(self, **by: float) -> dt.datetime:
        self.now += dt.timedelta(**by)
        return self.now


@dataclass
class FakeSes:
    """Keeps what was sent; `fails_with` holds errors to raise for the next calls, in order (None: send)."""

    sent: list[tuple[TouchKey, Letter, str | None]] = field(default_factory=list)
    fails_with: list[Exception | None] = field(default_factory=list)
    rate: float = 14.0

    def send(self, letter: Letter, key: TouchKey, token: str | None) -> str:
        failure = self.fails_with.pop(0) if self.fails_with else None
        if failure:
            raise failure
        self.sent.append((key, letter, token))
        return f"message-{len(self.sent)}"

    def max_send_rate(self) -> float:
        return self.rate


@dataclass
class FakeQueues:
    """Keeps what was queued, by queue."""

    now: list[TouchKey] = field(default_factory=list)
    bulk: list[TouchKey] = field(default_factory=list)
    fails_with: Exception | None = None

    def put(self, keys: Sequence[TouchKey], *, urgent: bool) -> None:
        if self.fails_with:
            raise self.fails_with
        (self.now if urgent else self.bulk).extend(keys)

    def take_all(self) -> list[TouchKey]:
        """Empty both queues, the fast one first."""
        taken = [*self.now, *self.bulk]
        self.now.clear()
        self.bulk.clear()
        return taken
