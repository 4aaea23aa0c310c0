"""How fast one worker may send, so that all of them together stay within the account's rate."""

from collections.abc import Callable
from dataclasses import dataclass, field

URGENT_SHARE = 1 / 5
BULK_SHARE = 4 / 5


@dataclass
class Pace:
    """At most `rate` mails a second from this worker; the first goes at once."""

    rate: float
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]
    _next: float = field(default=0.0, init=False)

    def wait(self) -> None:
        """Wait for this worker's turn."""
        now = self.monotonic()
        if now < self._next:
            self.sleep(self._next - now)
            now = self._next
        self._next = now + 1 / self.rate


def rate_of(account_rate: float, share: float, workers: int) -> float:
    """Return one worker's rate: its queue's share of the account's, split among the workers of that queue."""
    return account_rate * share / workers
