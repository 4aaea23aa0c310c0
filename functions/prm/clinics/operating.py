"""What the operator decides about a clinic: approved, how much it may mail, suspended, closed."""

import datetime as dt
from dataclasses import dataclass, replace

from prm.clinics.model import Clinic, ClinicState
from prm.clinics.service import ClinicService
from prm.core.clock import Clock
from prm.core.errors import Conflict, Invalid

APPROVED_LIMIT = 5_000
"""Optional mails a business day of a clinic that was approved, unless the operator says another number."""
_MOST = 1_000_000


@dataclass(frozen=True)
class OperatorService:
    """Clinics as their operator sees them."""

    clinics: ClinicService
    clock: Clock

    def approve(self, clinic_id: str, daily_limit: int = APPROVED_LIMIT) -> Clinic:
        """Let a clinic that signed up send more than its first hundred mails a day."""
        clinic = self.clinics.fresh(clinic_id)
        now: dt.datetime = self.clock.wall()
        return self._keep(clinic, replace(clinic, approved_at=now, daily_limit=_limit(daily_limit)))

    def cap(self, clinic_id: str, daily_limit: int) -> Clinic:
        """Set how many optional mails a clinic sends a business day; what is over waits for the next."""
        clinic = self.clinics.fresh(clinic_id)
        return self._keep(clinic, replace(clinic, daily_limit=_limit(daily_limit)))

    def suspend(self, clinic_id: str) -> Clinic:
        """Hold back all optional mail of a clinic. Its staff still get in, and are still told of unhappy patients."""
        return self._move(clinic_id, ClinicState.SUSPENDED)

    def resume(self, clinic_id: str) -> Clinic:
        """Let a suspended clinic's mail go again; what got too old meanwhile is skipped."""
        return self._move(clinic_id, ClinicState.ACTIVE)

    def close(self, clinic_id: str) -> Clinic:
        """End a clinic's account: nobody signs in, nothing is sent. What is stored stays until it is removed."""
        return self._move(clinic_id, ClinicState.CLOSED)

    def _move(self, clinic_id: str, state: ClinicState) -> Clinic:
        clinic = self.clinics.fresh(clinic_id)
        if clinic.state is ClinicState.CLOSED:
            raise Conflict("This clinic is closed")
        return self._keep(clinic, replace(clinic, state=state))

    def _keep(self, before: Clinic, after: Clinic) -> Clinic:
        return self.clinics.save(after, before.version)


def _limit(number: int) -> int:
    if not 1 <= number <= _MOST:
        raise Invalid(f"A daily limit is a number from 1 to {_MOST:,}", field="daily_limit")
    return number
