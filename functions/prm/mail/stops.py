"""Who asked not to be written to, and which addresses take no mail.

A stop is kept under the patient and under the address: an import that brings a new address, or a second record for the
same one, revives nothing.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from prm.core import ids
from prm.core.table import Writes
from prm.core.together import Ask
from prm.mail.model import Stop, StopKind, StopReason
from prm.mail.store import SuppressionStore

_BROKEN = frozenset({StopReason.BOUNCED, StopReason.COMPLAINED})


@dataclass(frozen=True)
class StopService:
    """Stops by person and by address; a stop that was committed holds for the next read."""

    store: SuppressionStore

    def stop(self, clinic: str, names: Iterable[str], kind: StopKind, reason: StopReason, at: dt.datetime) -> Writes:
        """Return the writes that stop one kind of mail for each name (see `names`)."""
        return [self.store.add(clinic, name, kind, reason, at) for name in names]

    def resume(self, clinic: str, names: Iterable[str]) -> Writes:
        """Return the writes that let everything go again: a person asked for it."""
        return [self.store.remove(clinic, name, kind) for name in names for kind in StopKind]

    def stopped(self, clinic: str, names: Iterable[str]) -> frozenset[StopKind]:
        """Return what is stopped for any of the names."""
        return frozenset(kind for name in names for kind, _ in self.store.list_of(clinic, name))

    def lift(self, clinic: str, stops: Iterable[Stop]) -> Writes:
        """Return the writes that let go again what these stops held."""
        return [self.store.remove(clinic, one.name, one.kind) for one in stops]

    def forget(self, clinic: str, name: str) -> Writes:
        """Return the writes that forget a person's name; their address goes on getting nothing."""
        return [self.store.remove(clinic, name, kind) for kind in StopKind]

    def asking(self, clinic: str, names: Iterable[str]) -> Ask[Stop]:
        """Return what asks for the stops of these names, with when and why, together with items of other tables."""
        return self.store.asking(clinic, names)

    def is_broken(self, clinic: str, address: str) -> bool:
        """Tell whether an address bounced or complained: it gets nothing at all, wanted or not."""
        return any(reason in _BROKEN for _, reason in self.store.list_of(clinic, address_name(address)))


def address_name(address: str) -> str:
    """Return the name an address is stopped under. Case is folded: no mail system in use tells it apart."""
    return f"address-{ids.name_of(address.strip().lower())}"


def names(recipient: str, address: str | None) -> tuple[str, ...]:
    """Return the names a person is stopped under: their own, and their address's."""
    return (recipient, address_name(address)) if address else (recipient,)
