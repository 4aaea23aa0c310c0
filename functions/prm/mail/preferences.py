"""What a reader wants to get, changed by themselves from any mail."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from prm.core import table
from prm.core.clock import Clock
from prm.core.table import Write
from prm.links.model import Link, Purpose
from prm.mail.model import Stop, StopKind, StopReason
from prm.mail.stops import StopService, names

CHOICES = frozenset({StopKind.SURVEYS, StopKind.CONTENT})
"""What one may want and another not."""


@dataclass(frozen=True)
class PreferenceService:
    """Leaving the list and coming back. `addresses_of` and `fact` are the patients' part's."""

    stops: StopService
    clock: Clock
    addresses_of: Callable[[str, str], tuple[str, ...]]
    fact: Callable[[str, str, dt.datetime], Write]

    def stop(self, link: Link, kind: StopKind) -> None:
        """Stop one kind of mail. Raises Forbidden if the link is not for that; repeating it is fine."""
        now = self.clock.business()
        link.allow(Purpose.STOP, now)
        writes = self.stops.stop(link.clinic, self._names(link), kind, StopReason.ASKED, now)
        table.transact([*writes, self.fact(link.clinic, link.patient, now)])

    def resume(self, link: Link) -> None:
        """Let all mail go again; what a stop ended stays ended."""
        now = self.clock.business()
        link.allow(Purpose.STOP, now)
        writes = self.stops.resume(link.clinic, self._names(link))
        table.transact([*writes, self.fact(link.clinic, link.patient, now)])

    def stopped(self, link: Link) -> frozenset[StopKind]:
        """Return what this reader stopped."""
        return self.stops.stopped(link.clinic, self._names(link))

    def choose(  # noqa: PLR0913  # whose, and what of it
        self,
        clinic: str,
        names_: Iterable[str],
        known: Iterable[Stop],
        wanted: frozenset[StopKind],
        fact: Write,
        now: dt.datetime,
    ) -> None:
        """Let a patient who told staff get `wanted` of surveys and content, and nothing else.

        `known` is what is stopped under their names, `fact` the fact that goes with it. What bounces stays stopped: no
        wish makes an address take mail.
        """
        refused = CHOICES - wanted
        held = frozenset({StopKind.ALL}) if refused == CHOICES else refused
        asked = [one for one in known if one.reason is not StopReason.BOUNCED]
        stands = {(one.name, one.kind) for one in known}
        writes = list(self.stops.lift(clinic, [one for one in asked if one.kind not in held]))
        for kind in sorted(held):
            new = [name for name in names_ if (name, kind) not in stands]
            writes += self.stops.stop(clinic, new, kind, StopReason.ASKED, now)
        if writes:
            table.transact([*writes, fact])

    def _names(self, link: Link) -> tuple[str, ...]:
        addresses = self.addresses_of(link.clinic, link.patient)
        return tuple(dict.fromkeys(name for address in addresses or (None,) for name in names(link.recipient, address)))
