"""Patients: their charts, the facts that make them due, and what comes in from the EMR."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from prm.core import ids, table
from prm.core.clock import Clock
from prm.core.errors import NotFound
from prm.patients.model import Chart
from prm.patients.store import PatientStore


@dataclass(frozen=True)
class PatientService:
    """What is known of a clinic's patients. A fact is written together with what it is about, never after."""

    store: PatientStore
    clock: Clock

    def chart(self, clinic_id: str, patient_id: str) -> Chart:
        """Return a patient with all visits, strongly consistent. Raises NotFound."""
        chart = self.find(clinic_id, patient_id)
        if chart is None:
            raise NotFound("There is no such patient")
        return chart

    def find(self, clinic_id: str, patient_id: str) -> Chart | None:
        """Return a patient with all visits, strongly consistent, or None."""
        return self.store.find(clinic_id, patient_id)

    def look_up(self, clinic_id: str, name: str) -> Chart:
        """Return the patient a person means: by our id, or by the EMR's number. Raises NotFound."""
        chart = self.find(clinic_id, ids.name_of(clinic_id, name)) or self.find(clinic_id, name)
        if chart is None:
            raise NotFound("There is no patient with this number")
        return chart

    def fact(self, clinic_id: str, patient_id: str, now: dt.datetime) -> table.Write:
        """Return the write that goes with any new fact about a patient: version + 1, due now."""
        return self.store.fact(clinic_id, patient_id, now)

    def decided(self, clinic_id: str, patient_id: str, version: int, next_due_at: dt.datetime | None) -> table.Write:
        """Return the write that ends a decision: look again at `next_due_at`, or at the next fact."""
        return self.store.decided(clinic_id, patient_id, version, next_due_at)

    def failed(self, clinic_id: str, patient_id: str, now: dt.datetime) -> int:
        """Put off a patient whose work raised; returns how often it did since the last success."""
        return self.store.failed(clinic_id, patient_id, now)

    def roster(self, clinic_id: str) -> Iterator[str]:
        """Yield the ids of all patients of a clinic."""
        return self.store.list_ids(clinic_id)

    def due(self, shard: int, now: dt.datetime, limit: int = 100) -> Iterator[table.DueKey]:
        """Yield the patients of a shard that need looking at, longest waiting first."""
        return self.store.due(shard, now, limit)
