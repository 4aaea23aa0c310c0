"""The account's suppression list: addresses SES takes mail for and never tries."""

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Suppressed:
    """One entry of the list; `reason` is BOUNCE or COMPLAINT."""

    address: str
    reason: str
    since_at: dt.datetime

    @property
    def document(self) -> dict[str, object]:
        """The entry as SES's API writes it, times as epoch seconds."""
        return {
            "EmailAddress": self.address,
            "Reason": self.reason,
            "LastUpdateTime": self.since_at.timestamp(),
        }


@dataclass(frozen=True)
class SuppressionList:
    """Kept in a file, so that it survives a restart as the tables do."""

    path: Path

    def all(self, reasons: list[str]) -> list[Suppressed]:
        """Return the entries with one of these reasons; no reasons means all."""
        return [entry for entry in self._read().values() if not reasons or entry.reason in reasons]

    def find(self, address: str) -> Suppressed | None:
        """Return the entry of this address, if there is one; case does not matter."""
        return self._read().get(address.lower())

    def put(self, address: str, reason: str, at: dt.datetime) -> None:
        """Add or renew an entry."""
        self._write({**self._read(), address.lower(): Suppressed(address.lower(), reason, at)})

    def remove(self, address: str) -> bool:
        """Take the entry off the list; False when there was none."""
        entries = self._read()
        if entries.pop(address.lower(), None) is None:
            return False
        self._write(entries)
        return True

    def _read(self) -> dict[str, Suppressed]:
        try:
            rows = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        return {
            address: Suppressed(address, reason, dt.datetime.fromtimestamp(since, dt.UTC))
            for address, (reason, since) in rows.items()
        }

    def _write(self, entries: dict[str, Suppressed]) -> None:
        rows = {entry.address: (entry.reason, entry.since_at.timestamp()) for entry in entries.values()}
        self.path.write_text(json.dumps(rows), encoding="utf-8")
