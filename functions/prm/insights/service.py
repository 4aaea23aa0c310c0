"""The clinic's numbers: tallied when they happen, read in one query, counted again on demand."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from prm.clinics.model import Clinic
from prm.clinics.service import ClinicService
from prm.core import together
from prm.core.clock import Clock
from prm.core.errors import Conflict
from prm.insights.dashboard import TREND, Comparison, Dashboard, comparison, dashboard
from prm.insights.model import (
    ASKED,
    CLINIC,
    Cut,
    Difference,
    Figures,
    Line,
    Report,
    Tally,
    figures,
    figures_of_days,
    months_back,
    moved,
    placed,
    scope_of,
    scopes,
)
from prm.insights.recount import Recount
from prm.insights.spans import Days, Span, days
from prm.insights.store import TallyStore
from prm.insights.summary import Summary
from prm.insights.themed import Remark
from prm.mail.service import Effects
from prm.patients.service import PatientService
from prm.surveys.model import Change
from prm.surveys.service import SurveyService

SETTLED_AFTER = dt.timedelta(days=40)
"""So long after its end a month's mails have all gone or never will: what was asked is kept as a number."""
YEAR = 12


@dataclass(frozen=True)
class Asked:
    """How many surveys were asked: `kept` months stand in the tallies, `young` ones were counted by scope and month."""

    kept: frozenset[str]
    young: dict[str, Counter[str]]

    def of(self, tallies: Iterable[Tally], scope: str) -> Counter[str]:
        """Return the numbers of one scope by month."""
        numbers = Counter(self.young.get(scope))
        for one in tallies:
            numbers[one.month] += (one.asked or 0) if one.month in self.kept else 0
        return numbers


@dataclass(frozen=True)
class InsightService:
    """Tallies and what is read from them."""

    store: TallyStore
    surveys: SurveyService
    patients: PatientService
    clinics: ClinicService
    clock: Clock

    def on_change(self, change: Change) -> Effects:
        """Return what a counted answer moves, for the answer's own transaction.

        An edit moves inside the day on which the first answer counted, and keeps its place among the newest; a changed
        comment, or a test, moves nothing.
        """
        survey = change.survey
        if survey.is_test:
            return Effects()
        month, day = placed(survey, self.clinics.get(survey.clinic).tz)
        moves = moved(day, change.before, change.answer)
        if not moves:
            return Effects()
        newest = None if change.before else (survey.patient, survey.id)
        found = scopes(survey.location, survey.therapist)
        return Effects(tuple(self.store.adding(survey.clinic, scope, month, moves, newest) for scope in found))

    def nps(self, clinic_id: str, by: Cut | None = None, months: int = YEAR) -> Report:
        """Return the numbers of the last `months` months, the current one included, split if asked for."""
        clinic = self.clinics.get(clinic_id)
        now = self.clock.business()
        span = months_back(now, clinic.tz, months)
        tallies = tuple(self.store.list_months(clinic_id, CLINIC, span))
        asked = self._asked(clinic, span, tallies, now)
        months_asked = asked.of(tallies, CLINIC)
        total = figures(tallies, months_asked.total())
        if by is None:
            return Report(span, total)
        if by is Cut.MONTH:
            return Report(span, total, tuple(_by_month(span, tallies, months_asked)))
        return Report(span, total, tuple(self._by_part(clinic, by, Report(span, total), asked)))

    def dashboard(
        self, clinic_id: str, span: Span = Span.QUARTER, location: str | None = None, therapist: str | None = None
    ) -> Dashboard:
        """Return what a dashboard shows of the clinic, of one location, or of one therapist, by one query."""
        zone, now = self.clinics.get(clinic_id).tz, self.clock.business()
        run = days(span, now.astimezone(zone).date())
        scope = scope_of(Cut.LOCATION, location) if location else CLINIC
        scope = scope_of(Cut.THERAPIST, therapist) if therapist else scope
        since = min(run.first_month, months_back(now, zone, TREND)[0])
        return dashboard(scope, run, span, *self.store.read_since(clinic_id, scope, since))

    def summary(self, clinic_id: str) -> Summary | None:
        """Return what the night's count found for the clinic as a whole, by one query; None before the first."""
        return self.store.find_summary(clinic_id, CLINIC)

    def between(self, clinic_id: str, run: Days, location: str | None = None) -> Figures:
        """Return the answers of some days, of the clinic or of one location, by one query."""
        scope = scope_of(Cut.LOCATION, location) if location else CLINIC
        return figures_of_days(self.store.read_since(clinic_id, scope, run.first_month)[0], run)

    def summaries(self, clinic_ids: Iterable[str]) -> dict[str, Summary]:
        """Return the same of many clinics by their ids, by one request for a hundred; those counted so far."""
        [found] = together.read(self.store.summaries_of(clinic_ids))
        return dict(found)

    def remarks(self, clinic_id: str) -> tuple[Remark, ...]:
        """Return where the comments stand that the night's count found, the newest first, by one query."""
        return self.store.list_remarks(clinic_id)

    def compare(self, clinic_id: str, by: Cut, span: Span = Span.ALL) -> Comparison | None:
        """Hold locations or therapists against the clinic, by one query; None before the first night's count."""
        found = self.store.find_summary(clinic_id, CLINIC)
        return comparison(self.clinics.get(clinic_id), found, by, span) if found else None

    def recount(self, clinic_id: str, *, fix: bool = False) -> list[Difference]:
        """Count everything again from the surveys and return where the tallies disagree; with `fix` put them right.

        Reads every patient. A counter that moves meanwhile is left as it is, for the next recount.
        """
        clinic = self.clinics.get(clinic_id)
        counted = Recount(clinic.tz)
        for patient in chain(self.patients.roster(clinic_id), self.patients.erased(clinic_id)):
            counted.add(self.surveys.of_patient(clinic_id, patient))
        found = {CLINIC, *counted.scopes(), *(scope for cut in Cut for scope, _ in _parts(clinic, cut))}
        tallies = [one for scope in sorted(found) for one in self.store.list_months(clinic_id, scope, consistent=True)]
        differences = list(counted.differences(tallies))
        if fix:
            self._fix(clinic_id, tallies, differences)
        return differences

    def _asked(self, clinic: Clinic, span: tuple[str, ...], tallies: Iterable[Tally], now: dt.datetime) -> Asked:
        """Read what the tallies keep, count the months they don't, and keep those that are over for good."""
        asked = Asked(frozenset(one.month for one in tallies if one.asked is not None), defaultdict(Counter))
        for month in span:
            if month in asked.kept:
                continue
            found = self._count_asked(clinic.id, month)
            for scope, number in found.items():
                asked.young[scope][month] = number
            if _is_settled(month, clinic.tz, now):
                self._keep_asked(clinic.id, month, found)
        return asked

    def _count_asked(self, clinic_id: str, month: str) -> Counter[str]:
        found: Counter[str] = Counter()
        for one in self.surveys.asked_in(clinic_id, month):
            found.update(scopes(one.location, one.therapist))
        return found

    def _keep_asked(self, clinic_id: str, month: str, found: Counter[str]) -> None:
        """Keep a month's numbers, the clinic's last: it says that the others stand. The same numbers however often."""
        for scope in sorted(found.keys() - {CLINIC}):
            self.store.keep_asked(clinic_id, scope, month, found[scope])
        self.store.keep_asked(clinic_id, CLINIC, month, found[CLINIC])

    def _by_part(self, clinic: Clinic, by: Cut, whole: Report, asked: Asked) -> Iterator[Line]:
        """Yield a line for each location or therapist, and one for the rest where there is any."""
        rest = whole.total
        for scope, name in _parts(clinic, by):
            tallies = tuple(self.store.list_months(clinic.id, scope, whole.months))
            found = figures(tallies, asked.of(tallies, scope).total())
            rest -= found
            yield Line(scope.partition(":")[2], name, found)
        if rest != Figures():
            yield Line(None, "elsewhere", rest)

    def _fix(self, clinic_id: str, tallies: Iterable[Tally], differences: Iterable[Difference]) -> None:
        read = {(one.scope, one.month): one for one in tallies}
        moves: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
        for one in differences:
            if one.counter == ASKED:
                self.store.keep_asked(clinic_id, one.scope, one.month, one.counted)
            else:
                moves[one.scope, one.month][one.counter] = one.counted - one.tallied
        for (scope, month), change in moves.items():
            try:
                self.store.repair(clinic_id, read.get((scope, month), Tally(scope, month)), change)
            except Conflict:
                continue


def _by_month(span: Iterable[str], tallies: Iterable[Tally], asked: Counter[str]) -> Iterator[Line]:
    kept = {one.month: one for one in tallies}
    for month in span:
        yield Line(month, month, figures([kept[month]] if month in kept else [], asked[month]))


def _parts(clinic: Clinic, by: Cut) -> Iterator[tuple[str, str]]:
    """Yield scope and name of what the clinic is split into today."""
    if by is Cut.LOCATION:
        yield from ((scope_of(by, one.id), one.name) for one in clinic.locations)
    if by is Cut.THERAPIST:
        yield from ((scope_of(by, one.id), one.name) for one in clinic.therapists)


def _is_settled(month: str, zone: dt.tzinfo, now: dt.datetime) -> bool:
    """Tell whether a month (YYYY-MM) ended so long ago that nothing more is asked in it."""
    year, number = int(month[:4]), int(month[5:])
    after = dt.date(year + number // 12, number % 12 + 1, 1)
    return now >= dt.datetime.combine(after, dt.time(), zone) + SETTLED_AFTER
