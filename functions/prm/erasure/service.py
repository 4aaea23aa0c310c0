"""Erasing a patient (a right of theirs in many states, and the clinic's decision in all).

At once the profile is gone: no page shows it, nothing is sent, links lead nowhere, no file brings it back. What is left
elsewhere goes by a job, which can be broken off anywhere and begun again. What stays: tallies, and under a keyed name
score, place and day of each answer, so that counting again finds the same; stops of addresses, which are hashes and go
on holding. By their id alone, which leads nowhere any more, patients still stand in the audit log, in alerts that went
to staff, and in the tallies' list of the newest answers until others are newer. Originals of replies go after 30 days,
as all do; nothing tells any more whose they were.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from prm.clinics.service import ClinicService
from prm.core import ids, table
from prm.core.clock import Clock
from prm.jobs.model import Job, Progress
from prm.jobs.service import JobService
from prm.links.service import LinkService
from prm.mail.model import patient_recipient
from prm.mail.service import MailService
from prm.patients.model import Chart
from prm.patients.service import PatientService, erased_name
from prm.recovery.service import RecoveryService
from prm.surveys.service import SurveyService

JOB = "erase-"
"""What the name of such a job begins with; the patient's id follows."""


@dataclass(frozen=True)
class ErasureService:
    """Erases patients."""

    patients: PatientService
    mail: MailService
    links: LinkService
    surveys: SurveyService
    recovery: RecoveryService
    clinics: ClinicService
    jobs: JobService
    clock: Clock

    def erase(self, clinic_id: str, chart: Chart) -> None:
        """Erase a patient: the profile now, the rest within minutes. Raises Conflict where something just happened."""
        self.clinics.make_erasure_key(clinic_id)
        patient = chart.patient.id
        begun = self.jobs.start(clinic_id, f"{JOB}{patient}", self.clock.business())
        table.transact([*self.patients.erase(clinic_id, patient, chart.version), begun])

    def work_due(self, clinic_id: str, job_id: str) -> None:
        """Go on erasing for a few seconds."""
        self.jobs.work(clinic_id, job_id, self._steps)

    def _steps(self, job: Job) -> Iterator[Progress]:
        """Remove everything, a kind at a time. Each step finds nothing to do where it was done before."""
        patient = job.id.removeprefix(JOB)
        steps: tuple[Callable[[str, str], None], ...] = (
            self._forget_mails,
            self.recovery.forget,
            self._forget_surveys,
            self._forget_wishes,
            self.patients.forget_visits,
        )
        for number, step in enumerate(steps):
            if job.cursor <= str(number):
                step(job.clinic, patient)
                yield Progress(str(number + 1))

    def _forget_mails(self, clinic_id: str, patient_id: str) -> None:
        """Each mail last: by it its link is found."""
        for touch in self.mail.of_recipient(clinic_id, patient_recipient(patient_id)):
            self.links.forget(clinic_id, touch.id, touch.link)
            self.mail.touches.remove(touch.key)

    def _forget_surveys(self, clinic_id: str, patient_id: str) -> None:
        key = self.clinics.erasure_key(clinic_id)
        self.surveys.forget(clinic_id, patient_id, erased_name(key, patient_id), lambda one: ids.keyed(key, one))

    def _forget_wishes(self, clinic_id: str, patient_id: str) -> None:
        table.transact(self.mail.stops.forget(clinic_id, patient_recipient(patient_id)))
