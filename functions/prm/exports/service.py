"""Writing an export: patient by patient in a job, then one archive of it all."""

import contextlib
import itertools
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace

from prm.clinics.model import Clinic
from prm.clinics.service import ClinicService
from prm.core import ids, record, table
from prm.core.clock import Clock
from prm.core.errors import Conflict, NotFound
from prm.exports import sheets
from prm.exports.gateway import ExportGateway
from prm.exports.model import Export
from prm.exports.sheets import Record
from prm.jobs.model import Job, Progress
from prm.jobs.service import JobService
from prm.mail.model import patient_recipient
from prm.mail.service import MailService
from prm.mail.stops import names
from prm.patients.service import PatientService
from prm.recovery.service import RecoveryService
from prm.rules.service import RuleService
from prm.surveys.service import SurveyService

JOB = "export"
_BATCH = 50
_AFTER_ALL = "~"
"""Sorts after every patient's id."""


@dataclass(frozen=True)
class ExportService:
    """Exports of clinics. A clinic has one at a time; the last one's file stays as long as its bucket keeps files."""

    patients: PatientService
    mail: MailService
    surveys: SurveyService
    recovery: RecoveryService
    rules: RuleService
    clinics: ClinicService
    jobs: JobService
    gateway: ExportGateway
    clock: Clock

    def begin(self, clinic_id: str) -> None:
        """Have everything of a clinic written down. Raises Conflict while that is under way."""
        found = self.latest(clinic_id)
        if found and found.finished_at is None:
            raise Conflict("An export is being written")
        table.transact([self.jobs.start(clinic_id, JOB, self.clock.business())])

    def latest(self, clinic_id: str) -> Export | None:
        """Return the export that is being written, or was last; None where there is none, or none any more."""
        job = self.jobs.find(clinic_id, JOB)
        if job is None or (job.is_done and not job.draft):
            return None
        return record.parse(Export, job.draft) if job.draft else Export("", self.clock.business())

    def link(self, clinic_id: str) -> str:
        """Return where the last export can be fetched for 15 minutes. Raises NotFound."""
        found = self.latest(clinic_id)
        if found is None or found.finished_at is None:
            raise NotFound("There is no export to fetch")
        return self.gateway.link(_key(clinic_id, found, "export.zip"), f"export-{found.finished_at:%Y-%m-%d}.zip")

    def work_due(self, clinic_id: str) -> None:
        """Go on writing for a few seconds."""
        self.jobs.work(clinic_id, JOB, self._steps, keeps=True)

    def _steps(self, job: Job) -> Iterator[Progress]:
        export = record.parse(Export, job.draft) if job.draft else Export(ids.draw(), self.clock.business())
        if export.finished_at is None:
            for written, cursor in self._written(job, export):
                export = written
                yield Progress(cursor, record.dump(written))
            self._bind(self.clinics.get(job.clinic), export)
            export = replace(export, finished_at=self.clock.business())
        yield Progress(_AFTER_ALL, record.dump(export))

    def _written(self, job: Job, export: Export) -> Iterator[tuple[Export, str]]:
        """Write a part for each batch of patients. A part that is written again after a break is the same part."""
        ahead = (one for one in self.patients.roster(job.clinic) if one > job.cursor)
        for batch in itertools.batched(ahead, _BATCH, strict=False):
            found: dict[str, list[str]] = {name: [] for name in sheets.COLUMNS}
            for patient in batch:
                for name, text in self._lines(job.clinic, patient).items():
                    found[name].append(text)
            part = {name: "".join(texts) for name, texts in found.items()}
            self.gateway.put(_key(job.clinic, export, f"parts/{export.parts:06}.json"), json.dumps(part).encode())
            export = replace(export, parts=export.parts + 1, patients=export.patients + len(batch))
            yield export, batch[-1]

    def _lines(self, clinic_id: str, patient_id: str) -> dict[str, str]:
        chart = self.patients.find(clinic_id, patient_id)
        if chart is None:
            return {}
        recipient, patient = patient_recipient(patient_id), chart.patient
        addresses = (patient.email, patient.proxy.email if patient.proxy else None)
        known = tuple(dict.fromkeys(name for address in addresses for name in names(recipient, address)))
        return sheets.lines_of(
            Record(
                chart,
                self.mail.stops.stopped(clinic_id, known),
                self.mail.of_recipient(clinic_id, recipient),
                self.surveys.of_patient(clinic_id, patient_id),
                self.recovery.of_patient(clinic_id, patient_id),
            )
        )

    def _bind(self, clinic: Clinic, export: Export) -> None:
        """Make one archive of all parts, on disk: a large clinic's is more than what memory is meant for."""
        with tempfile.TemporaryFile() as whole:
            with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, text in self._documents(clinic).items():
                    archive.writestr(name, text)
                self._bind_sheets(archive, clinic.id, export)
            whole.seek(0)
            self.gateway.put(_key(clinic.id, export, "export.zip"), whole, "application/zip")

    def _bind_sheets(self, archive: zipfile.ZipFile, clinic_id: str, export: Export) -> None:
        with contextlib.ExitStack() as stack:
            files = {
                name: stack.enter_context(tempfile.TemporaryFile()) for name in sheets.COLUMNS if name != "messages"
            }
            for name, file in files.items():
                file.write(sheets.head(name).encode())
            for number in range(export.parts):
                part = json.loads(self.gateway.read(_key(clinic_id, export, f"parts/{number:06}.json")))
                for name, file in files.items():
                    file.write(part[name].encode())
            for name, file in files.items():
                file.seek(0)
                with archive.open(f"{name}.csv", "w", force_zip64=True) as entry:
                    shutil.copyfileobj(file, entry)

    def _documents(self, clinic: Clinic) -> dict[str, str]:
        """Return what is not of one patient: settings, rules, messages."""
        rules = [json.loads(record.dump(one)) for one in self.rules.list_of(clinic.id)]
        return {
            "clinic.json": json.dumps(json.loads(record.dump(clinic)), indent=2, ensure_ascii=False),
            "rules.json": json.dumps(rules, indent=2, ensure_ascii=False),
            "messages.csv": sheets.messages(self.recovery.inbox(clinic.id)),
        }


def _key(clinic_id: str, export: Export, name: str) -> str:
    return f"exports/{clinic_id}/{export.id}/{name}"
