"""The nightly count: one pass over a clinic's patients, a slice at a time, kept as one item a scope."""

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from prm.clinics.hours import at_local
from prm.clinics.model import Clinic
from prm.clinics.service import ClinicService
from prm.core import ids, record, table
from prm.core.clock import Clock
from prm.core.errors import Conflict
from prm.insights.coming import coming
from prm.insights.coverage import needs_stops
from prm.insights.model import CLINIC, Cut, Difference, Tally, scope_of
from prm.insights.posted import posted
from prm.insights.praise import praise
from prm.insights.seen import Place, Seen, Watch
from prm.insights.spans import Span
from prm.insights.summary import Draft, Summary, answers_of, differences, summary, work_of
from prm.insights.themed import newest, quotes
from prm.jobs.model import Job, Progress
from prm.jobs.service import JobService
from prm.mail.model import patient_recipient, staff_recipient
from prm.mail.service import MailService
from prm.mail.stops import names
from prm.patients.directory import Card, Reach, by_profile
from prm.patients.episodes import episodes
from prm.patients.service import PatientService
from prm.recovery.service import RecoveryService
from prm.rules.model import Rule
from prm.rules.service import RuleService
from prm.surveys.service import SurveyService
from prm.surveys.themes import Theme

if TYPE_CHECKING:
    from prm.insights.store import TallyStore

JOB = "summary"
_NIGHT = dt.time(3)
_SPREAD = dt.timedelta(hours=1)
_BATCH = 25


@dataclass(frozen=True)
class SummaryService:
    """Counts by night what pages could not count while someone waits.

    Each patient is read as they are when their turn comes; days and ages are reckoned from the moment the count began.
    """

    store: "TallyStore"
    jobs: JobService
    patients: PatientService
    mail: MailService
    surveys: SurveyService
    recovery: RecoveryService
    rules: RuleService
    clinics: ClinicService
    clock: Clock

    def begin(self, clinic_id: str) -> None:
        """Have a clinic counted from now on, unless it is already."""
        try:
            table.transact([self.jobs.start_once(clinic_id, JOB, self.clock.business())])
        except Conflict:
            return

    def work_due(self, clinic_id: str) -> None:
        """Go on counting for a few seconds; when all are counted, the next count is due in the small hours."""
        self.jobs.work(clinic_id, JOB, self._steps, lambda: self._next_night(clinic_id))

    def count(self, clinic_id: str, as_of: dt.datetime | None = None) -> dict[str, Summary]:
        """Count everything now and return it by scope; nothing is kept."""
        draft = Draft(as_of or self.clock.business())
        clinic = self.clinics.get(clinic_id)
        rules = self.rules.list_of(clinic_id)
        for patient in self.patients.roster(clinic_id):
            self._add(clinic, rules, patient, draft)
        return self._summaries(clinic, draft)

    def keep(self, clinic_id: str, found: dict[str, Summary]) -> None:
        """Keep what was counted, the clinic's own last: whoever sees it new sees the others new."""
        for scope in sorted(found, key=lambda one: (one == CLINIC, one)):
            self.store.keep_summary(clinic_id, scope, found[scope])

    def recount(self, clinic_id: str, *, fix: bool = False) -> list[Difference]:
        """Return where the kept summaries say other than a count of now for the same moment; `fix` keeps that count.

        What came in after the night's count shows here too. Nothing is compared before the first one.
        """
        kept = {scope: self.store.find_summary(clinic_id, scope) for scope in self._scopes(self.clinics.get(clinic_id))}
        whole = kept[CLINIC]
        if whole is None:
            return []
        found = self.count(clinic_id, whole.as_of)
        wrong = [one for scope, now in found.items() for one in differences(scope, kept[scope], now)]
        if fix and wrong:
            self.keep(clinic_id, found)
        return wrong

    def _steps(self, job: Job) -> Iterator[Progress]:
        draft = Draft.load(job.draft) if job.draft else Draft(self.clock.business())
        clinic = self.clinics.get(job.clinic)
        rules = self.rules.list_of(clinic.id)
        ahead = (one for one in self.patients.roster(clinic.id) if one > job.cursor)
        for batch in itertools.batched(ahead, _BATCH, strict=False):
            for patient in batch:
                self._add(clinic, rules, patient, draft)
            yield Progress(batch[-1], draft.dump())
        self.keep(clinic.id, self._summaries(clinic, draft))

    def _add(self, clinic: Clinic, rules: tuple[Rule, ...], patient: str, draft: Draft) -> None:
        watch = Watch(draft.as_of, clinic.tz)
        seen = self._seen(clinic, patient, watch)
        if seen:
            draft.see(seen, watch)
            draft.add(coming(seen, rules, clinic, draft.as_of))
            draft.add(praise(seen, watch, clinic.therapists))

    def _seen(self, clinic: Clinic, patient: str, watch: Watch) -> Seen | None:
        """Read a patient; None for who is gone, and for an example patient, whom nothing counts.

        Most cost two reads: who was never written to has no answers, who was content no cases.
        """
        chart = self.patients.find(clinic.id, patient)
        if chart is None or chart.patient.is_example:
            return None
        recipient = patient_recipient(patient)
        listed = record.parse(Card, chart.card).reach if chart.card else by_profile(chart.patient, watch.today)
        seen = Seen(
            chart.patient,
            episodes(chart.visits),
            self.mail.of_recipient(clinic.id, recipient),
            is_mailable=listed is Reach.OK,
        )
        if seen.touches:
            seen = replace(seen, surveys=self.surveys.of_patient(clinic.id, patient))
        if any(one.answer and one.is_counted for one in seen.surveys):
            seen = replace(seen, cases=self.recovery.of_patient(clinic.id, patient))
        if needs_stops(seen, watch):
            address = chart.patient.address_on(watch.today)
            stopped = self.mail.stops.stopped(clinic.id, names(recipient, address))
            broken = bool(stopped and address and self.mail.stops.is_broken(clinic.id, address))
            seen = replace(seen, stopped=stopped, broken=broken)
        return seen

    def _summaries(self, clinic: Clinic, draft: Draft) -> dict[str, Summary]:
        watch = Watch(draft.as_of, clinic.tz)
        for member in clinic.staff:
            alerts = self.mail.of_recipient(clinic.id, staff_recipient(member.id))
            draft.add(replace(one, place=Place(None, None)) for one in posted(alerts, watch))
        tallies = {scope: self._tallies(clinic.id, scope) for scope in self._scopes(clinic)}
        found = {scope: summary(draft.counts.get(scope, {}), watch, months) for scope, months in tallies.items()}
        listed = tuple(newest(draft.remarks))
        found = {scope: replace(one, quotes=quotes(listed, scope)) for scope, one in found.items()}
        parts = {span: _parts(tallies, watch, span) for span in Span}
        rules = work_of(self.rules.list_of(clinic.id), draft.counts.get(CLINIC, {}), draft.as_of)
        spans = {
            span: replace(one, parts=parts[span], comments=replace(one.comments, places=_places(found, span)))
            for span, one in found[CLINIC].spans.items()
        }
        return found | {CLINIC: replace(found[CLINIC], rules=rules, spans=spans, remarks=listed)}

    def _tallies(self, clinic_id: str, scope: str) -> tuple[Tally, ...]:
        return tuple(self.store.list_months(clinic_id, scope, consistent=True))

    @staticmethod
    def _scopes(clinic: Clinic) -> tuple[str, ...]:
        places = (scope_of(Cut.LOCATION, one.id) for one in clinic.locations)
        people = (scope_of(Cut.THERAPIST, one.id) for one in clinic.therapists)
        return (CLINIC, *places, *people)

    def _next_night(self, clinic_id: str) -> dt.datetime:
        """Return when to count next: after three, each clinic at a time of its own."""
        clinic, now = self.clinics.get(clinic_id), self.clock.business()
        today = now.astimezone(clinic.tz).date()
        share = ids.fraction_of(clinic_id) * _SPREAD
        nights = (at_local(today + dt.timedelta(days=ahead), _NIGHT, clinic.tz) + share for ahead in (0, 1))
        return next(night for night in nights if night > now)


def _parts(tallies: dict[str, tuple[Tally, ...]], watch: Watch, span: Span) -> dict[str, tuple[int, int, int]]:
    days = watch.spans[span]
    return {scope: answers_of(months, days) for scope, months in tallies.items()}


def _places(found: dict[str, Summary], span: Span) -> dict[str, dict[Theme, int]]:
    """Return how many low comments of each theme came from each location."""
    prefix = scope_of(Cut.LOCATION, "")
    places = {scope.removeprefix(prefix): one for scope, one in found.items() if scope.startswith(prefix)}
    return {
        place: {theme: tone.low for theme, tone in one.spans[span].comments.to_fix} for place, one in places.items()
    }
