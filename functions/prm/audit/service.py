"""The audit log (45 CFR 164.312(b))."""

import datetime as dt
from dataclasses import dataclass

from prm.audit.model import Action, Entry
from prm.audit.store import AuditStore
from prm.core.clock import Clock

KEPT = dt.timedelta(days=6 * 365 + 2)
"""Six years (45 CFR 164.316(b)(2)(i))."""


@dataclass(frozen=True)
class AuditService:
    """Notes what staff do, and shows it to the owner."""

    store: AuditStore
    clock: Clock

    def note(  # noqa: PLR0913  # each says one word of the line
        self, clinic: str, member: str, action: Action, *, patient: str = "", what: str = "", network: str = ""
    ) -> None:
        """Add a line to the log."""
        now = self.clock.wall()
        self.store.add(Entry(clinic, member, action, now, patient, what, network), now + KEPT)

    def month(self, clinic: str, month: str, before: str | None = None, limit: int = 100) -> list[tuple[str, Entry]]:
        """Return a page of a month's entries, newest first, each with the place to go on before."""
        return list(self.store.list_month(clinic, month, before, limit))
