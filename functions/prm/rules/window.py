"""When optional mail may go: in the clinic's window, and whatever waited for it spread over its first two hours."""

import datetime as dt

from prm.clinics import hours
from prm.clinics.model import Clinic

SPREAD = dt.timedelta(hours=2)


def slot(clinic: Clinic, ready_at: dt.datetime, now: dt.datetime, share: float) -> dt.datetime:
    """Return when a mail that is ready since (or at) `ready_at` may go; `now` itself means at once.

    Whatever became ready before today's opening has its own moment in the first two hours, `share` of the way in: also
    when something else makes us look again in between, nine o'clock is no cliff.
    """
    at = max(ready_at, now)
    opens = _opening(clinic, at)
    if opens <= ready_at:
        return at
    closes = hours.at_local(opens.astimezone(clinic.tz).date(), clinic.window.closes, clinic.tz)
    return max(at, opens + min(SPREAD, closes - opens) * share)


def _opening(clinic: Clinic, at: dt.datetime) -> dt.datetime:
    """Return when the window that holds `at` opened, or else when the next one will."""
    if hours.is_open(clinic.window, clinic.tz, at):
        return hours.at_local(at.astimezone(clinic.tz).date(), clinic.window.opens, clinic.tz)
    return hours.next_open(clinic.window, clinic.tz, at)
