"""Keeping a change of the clinic's settings, unless someone else changed them since its page was shown."""

from prm.clinics.model import Clinic
from prm.core.errors import Conflict
from prm.web.forms import Form
from prm.web.staff import StaffVisit


def keep(visit: StaffVisit, changed: Clinic) -> bool:
    """Store the clinic as changed; False where its settings are no longer those that the form's page showed."""
    try:
        visit.house.clinics.save(changed, version_of(visit.form()))
    except Conflict:
        return False
    return True


def version_of(form: Form) -> int:
    """Return the version that a form's page was of, 0 (never stored) for anything that is none."""
    return form.number("version") or 0
