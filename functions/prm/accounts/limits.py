"""How often someone may try: by address, by network, and all together. What is counted names nobody."""

import datetime as dt
from dataclasses import dataclass
from enum import Enum

from prm.accounts.store import AttemptStore
from prm.core import ids
from prm.core.clock import Clock

_EVERYONE = "all"


class Limit(Enum):
    """What is limited: a name, how many, and per how long."""

    SIGN_UP_ADDRESS = ("sign-up-address", 3, dt.timedelta(days=1))
    SIGN_UP_NETWORK = ("sign-up-network", 10, dt.timedelta(days=1))
    SIGN_UP_ALL = ("sign-up-all", 300, dt.timedelta(days=1))
    SIGN_IN_ADDRESS = ("sign-in-address", 10, dt.timedelta(minutes=15))
    SIGN_IN_NETWORK = ("sign-in-network", 60, dt.timedelta(minutes=15))
    SECOND_MEMBER = ("second-member", 5, dt.timedelta(minutes=15))
    RESET_ADDRESS = ("reset-address", 3, dt.timedelta(hours=1))
    RESET_NETWORK = ("reset-network", 20, dt.timedelta(hours=1))
    TEST_MAIL = ("test-mail", 20, dt.timedelta(days=1))
    CODE_NETWORK = ("code-network", 30, dt.timedelta(minutes=15))


@dataclass(frozen=True)
class LimitService:
    """Counts attempts within fixed stretches of wall time."""

    store: AttemptStore
    clock: Clock
    key: bytes

    def take(self, limit: Limit, who: str = _EVERYONE) -> bool:
        """Count one attempt; False when there were enough of them in this stretch."""
        name, most, stretch = limit.value
        now = self.clock.wall()
        number = int(now.timestamp() // stretch.total_seconds())
        whose = ids.keyed(self.key, name, who.casefold())
        return self.store.take(name, whose, str(number), most, now + 2 * stretch)
