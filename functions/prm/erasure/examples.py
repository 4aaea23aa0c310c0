"""Removing the example patients: exactly those, with all that rules decided about them, by a job.

They leave no tombstone: nobody asked to be forgotten, and a clinic may bring the example in again.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from prm.clinics.service import ClinicService
from prm.core import ids, table
from prm.core.clock import Clock
from prm.jobs.model import Job, Progress
from prm.jobs.service import JobService
from prm.links.service import LinkService
from prm.mail.model import patient_recipient
from prm.mail.service import MailService
from prm.patients import made_up
from prm.patients.service import PatientService, erased_name
from prm.recovery.service import RecoveryService
from prm.surveys.service import SurveyService

JOB = "examples"


@dataclass(frozen=True)
class ExampleService:
    """What there is of the example, and its end."""

    patients: PatientService
    mail: MailService
    links: LinkService
    surveys: SurveyService
    recovery: RecoveryService
    clinics: ClinicService
    jobs: JobService
    clock: Clock

    def here(self, clinic_id: str) -> int:
        """Return how many example patients a clinic has, by one request."""
        return len(self.patients.examples(clinic_id))

    def is_going(self, clinic_id: str) -> bool:
        """Tell whether they are being removed."""
        job = self.jobs.find(clinic_id, JOB)
        return job is not None and not job.is_done

    def begin(self, clinic_id: str) -> None:
        """Have them removed within a minute or two; a second word begins afresh and finds less to do."""
        self.clinics.make_erasure_key(clinic_id)
        table.transact([self.jobs.start(clinic_id, JOB, self.clock.business())])

    def work_due(self, clinic_id: str) -> None:
        """Go on removing for a few seconds."""
        self.jobs.work(clinic_id, JOB, self._steps)

    def _steps(self, job: Job) -> Iterator[Progress]:
        """Remove one after the other. Whose profile went before the work broke off is looked through once more."""
        for one in made_up.PEOPLE:
            if one.number <= job.cursor:
                continue
            patient = ids.name_of(job.clinic, one.number)
            chart = self.patients.find(job.clinic, patient)
            if chart and chart.patient.is_example:
                table.transact([self.patients.remove_example(job.clinic, chart)])
            if chart is None or chart.patient.is_example:
                self._forget(job.clinic, patient)
            yield Progress(one.number)

    def _forget(self, clinic_id: str, patient_id: str) -> None:
        """Remove all that is left of one whose profile is gone; what nobody can have answered counts for nobody."""
        recipient, key = patient_recipient(patient_id), self.clinics.erasure_key(clinic_id)
        for touch in self.mail.of_recipient(clinic_id, recipient):
            self.links.forget(clinic_id, touch.id, touch.link)
            self.mail.touches.remove(touch.key)
        self.recovery.forget(clinic_id, patient_id)
        self.surveys.forget(clinic_id, patient_id, erased_name(key, patient_id), lambda one: ids.keyed(key, one))
        table.transact(self.mail.stops.forget(clinic_id, recipient))
        self.patients.forget_visits(clinic_id, patient_id)
