"""Clinics by id, kept in memory for half a minute: every decision and every page needs one."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from prm.clinics.model import Clinic, Logo, Terms
from prm.clinics.store import ClinicStore
from prm.core import ids
from prm.core.clock import Clock

_FRESH_FOR = dt.timedelta(seconds=30)
PROPOSED_FOR = dt.timedelta(days=7)


@dataclass(frozen=True)
class ClinicService:
    """What is known of clinics. A change reaches warm functions within half a minute."""

    store: ClinicStore
    clock: Clock
    _kept: dict[str, tuple[dt.datetime, Clinic]] = field(default_factory=dict, compare=False, repr=False)

    def get(self, clinic_id: str) -> Clinic:
        """Return a clinic. Raises NotFound."""
        now = self.clock.wall()
        kept = self._kept.get(clinic_id)
        if kept and now - kept[0] < _FRESH_FOR:
            return kept[1]
        clinic = self.store.get(clinic_id)
        self._kept[clinic_id] = (now, clinic)
        return clinic

    def fresh(self, clinic_id: str) -> Clinic:
        """Return a clinic as it is stored now: who may sign in is not a matter of half a minute. Raises NotFound."""
        self._kept.pop(clinic_id, None)
        return self.get(clinic_id)

    def list_all(self) -> Iterator[Clinic]:
        """Yield every clinic of the deployment."""
        for clinic_id in self.store.list_ids():
            yield self.get(clinic_id)

    def create(self, clinic: Clinic) -> Clinic:
        """Store a new clinic. Raises Conflict when its id is taken."""
        self.store.create(clinic)
        return clinic

    def terms(self) -> Terms | None:
        """Return what a clinic that signs up must accept; None where the operator has not put it down yet."""
        return self.store.find_terms()

    def set_terms(self, terms: Terms) -> None:
        """Put down what clinics accept from now on; those that did keep the version they accepted."""
        self.store.save_terms(terms)

    def keep_logo(self, clinic_id: str, sent: bytes) -> Logo:
        """Keep a logo, drawn anew, and return how to show it. Raises Invalid for what is no picture we take."""
        from prm.clinics import looks

        logo, data = looks.logo_of(sent)
        self.store.keep_picture(clinic_id, logo.name, data)
        return logo

    def picture(self, clinic_id: str, name: str) -> bytes:
        """Return a picture of a clinic, anyone's to see. Raises NotFound."""
        return self.store.picture(clinic_id, name)

    def erasure_key(self, clinic_id: str) -> bytes:
        """Return the key that erased patients are named by: who has it can tell that someone comes back, not who.

        Empty before the first was erased.
        """
        return self.store.find_key(clinic_id).encode()

    def make_erasure_key(self, clinic_id: str) -> bytes:
        """Return that key, drawn now where there is none."""
        if not self.store.find_key(clinic_id):
            self.store.keep_key(clinic_id, ids.draw())
        return self.erasure_key(clinic_id)

    def propose(self, clinic: Clinic) -> None:
        """Keep a clinic that signed up, unlisted, until its owner confirms the address or the time for it is over."""
        self.store.propose(clinic, self.clock.wall() + PROPOSED_FOR)

    def enlist(self, clinic: Clinic, expected_version: int) -> Clinic:
        """Make a proposed clinic one of ours. Raises Conflict when it was changed, or went, meanwhile."""
        changed = replace(clinic, version=expected_version + 1)
        self.store.enlist(changed, expected_version)
        self._kept.pop(clinic.id, None)
        return changed

    def save(self, clinic: Clinic, expected_version: int) -> Clinic:
        """Replace a clinic's settings. Raises Conflict when they changed since `expected_version` was read."""
        changed = replace(clinic, version=expected_version + 1)
        self.store.save(changed, expected_version)
        self._kept.pop(clinic.id, None)
        return changed
