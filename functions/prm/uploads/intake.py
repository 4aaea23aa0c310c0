"""What happens to an uploaded file where no browser waits: it is looked at, and imported once someone says so.

A look writes nothing but what it found. It decides over the charts as they would be, so that whoever confirms knows
which emails follow. What time runs out for is laid down and goes on when the function is called again.
"""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import batched, islice

import msgspec

from prm.clinics.model import Clinic
from prm.clinics.service import ClinicService
from prm.core.abreast import abreast
from prm.core.clock import Clock
from prm.core.errors import Conflict, NotFound, Unavailable
from prm.patients import importing, planning
from prm.patients.csvfile import CsvFile
from prm.patients.importing import Group, Intake
from prm.patients.model import Chart
from prm.patients.planning import Plan
from prm.patients.service import PatientService
from prm.rules import forecast
from prm.rules.forecast import Coming, Forecaster
from prm.rules.model import Rule
from prm.rules.service import RuleService
from prm.uploads import keeping
from prm.uploads.draft import Draft
from prm.uploads.files import Files
from prm.uploads.model import CHECK, DRAFT, FILE, IMPORT, IMPORTED, Findings, Stage, Upload
from prm.uploads.store import UploadStore

_KEY = re.compile(r"uploads/(?P<clinic>[a-z0-9][a-z0-9-]{0,63})/(?P<upload>[a-z0-9]{8,64})/(?P<name>[a-z-]{1,40})")
_BATCH = 500
_GONE = "The file is gone. Upload it again"

type TimeLeft = Callable[[], bool]
type Looked = tuple[Plan, tuple[Coming, ...]]


@dataclass(frozen=True)
class IntakeService:
    """Looks at files and imports them, `at_once` patients side by side."""

    store: UploadStore
    files: Files
    clinics: ClinicService
    patients: PatientService
    rules: RuleService
    forecaster: Forecaster
    clock: Clock
    at_once: int = 8

    def hear(self, key: str, time_left: TimeLeft = lambda: True) -> Upload | None:
        """Do what a new file in an upload's folder asks for; None where that is nothing.

        Raises NotFound for a key of no clinic's, Unavailable where time ran out: the same key again goes on.
        """
        found = _KEY.fullmatch(key)
        if not found:
            raise NotFound("This file is in no clinic's folder")
        clinic = self.clinics.get(found["clinic"])
        upload = self._known(clinic.id, found["upload"], is_new=found["name"] in {FILE, CHECK})
        if found["name"] in {FILE, CHECK, IMPORT} and upload.stage is Stage.CHECKING:
            return self._check(clinic, upload, time_left)
        if found["name"] == IMPORT and upload.stage is Stage.IMPORTING:
            return self._import(clinic, upload, time_left)
        return None

    def _known(self, clinic_id: str, upload_id: str, *, is_new: bool) -> Upload:
        """Return the upload as it is now. Whoever sends a form twice means the later file, which must be looked at."""
        upload = self.store.find(clinic_id, upload_id)
        if upload and (upload.is_example or upload.stage is Stage.DONE):
            return upload
        if upload is None and not is_new:
            raise NotFound("Nothing is known of this file")
        try:
            arrived = self.files.find(f"uploads/{clinic_id}/{upload_id}/{FILE}")
        except NotFound:
            if upload is None:
                raise
            return self._gone(upload)
        if upload is None:
            upload = Upload(
                clinic_id, upload_id, arrived.by, arrived.name, self.clock.wall(), arrived.size, tag=arrived.tag
            )
            return upload if self.store.add(upload) else self._known(clinic_id, upload_id, is_new=False)
        if upload.tag == arrived.tag or upload.result:
            return upload
        anew = replace(upload, by=arrived.by, name=arrived.name, size=arrived.size, tag=arrived.tag)
        return self._save(replace(anew, stage=Stage.CHECKING, order="", done=0, check=None))

    def _gone(self, upload: Upload) -> Upload:
        """Say that a file is gone, so that nobody waits for it: its time was over, or it could not be read before."""
        if upload.stage is Stage.CHECKED:
            return upload
        findings = Findings(self.clock.business(), unreadable=_GONE)
        return self._save(replace(upload, stage=Stage.CHECKED, check=findings, done=0))

    def _check(self, clinic: Clinic, upload: Upload, time_left: TimeLeft) -> Upload:
        began = self.clock.wall()
        now = self.clock.business()
        with ExitStack() as opened:
            intake = importing.read(_dated(clinic, upload), self._open(upload, opened), now, None)
            rules = [rule for rule in self.rules.list_of(clinic.id) if rule.on]
            draft = self._look(clinic, upload, intake, rules, time_left)
            draft.add_to(intake.tally)
            findings = replace(
                keeping.findings(intake.tally.report(upload.files), now),
                seconds=_seconds(self.clock.wall() - began),
                mails=draft.coming([rule.id for rule in rules]),
                rules={rule.id: rule.name for rule in rules},
                decided_by=forecast.mark(rules),
                since=min((rule.since for rule in rules if rule.since), default=None),
            )
            keeping.keep(self.files, upload, intake, frozenset(upload.files), "")
        if findings.unreadable:
            self.files.remove(upload.folder + FILE)
        return self._save(replace(upload, stage=Stage.CHECKED, check=findings, done=0))

    def _look(
        self, clinic: Clinic, upload: Upload, intake: Intake, rules: Sequence[Rule], time_left: TimeLeft
    ) -> Draft:
        """Look at each patient the file is about. Raises Unavailable where time runs out; what was found is kept."""
        now = self.clock.business()
        draft = self._draft(upload, forecast.mark(rules))

        def look(one: tuple[str, Group]) -> Looked:
            chart = self.patients.find(clinic.id, one[0])
            plan = planning.plan(one[1], chart, intake)
            after = _after(chart, plan)
            if after is None or not plan.writes:
                return plan, ()
            return plan, self.forecaster.led_to(rules, clinic.id, chart, after, now)

        ahead = islice(intake.groups.items(), draft.done, None)
        for some in batched(ahead, _BATCH, strict=False):
            if not time_left():
                self.files.put(upload.reports + DRAFT, msgspec.json.encode(draft), "application/json")
                self._save(replace(upload, done=draft.done))
                raise Unavailable("a check ran out of time", clinic=clinic.id, done=draft.done)
            for plan, coming in abreast(look, some, self.at_once):
                draft.take(plan, coming, clinic, now)
        return draft

    def _draft(self, upload: Upload, decided_by: str) -> Draft:
        """Return what was laid down, unless other rules decided it: the emails would not add up."""
        fresh = Draft(decided_by)
        if not upload.done:
            return fresh
        try:
            laid_down = msgspec.json.decode(self.files.read(upload.reports + DRAFT), type=Draft)
        except (NotFound, msgspec.ValidationError):
            return fresh
        return laid_down if laid_down.decided_by == decided_by else fresh

    def _import(self, clinic: Clinic, upload: Upload, time_left: TimeLeft) -> Upload:
        began, now = self.clock.wall(), self.clock.business()
        with ExitStack() as opened:
            files = self._open(upload, opened)
            intake = importing.read(_dated(clinic, upload), files, now, None)
            patients = replace(self.patients, at_once=self.at_once)
            patients.take_over(clinic.id, intake, time_left)
            seconds = _seconds(self.clock.wall() - began)
            findings = replace(keeping.findings(intake.tally.report(upload.files), now), seconds=seconds)
            if upload.result:
                findings = keeping.gone_on(upload.result, findings)
            if left := intake.tally.left:
                self._save(replace(upload, result=findings, done=len(intake.groups) - left))
                raise Unavailable("an import ran out of time", clinic=clinic.id, left=left)
            keeping.keep(self.files, upload, intake, frozenset(upload.files), IMPORTED)
        return self._save(replace(upload, stage=Stage.DONE, result=findings, done=0))

    def _open(self, upload: Upload, opened: ExitStack) -> list[CsvFile]:
        return [CsvFile(name, opened.enter_context(self.files.open(upload.folder + name))) for name in upload.files]

    def _save(self, upload: Upload) -> Upload:
        """Keep how far it has come. Someone faster was called with the same key: what they keep is as good."""
        try:
            return self.store.save(upload)
        except Conflict:
            return self.store.find(upload.clinic, upload.id) or upload


def _dated(clinic: Clinic, upload: Upload) -> Clinic:
    return replace(clinic, date_order=upload.order) if upload.order else clinic


def _after(chart: Chart | None, plan: Plan) -> Chart | None:
    """Return the chart as the import would leave it, None where there would be none."""
    patient = plan.patient or (chart.patient if chart else None)
    if patient is None:
        return None
    visits = {visit.id: visit for visit in chart.visits} if chart else {}
    visits |= {visit.id: visit for visit in plan.visits}
    ordered = sorted(visits.values(), key=lambda one: (one.starts_at, one.id))
    return Chart(patient, tuple(ordered), chart.version if chart else 0)


def _seconds(span: dt.timedelta) -> int:
    return round(span.total_seconds())
