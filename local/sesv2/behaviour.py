"""What becomes of a mail: SES's own simulator addresses, a few more, and orders from a file.

`bounce@simulator.amazonses.com` and its like work as at SES, labels (`bounce+ann@...`) included. `.local/ses.json`
holds orders for any address, one taken per mail: `{"next": ["throttle", "timeout"]}`.
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

SIMULATOR = "simulator.amazonses.com"


class Behaviour(StrEnum):
    """The names stand in simulator addresses and in the file of orders."""

    SUCCESS = "success"
    BOUNCE = "bounce"  # accepted, then bounced for good
    OOTO = "ooto"  # delivered; a person's out-of-office answer is no event
    COMPLAINT = "complaint"  # delivered, then marked as spam
    SUPPRESSED = "suppressionlist"  # accepted, never tried: the address stands on the account's list
    DELAY = "delay"  # a bounce that may pass: mailbox full
    REJECT = "reject"  # accepted, then found to hold a virus
    THROTTLE = "throttle"  # 429: certainly not sent
    REFUSE = "refuse"  # 400: certainly not sent
    ERROR = "error"  # 500: who knows; here not sent
    TIMEOUT = "timeout"  # sent, and no answer comes
    LOST = "lost"  # sent, and the connection breaks before the answer

    @property
    def accepts(self) -> bool:
        """Tell whether SES takes the mail."""
        return self not in {Behaviour.THROTTLE, Behaviour.REFUSE, Behaviour.ERROR}

    @property
    def arrives(self) -> bool:
        """Tell whether the mail reaches a mailbox."""
        return self.accepts and self not in {
            Behaviour.BOUNCE, Behaviour.SUPPRESSED, Behaviour.DELAY, Behaviour.REJECT,
        }  # fmt: skip


def of_address(address: str) -> Behaviour | None:
    """Return what a simulator address asks for; None for everyone else."""
    local, _, domain = address.lower().rpartition("@")
    if domain != SIMULATOR:
        return None
    try:
        return Behaviour(local.split("+", 1)[0])
    except ValueError:
        return Behaviour.BOUNCE  # SES has no such mailbox


@dataclass(frozen=True)
class Orders:
    """The file that tells what becomes of the next mails, whoever they are for."""

    path: Path

    def take(self) -> Behaviour | None:
        """Return the next order and cross it off; None when there is none."""
        waiting = self._waiting()
        if not waiting:
            return None
        first, *rest = waiting
        self.give(*rest)
        return Behaviour(first)

    def give(self, *behaviours: str) -> None:
        """Replace all orders by these, the first for the next mail."""
        self.path.write_text(json.dumps({"next": [Behaviour(name) for name in behaviours]}), encoding="ascii")

    def _waiting(self) -> list[str]:
        try:
            found = json.loads(self.path.read_text(encoding="ascii"))
        except FileNotFoundError:
            return []
        return [str(name) for name in found["next"]]
