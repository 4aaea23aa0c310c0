"""Which mails a clinic's morning brings, and when its mornings are: pure, on the clinic's calendar."""

import datetime as dt

from prm.clinics.hours import at_local
from prm.clinics.model import Alert, Clinic, StaffMember
from prm.insights.spans import Days
from prm.mail.model import Kind, Purpose, Touch, staff_recipient

MORNING = dt.time(7)
ALERTS = {Kind.DIGEST: Alert.DIGEST, Kind.WEEKLY: Alert.WEEKLY}
LATE_AFTER = {Kind.DIGEST: dt.timedelta(hours=12), Kind.WEEKLY: dt.timedelta(days=3)}
"""What is older than this tells nobody anything; it is not sent any more."""
_DAY = dt.timedelta(days=1)
_WEEK = dt.timedelta(days=7)


def next_morning(clinic: Clinic, now: dt.datetime) -> dt.datetime:
    """Return the next 7 am at the clinic, strictly after now."""
    today = now.astimezone(clinic.tz).date()
    mornings = (at_local(today + ahead * _DAY, MORNING, clinic.tz) for ahead in (0, 1))
    return next(morning for morning in mornings if morning > now)


def is_open_day(clinic: Clinic, day: dt.date) -> bool:
    """Tell whether the clinic is open on a day."""
    return day.weekday() in clinic.hours and day not in clinic.holidays


def last_open_morning(clinic: Clinic, day: dt.date) -> dt.datetime:
    """Return 7 am of the open day before this one, at most a week back: since then cases are new."""
    earlier = (day - back * _DAY for back in range(1, 8))
    found = next((one for one in earlier if is_open_day(clinic, one)), day - _WEEK)
    return at_local(found, MORNING, clinic.tz)


def week_before(day: dt.date) -> Days:
    """Return the last whole week, Monday to Sunday, before a day."""
    monday = day - dt.timedelta(days=day.weekday())
    return Days(monday - _WEEK, monday - _DAY)


def touches_of(clinic: Clinic, now: dt.datetime) -> tuple[Touch, ...]:
    """Return the mails of this morning: the day, or the week, is in their occurrence, so that each goes once."""
    day = now.astimezone(clinic.tz).date()
    found: list[tuple[Kind, str]] = []
    if is_open_day(clinic, day):
        found.append((Kind.DIGEST, f"digest.{day.isoformat()}"))
    if not day.weekday():
        year, week, _ = day.isocalendar()
        found.append((Kind.WEEKLY, f"weekly.{year}-W{week:02}"))
    return tuple(
        Touch(clinic.id, staff_recipient(one.id), Purpose.BULLETIN, occurrence, kind, now)
        for kind, occurrence in found
        for one in clinic.staff
        if ALERTS[kind] in one.alerts
    )


def reader_of(clinic: Clinic, touch: Touch) -> StaffMember | None:
    """Return who gets this mail; None where they left, or chose otherwise since."""
    found = (one for one in clinic.staff if staff_recipient(one.id) == touch.recipient)
    return next((one for one in found if ALERTS[touch.kind] in one.alerts), None)
