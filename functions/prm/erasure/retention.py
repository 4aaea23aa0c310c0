"""Erasing patients nobody has been in contact with for as long as the clinic chose: some each night, by a job.

A visit, a mail, an answer or a note on a case is contact. Who has a visit ahead or an open case stays, and so does who
was never in contact: of them it is not known since when they are here. Nobody is erased in the first days after the
clinic chose, or changed, the years; until then the job only counts.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from prm.audit.model import Action
from prm.audit.service import AuditService
from prm.clinics.model import Clinic, ClinicState
from prm.clinics.service import ClinicService
from prm.core import record, table
from prm.core.clock import Clock
from prm.core.errors import Conflict
from prm.erasure.service import ErasureService
from prm.jobs.model import Job, Progress
from prm.jobs.service import JobService
from prm.mail.model import patient_recipient
from prm.mail.service import MailService
from prm.patients.model import Chart
from prm.patients.service import PatientService
from prm.recovery.service import RecoveryService
from prm.surveys.service import SurveyService

JOB = "retention"
GRACE = dt.timedelta(days=7)
MOST = 200
"""Patients erased in one night: a choice that was a mistake can be taken back before it is done."""
SYSTEM = "retention"
"""Who stands in the audit log."""
_YEAR = dt.timedelta(days=365.25)
_NIGHTLY = dt.timedelta(hours=20)
_AFTER_ALL = "~"
"""Sorts after every patient's id."""


@dataclass(frozen=True)
class Sweep:
    """One night: when it began, how many patients are past their years, and how many were erased."""

    began_at: dt.datetime
    over: int = 0
    erased: int = 0


@dataclass(frozen=True)
class RetentionService:
    """Keeps patients no longer than the clinic wants."""

    patients: PatientService
    mail: MailService
    surveys: SurveyService
    recovery: RecoveryService
    erasure: ErasureService
    clinics: ClinicService
    audit: AuditService
    jobs: JobService
    clock: Clock

    def begin(self, clinic_id: str) -> None:
        """Have a clinic looked through, once a night, if it chose a number of years."""
        clinic = self.clinics.get(clinic_id)
        if clinic.retention is None or clinic.state is ClinicState.CLOSED:
            return
        job = self.jobs.find(clinic_id, JOB)
        last = self.latest(clinic_id) if job and job.is_done else None
        now = self.clock.business()
        if job is None or (job.is_done and (last is None or now - last.began_at >= _NIGHTLY)):
            table.transact([self.jobs.start(clinic_id, JOB, now)])

    def latest(self, clinic_id: str) -> Sweep | None:
        """Return what the last night found, or the one under way so far; None before the first."""
        job = self.jobs.find(clinic_id, JOB)
        return record.parse(Sweep, job.draft) if job and job.draft else None

    def work_due(self, clinic_id: str) -> None:
        """Go on looking for a few seconds."""
        self.jobs.work(clinic_id, JOB, self._steps, keeps=True)

    def _steps(self, job: Job) -> Iterator[Progress]:
        sweep = record.parse(Sweep, job.draft) if job.draft else Sweep(self.clock.business())
        clinic = self.clinics.fresh(job.clinic)
        for patient in (one for one in self.patients.roster(clinic.id) if one > job.cursor):
            if clinic.retention is None or clinic.state is ClinicState.CLOSED:
                break
            chart = self.patients.find(clinic.id, patient)
            if chart and self._is_over(clinic, chart, sweep.began_at):
                sweep = self._over(clinic, chart, sweep)
            yield Progress(patient, record.dump(sweep))
        yield Progress(_AFTER_ALL, record.dump(sweep))

    def _over(self, clinic: Clinic, chart: Chart, sweep: Sweep) -> Sweep:
        counted = replace(sweep, over=sweep.over + 1)
        if sweep.erased >= MOST or not is_in_force(clinic, sweep.began_at):
            return counted
        try:
            self.erasure.erase(clinic.id, chart)
        except Conflict:
            return counted
        self.audit.note(clinic.id, SYSTEM, Action.ERASED, patient=chart.patient.id, what="retention")
        return replace(counted, erased=sweep.erased + 1)

    def _is_over(self, clinic: Clinic, chart: Chart, now: dt.datetime) -> bool:
        """Tell whether nothing happened with a patient for too long. Who was here lately costs one read."""
        if clinic.retention is None:
            return False
        since = now - clinic.retention.years * _YEAR
        if any(one.ends_at >= since for one in chart.visits):
            return False
        moments = [one.ends_at for one in chart.visits]
        moments += self._moments(clinic.id, chart.patient.id, now)
        return bool(moments) and max(moments) < since

    def _moments(self, clinic_id: str, patient_id: str, now: dt.datetime) -> Iterator[dt.datetime]:
        """Yield when there was contact beside visits; an open case is contact now."""
        yield from (one.created_at for one in self.mail.of_recipient(clinic_id, patient_recipient(patient_id)))
        yield from (one.answer.at for one in self.surveys.of_patient(clinic_id, patient_id) if one.answer)
        for case in self.recovery.of_patient(clinic_id, patient_id):
            yield now if case.is_open else case.closed_at or case.opened_at
            yield from (note.at for note in case.notes)


def is_in_force(clinic: Clinic, now: dt.datetime) -> bool:
    """Tell whether the days in which a clinic may think better of it are over."""
    return clinic.retention is not None and now >= clinic.retention.since + GRACE
