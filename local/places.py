"""Where the local run keeps its things, and the ports it answers on."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"
REPOSITORY = Path(__file__).resolve().parent.parent
REGION = "us-east-1"


@dataclass(frozen=True)
class Ports:
    """All on the loopback address; 0 stands for any free port."""

    front: int = 8080
    emulator: int = 4566
    smtp: int = 2525


@dataclass(frozen=True)
class Places:
    """One folder holds everything a run leaves behind; deleting it starts afresh."""

    root: Path

    @property
    def state(self) -> Path:
        """What the emulator stored: tables, buckets, queues, the deployed stack."""
        return self.root / "state"

    @property
    def outbox(self) -> Path:
        """Every mail that was sent, one `.eml` each."""
        return self.root / "outbox"

    @property
    def clock(self) -> Path:
        """By how many seconds business time runs ahead."""
        return self.root / "clock"

    @property
    def addresses(self) -> Path:
        """Where people and tests find the front door, the mailbox and the SMTP door."""
        return self.root / "addresses.json"

    @property
    def env(self) -> Path:
        """What the command line needs to work on the running system."""
        return self.root / "env.json"

    @property
    def deployed(self) -> Path:
        """The fingerprint of what stands in the emulator."""
        return self.root / "deployed"

    @property
    def log(self) -> Path:
        """What the emulator and the functions say."""
        return self.root / "emulator.log"

    @property
    def lock(self) -> Path:
        """Held while a run uses this folder."""
        return self.root / "lock"

    @property
    def orders(self) -> Path:
        """How the mail endpoint is told to misbehave; see `local.sesv2.behaviour`."""
        return self.root / "ses.json"

    @property
    def suppressed(self) -> Path:
        """The account's suppression list of the mail endpoint."""
        return self.root / "suppressed.json"


def places(env: Mapping[str, str] = os.environ) -> Places:
    """Return the folder of this checkout, or the one `PRM_LOCAL` names."""
    return Places(Path(env.get("PRM_LOCAL") or REPOSITORY / ".local").resolve())
