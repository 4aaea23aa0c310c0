"""Example patients, to see how everything works before one's own are brought in: made up, and written to by nobody."""

import datetime as dt
from collections.abc import Iterator
from itertools import cycle

from prm.clinics import hours
from prm.clinics.model import Clinic
from prm.core import sheet
from prm.core.addresses import EXAMPLE_DOMAIN
from prm.patients.made_up import PEOPLE, Person

_PATIENT = ("patient_id", "first_name", "last_name", "birth_date", "email", "language", "location", "therapist", "tags")
_VISIT = ("visit_id", "patient_id", "starts_at", "minutes", "status", "kind", "location", "therapist")
_WORKDAYS = 5


def patients(clinic: Clinic) -> bytes:
    """Return the file of patients, of this clinic's own places and therapists."""
    return sheet.rows(_PATIENT, _people(clinic)).encode()


def visits(clinic: Clinic, now: dt.datetime) -> bytes:
    """Return the file of visits: some began yesterday, some have come for weeks, some are discharged."""
    return sheet.rows(_VISIT, _all_visits(clinic, now.astimezone(clinic.tz).date())).encode()


def _people(clinic: Clinic) -> Iterator[list[sheet.Cell]]:
    for number, (one, place, therapist) in enumerate(_placed(clinic)):
        address = f"{one.first}.{one.last}@{EXAMPLE_DOMAIN}".lower().replace("'", "")
        language = clinic.languages[number % 3 == 1 and len(clinic.languages) > 1]
        email = address if number % 8 else ""
        who = [one.number, one.first, one.last, one.born.isoformat()]
        yield [*who, email, language, place, therapist, "example"]


def _all_visits(clinic: Clinic, today: dt.date) -> Iterator[list[sheet.Cell]]:
    for number, (one, place, therapist) in enumerate(_placed(clinic)):
        for index, (day, status, kind) in enumerate(_course(number, today)):
            at = hours.at_local(day, dt.time(9 + number % 8), clinic.tz).isoformat()
            yield [f"EX-V{number:02d}-{index}", one.number, at, 45, status, kind, place, therapist]


def _placed(clinic: Clinic) -> Iterator[tuple[Person, str, str]]:
    places = cycle(place.name for place in clinic.locations)
    therapists = cycle([one.name for one in clinic.therapists] or [""])
    return zip(PEOPLE, places, therapists, strict=False)


def _course(number: int, today: dt.date) -> Iterator[tuple[dt.date, str, str]]:
    """Yield one person's visits, twice a week: `done` of them are over, the next one is booked or care has ended."""
    done = (1, 2, 6, 9)[number % 4]
    ended = number % 4 == 3  # noqa: PLR2004  # the longest courses
    last = _workday(today - dt.timedelta(days=1 + number % 3))
    for index in range(done):
        day = _workday(last - dt.timedelta(days=7 * (done - 1 - index) // 2))
        kind = "evaluation" if index == 0 else "discharge" if ended and index == done - 1 else "treatment"
        yield day, "completed", kind
    if not ended:
        yield _workday(today + dt.timedelta(days=2 + number % 3), 1), "scheduled", "treatment"


def _workday(day: dt.date, step: int = -1) -> dt.date:
    while day.weekday() >= _WORKDAYS:
        day += dt.timedelta(days=step)
    return day
