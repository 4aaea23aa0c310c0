"""The whole house on tables in memory, with fakes at its borders and a clinic with one patient in it."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from prm.clinics.model import Clinic
from prm.core import table
from prm.core.settings import Settings
from prm.mail.model import Touch, patient_recipient
from prm.patients.model import Patient, Visit
from prm.patients.store import PatientRow
from prm.surveys.model import Survey, month_of
from prm.surveys.store import SurveyStore
from prm.wiring import House
from tests import examples
from tests.fakes import NOON, FakeClock, FakeQueues, FakeSes


@dataclass
class World:
    """A running house, and short ways to put things into it."""

    house: House
    clinic: Clinic
    clock: FakeClock
    queues: FakeQueues
    ses: FakeSes

    def add(self, patient: Patient, visits: Sequence[Visit] = ()) -> Patient:
        """Store a patient with these visits, due now."""
        store = self.house.patients.store
        now = self.clock.business()
        writes = [store.add(self.clinic.id, patient, now), *store.add_visits(self.clinic.id, patient.id, visits)]
        table.transact(writes)
        return patient

    def visit(self, patient: Patient, *visits: Visit) -> None:
        """Store more visits, with the fact that goes with them."""
        store = self.house.patients.store
        fact = self.house.patients.fact(self.clinic.id, patient.id, self.clock.business())
        table.transact([*store.add_visits(self.clinic.id, patient.id, visits), fact])

    def ask(self, survey: Survey) -> None:
        """Store a survey as if its mail had gone."""
        SurveyStore(1).add(survey, month_of(survey.asked_at, self.clinic.tz))

    def touches(self, patient: Patient) -> tuple[Touch, ...]:
        return self.house.mail.of_recipient(self.clinic.id, patient_recipient(patient.id))

    def due_at(self, patient: Patient) -> object:
        return PatientRow.get(table.key(self.clinic.id, patient.id), "profile").due_at


@pytest.fixture
def world(tables: None) -> World:
    clock, queues, ses = FakeClock(NOON), FakeQueues(), FakeSes()
    house = House(Settings(tables="test-", base_url="https://mail.example", hit_key=b"k"), clock)
    house.__dict__.update(queues=queues, ses=ses)
    clinic = house.clinics.create(examples.riverbend())
    return World(house, clinic, clock, queues, ses)
