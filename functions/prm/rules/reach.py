"""Whom a rule would reach if it were switched on: counted while someone waits, or as a job where that takes long."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import batched, islice
from typing import Protocol

from prm.core import record
from prm.core.abreast import abreast
from prm.core.clock import Clock
from prm.core.errors import NotFound
from prm.core.table import Write
from prm.jobs.model import Job, Progress
from prm.jobs.service import JobService
from prm.patients.directory import Card
from prm.patients.service import PatientService
from prm.rules import presets
from prm.rules.decide import decide
from prm.rules.model import Decision, Facts, NoMatch, Occurrence, Rule, Send, Skip, TriggerKind, Wait
from prm.rules.occurrences import occurrences
from prm.rules.plan import undecided
from prm.rules.reading import Reader
from prm.rules.service import RuleService

JOB = "reach-"
"""What the name of a counting job begins with; the rule's follows."""
SHOWN = 10
INLINE = 200
"""So many patients are looked at while someone waits: some five requests each, side by side, in a few seconds."""
_BATCH = 25


@dataclass(frozen=True)
class Found:
    """Someone a rule would reach: when, and when it happened that it acts on."""

    patient: str
    at: dt.datetime
    since: dt.datetime


@dataclass(frozen=True)
class Miss:
    """Someone it looked at and leaves out."""

    patient: str
    reason: str


@dataclass
class Reach:
    """What was counted so far for one version of a rule, as things stood at `as_of`. Each patient counts once.

    `looked` are those to whom something happened that it could act on.
    Of those reached and of those left out the first few are kept by id, as many as a page shows; `left_out` counts all.
    """

    as_of: dt.datetime
    version: int
    looked: int = 0
    reached: int = 0
    first_at: dt.datetime | None = None
    people: list[Found] = field(default_factory=list)
    misses: list[Miss] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)

    def take(self, rule: Rule, facts: Facts) -> None:
        """Add one patient."""
        decided = [(one, decide(rule, one, facts, self.as_of)) for one in undecided(rule, facts)]
        self.looked += bool(decided)
        goes = [found for one, decision in decided if (found := self._goes(rule, facts, one, decision))]
        if goes:
            self._reach(min(goes, key=lambda one: one.at))
        elif decided:
            self._miss(facts.patient.id, _reason(decided[-1][1]))

    def _goes(self, rule: Rule, facts: Facts, one: Occurrence, decision: Decision) -> Found | None:
        """Return when it goes; one that waits for as long as it may goes only if something else happens first."""
        if isinstance(decision, Send):
            return Found(facts.patient.id, self.as_of, one.at)
        if isinstance(decision, Wait) and decision.until < one.deadline(rule):
            return Found(facts.patient.id, decision.until, one.at)
        return None

    def _reach(self, found: Found) -> None:
        self.reached += 1
        self.first_at = min(found.at, self.first_at or found.at)
        self.people = sorted([*self.people, found], key=lambda one: (one.at, one.patient))[:SHOWN]

    def _miss(self, patient: str, reason: str) -> None:
        self.left_out[reason] = self.left_out.get(reason, 0) + 1
        if len(self.misses) < SHOWN:
            self.misses.append(Miss(patient, reason))


class Counted(Protocol):
    """What a job counts of one version of a rule."""

    @property
    def version(self) -> int:
        """Of the rule."""


def counted[T: Counted](kind: type[T], job: Job | None, rule: Rule) -> tuple[T | None, bool]:
    """Return what its job counted so far of this version of a rule, and whether it is done with it."""
    if job is None:
        return None, True
    found = record.parse(kind, job.draft) if job.draft else None
    return (found if found and found.version == rule.version else None), job.is_done


@dataclass(frozen=True)
class ReachService:
    """Counts whom rules would reach. `at_once` is how many patients are read side by side while someone waits."""

    rules: RuleService
    reader: Reader
    patients: PatientService
    jobs: JobService
    clock: Clock
    at_once: int = 8

    def count(self, clinic_id: str, rule: Rule, now: dt.datetime) -> Reach | None:
        """Return whom the rule would reach now, or None where too many must be looked at while someone waits."""
        acting, reach = _acting(rule, now), Reach(now, rule.version)
        wanted = [patient for _, patient in islice(self.candidates(clinic_id, acting, ""), INLINE + 1)]
        if len(wanted) > INLINE:
            return None
        self._take(clinic_id, acting, wanted, reach, self.at_once)
        return reach

    def starting(self, clinic_id: str, rule: Rule, now: dt.datetime) -> Write:
        """Return the write that has a job count it, from the beginning."""
        return self.jobs.start(clinic_id, JOB + rule.id, now)

    def work_due(self, clinic_id: str, job_id: str) -> None:
        """Go on counting for a few seconds."""
        self.jobs.work(clinic_id, job_id, self._steps, keeps=True)

    def _steps(self, job: Job) -> Iterator[Progress]:
        try:
            rule = self.rules.bundle(job.clinic, job.id.removeprefix(JOB))[0]
        except NotFound:
            return
        reach = record.parse(Reach, job.draft) if job.draft else Reach(self.clock.business(), rule.version)
        acting, cursor = _acting(rule, reach.as_of), job.cursor
        for batch in batched(self.candidates(job.clinic, acting, cursor), _BATCH, strict=False):
            self._take(job.clinic, acting, [patient for _, patient in batch], reach, 1)
            cursor = batch[-1][0]
            yield Progress(cursor, record.dump(reach))
        yield Progress(cursor, record.dump(reach))

    def candidates(self, clinic_id: str, rule: Rule, after: str) -> Iterator[tuple[str, str]]:
        """Yield who may concern a rule, by place and id: their card says enough to pass most over."""
        listed = self.patients.listed(clinic_id, after or None)
        return ((place, card.id) for place, card in listed if may_concern(rule, card))

    def facts(
        self, clinic_id: str, patients: Iterable[str], is_quiet: Callable[[Facts], bool], now: dt.datetime, at_once: int
    ) -> Iterator[Facts]:
        """Yield the facts of these patients, the chart's alone where those say that there is nothing to do."""

        def read(patient: str) -> Facts | None:
            chart = self.patients.find(clinic_id, patient)
            if chart is None:
                return None
            facts = self.reader.charted(clinic_id, chart)
            return facts if is_quiet(facts) else self.reader.complete(facts, now)

        return (facts for facts in abreast(read, patients, at_once) if facts is not None)

    def _take(self, clinic_id: str, rule: Rule, patients: Iterable[str], reach: Reach, at_once: int) -> None:
        by_visits = rule.when.on in {TriggerKind.VISIT, TriggerKind.NO_VISIT}

        def is_quiet(facts: Facts) -> bool:
            return by_visits and not occurrences(rule, facts)

        for facts in self.facts(clinic_id, patients, is_quiet, reach.as_of, at_once):
            reach.take(rule, facts)


def may_concern(rule: Rule, card: Card) -> bool:
    """Tell whether a rule could mean something for a patient, as far as their card tells.

    A card is written when the patient is judged, within a minute of whatever changed: someone whose record came in this
    very minute may be passed over by a count. No mail depends on it.
    """
    if rule.when.on is TriggerKind.VISIT and rule.since:
        return card.done_at is None or card.done_at >= rule.since
    if rule.when.on is TriggerKind.ANSWER:
        return card.score is not None
    return True


def _acting(rule: Rule, now: dt.datetime) -> Rule:
    """Return the rule as it would act if it were switched on at `now`."""
    return rule if rule.on else replace(rule, on=True, since=presets.reach_back(rule, now))


def _reason(decision: Decision) -> str:
    return decision.reason if isinstance(decision, Wait | Skip | NoMatch) else ""
