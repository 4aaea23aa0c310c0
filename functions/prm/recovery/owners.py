"""Who is told of an unhappy patient, and whose case it is."""

from prm.clinics.model import Alert, Clinic, Role, StaffMember

_ORDER = (Role.MANAGER, Role.FRONT_DESK, Role.OWNER)


def owner_of(clinic: Clinic, location: str | None) -> str | None:
    """Return the id of whose case it is: the location's manager, else its front desk, else the clinic's owner.

    Someone named for the location comes before someone who covers all; without a location only the latter do. None
    where nobody fits.
    """
    for role in _ORDER:
        fitting = [one for one in clinic.staff if one.role is role and one.covers(location)]
        if fitting:
            return min(fitting, key=lambda one: not one.locations).id
    return None


def told(clinic: Clinic, alert: Alert, location: str | None) -> tuple[StaffMember, ...]:
    """Return who gets this alert: those who asked for it and answer for the location."""
    return tuple(one for one in clinic.staff if alert in one.alerts and one.covers(location))
