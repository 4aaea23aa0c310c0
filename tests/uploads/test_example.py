"""The example a clinic tries itself out with: clean, of its own places and people, and written to by nobody."""

import datetime as dt
import io

import pytest

from prm.clinics.model import Clinic, Location, Therapist
from prm.core import record
from prm.core.addresses import is_example
from prm.patients import importing
from prm.patients.csvfile import CsvFile
from prm.patients.importing import Intake
from prm.patients.model import Patient, Visit, VisitStatus
from prm.uploads import example
from tests import examples

MONDAY = dt.datetime(2026, 11, 23, 15, tzinfo=dt.UTC)
CLINICS = (
    examples.riverbend(),
    examples.riverbend(therapists=(), locations=(Location("one", "One, of “many” + =places"),), zone="Asia/Kolkata"),
    examples.riverbend(therapists=tuple(Therapist(f"t{n}", f"Dr. T{n}") for n in range(9)), zone="Pacific/Auckland"),
)


def read(clinic: Clinic, now: dt.datetime) -> Intake:
    files = [
        CsvFile("patients", io.BytesIO(example.patients(clinic))),
        CsvFile("visits", io.BytesIO(example.visits(clinic, now))),
    ]
    return importing.read(clinic, files, now, None)


@pytest.mark.parametrize("clinic", CLINICS)
@pytest.mark.parametrize("day", range(7))
def test_it_comes_in_without_a_problem_on_any_day(clinic: Clinic, day: int) -> None:
    intake = read(clinic, MONDAY + dt.timedelta(days=day))

    assert intake.tally.problems == {}
    assert len(intake.groups) == 24
    assert all(group.patients and group.visits for group in intake.groups.values())


def test_nobody_in_it_can_be_written_to() -> None:
    intake = read(CLINICS[0], MONDAY)
    people = [record.parse(Patient, doc) for group in intake.groups.values() for _, _, doc in group.patients]

    assert all(is_example(one.email) for one in people if one.email)
    assert 0 < sum(one.email is None for one in people) < 6
    assert {tag for one in people for tag in one.tags} == {"example"}
    assert {one.location for one in people} == {"downtown", "north"}


def test_visits_of_the_past_took_place_and_those_to_come_are_booked() -> None:
    intake = read(CLINICS[0], MONDAY)
    visits = [record.parse(Visit, doc) for group in intake.groups.values() for _, _, doc in group.visits]

    assert all((one.starts_at < MONDAY) == (one.status is VisitStatus.COMPLETED) for one in visits)
    assert any(one.starts_at.date() == dt.date(2026, 11, 20) for one in visits)
