"""Rules at work: patients judged when due, mails judged once more before they go, and what a clinic does with rules."""

import datetime as dt
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from prm.clinics.service import ClinicService
from prm.core import record, table
from prm.core.abreast import abreast
from prm.core.clock import Clock
from prm.core.errors import Conflict, NotFound
from prm.core.together import Ask
from prm.jobs.model import Job, Progress
from prm.jobs.service import JobService
from prm.mail import model as mails
from prm.mail.model import Kind, Touch, patient_recipient
from prm.mail.service import MailService
from prm.patients.service import PatientService
from prm.recovery.service import RecoveryService
from prm.rules import presets
from prm.rules.check import check
from prm.rules.decide import decide
from prm.rules.dryrun import DryRun
from prm.rules.model import Facts, Rule, Send, TriggerKind, Wait
from prm.rules.occurrences import occurrences
from prm.rules.plan import plan
from prm.rules.preview import Preview
from prm.rules.reading import Reader, about, card
from prm.rules.store import RuleStore
from prm.rules.why import Reason, why
from prm.surveys.service import SurveyService

MOST_AT_ONCE = 90
"""Touches in one transaction; DynamoDB takes 100 items."""

RULE_OFF = "rule off"

_BATCH = 25

type Prepare = Callable[[Touch, Kind, Facts, dt.datetime], mails.Send]


@dataclass(frozen=True)
class RuleService:
    """Who gets what, when. `prepare` turns a touch that may go into its letter."""

    store: RuleStore
    patients: PatientService
    mail: MailService
    surveys: SurveyService
    recovery: RecoveryService
    clinics: ClinicService
    jobs: JobService
    clock: Clock
    prepare: Prepare

    def judge(self, clinic_id: str, patient_id: str) -> None:
        """Decide all rules for one patient and write what follows, with the next due date, in one transaction.

        Where nothing but the date follows it is written alone, at half the price: most decisions only wait. No rule is
        about a test. Raises Conflict when a fact came in between, or another worker was faster: the patient is still
        due then.
        """
        now = self.clock.business()
        chart = self.patients.find(clinic_id, patient_id)
        if chart is None:
            return
        if chart.patient.is_test:
            table.commit_alone(self.patients.decided(clinic_id, patient_id, chart.version, None))
            return
        rules = self.list_of(clinic_id)
        facts = self._reader.facts(clinic_id, chart, now)
        decided = plan(rules, facts, now)
        touches = decided.touches[:MOST_AT_ONCE]
        next_due_at = decided.next_due_at if len(touches) == len(decided.touches) else now
        shown = record.dump(card(facts, chart, now))
        changed = shown if shown != chart.card else ""
        done = self.patients.decided(clinic_id, patient_id, chart.version, next_due_at, changed)
        if not touches:
            table.commit_alone(done)
            return
        table.transact([*map(self.mail.order, touches), done])
        self.mail.announce(touches)

    def may_go(self, touch: Touch, now: dt.datetime) -> mails.Verdict:
        """Judge a touch as the rule and the facts stand now. What no longer fits is skipped for good."""
        rule = self.store.find(touch.clinic, touch.purpose)
        chart = self.patients.find(touch.clinic, touch.recipient.removeprefix(patient_recipient("")))
        if rule is None or not rule.on:
            return mails.Skip(RULE_OFF)
        if chart is None:
            return mails.Skip("no such patient")
        facts = about(self._reader.facts(touch.clinic, chart, now), touch)
        occurrence = next((one for one in occurrences(rule, facts) if one.id == touch.occurrence), None)
        if occurrence is None:
            return mails.Skip("no longer so")
        decision = decide(rule, occurrence, facts, now)
        if isinstance(decision, Send):
            return self.prepare(touch, decision.kind, facts, now)
        return (
            mails.Wait(decision.until, decision.reason) if isinstance(decision, Wait) else mails.Skip(decision.reason)
        )

    def list_of(self, clinic_id: str) -> tuple[Rule, ...]:
        """Return a clinic's rules, on or off, by id."""
        return tuple(self.store.list_of(clinic_id))

    def asking(self, clinic_id: str, rules: Iterable[str]) -> Ask[Rule]:
        """Return what asks for these rules as they stand, together with items of other tables."""
        return self.store.asking(clinic_id, rules)

    def get(self, clinic_id: str, rule_id: str) -> Rule:
        """Return a rule as it stands. Raises NotFound."""
        rule = self.store.find(clinic_id, rule_id)
        if rule is None:
            raise NotFound(f"There is no rule {rule_id} in this clinic")
        return rule

    def known(self, clinic_id: str, name: str) -> Rule:
        """Return a rule of the clinic's as it stands, or the preset of that name. Raises NotFound."""
        return self.store.find(clinic_id, name) or presets.preset(name).rule

    def history(self, clinic_id: str, rule_id: str) -> tuple[Rule, ...]:
        """Return all versions of a rule, newest first."""
        return tuple(sorted(self.store.versions(clinic_id, rule_id), key=lambda one: one.version, reverse=True))

    def bundle(self, clinic_id: str, name: str, follow_up_days: int | None = None) -> tuple[Rule, ...]:
        """Return what switching on `name` would switch on, the rule itself first. Raises NotFound."""
        return presets.bundle(name, {rule.id: rule for rule in self.list_of(clinic_id)}, follow_up_days)

    def switch_on(
        self, clinic_id: str, name: str, now: dt.datetime, since: dt.datetime | None = None, *, by: str = ""
    ) -> tuple[Rule, ...]:
        """Switch on a preset, or a rule of the clinic's, with what goes with it (see `bundle` and `switch_on_all`)."""
        return self.switch_on_all(clinic_id, self.bundle(clinic_id, name), now, since, by=by)

    def switch_on_all(
        self,
        clinic_id: str,
        rules: Iterable[Rule],
        now: dt.datetime,
        since: dt.datetime | None = None,
        *,
        by: str = "",
    ) -> tuple[Rule, ...]:
        """Switch on the rules of a bundle; every patient becomes due. Returns those that were off.

        Without `since` a rule looks back as far as it may act late (`max_age`): what it could have sent yesterday still
        goes, what is history stays history. What is on already stays as it is.
        """
        changed = tuple(
            replace(rule, on=True, since=since or presets.reach_back(rule, now)) for rule in rules if not rule.on
        )
        return self._save(clinic_id, changed, now, by)

    def switch_off(self, clinic_id: str, name: str, now: dt.datetime, *, by: str = "") -> tuple[Rule, ...]:
        """Switch a rule and its follow-ups off; what waits is skipped when its time comes. Raises NotFound."""
        rule = self.get(clinic_id, name)
        following = [one for one in self.list_of(clinic_id) if one.follows == name]
        changed = tuple(replace(one, on=False) for one in (rule, *following) if one.on)
        return self._save(clinic_id, changed, now, by)

    def follow_up(self, clinic_id: str, name: str, days: int, now: dt.datetime, *, by: str = "") -> tuple[Rule, ...]:
        """Set after how many days a rule asks once more, 0 for never; who waits is judged anew. Raises NotFound."""
        rule = self.get(clinic_id, name)
        own = [one for one in self.list_of(clinic_id) if one.follows == name]
        if not days:
            return self._save(clinic_id, tuple(replace(one, on=False) for one in own if one.on), now, by)
        wanted = own or [presets.follow_up_of(rule, days)]
        after = dt.timedelta(days=days)
        changed = tuple(
            replace(
                one,
                when=replace(one.when, after=after),
                on=rule.on,
                since=(one.since or presets.reach_back(one, now)) if rule.on else one.since,
            )
            for one in wanted
        )
        return self._save(clinic_id, tuple(one for one in changed if one not in own), now, by)

    def keep(self, clinic_id: str, rule: Rule, now: dt.datetime, *, by: str = "") -> Rule:
        """Store a rule: a new one, which is off, or the next version of one that stays on or off as it is.

        Raises Invalid when it names what the clinic does not have.
        """
        check(rule, self.clinics.get(clinic_id), self.list_of(clinic_id))
        before = self.store.find(clinic_id, rule.id)
        if before is not None:
            rule = replace(rule, on=before.on, since=before.since)
        return self._save(clinic_id, (rule,), now, by)[0]

    def preview(self, clinic_id: str, rule: Rule, now: dt.datetime) -> Preview:
        """Return who would get the rule's mail if it were on, decided as it will be. Stores nothing."""
        shown = Preview(rule if rule.on else replace(rule, on=True, since=rule.since or presets.reach_back(rule, now)))
        by_visits = rule.when.on in {TriggerKind.VISIT, TriggerKind.NO_VISIT}
        for facts in self._everyone(clinic_id, now, lambda one: by_visits and not occurrences(shown.rule, one)):
            shown.patients += 1
            shown.take(facts, now)
        return shown

    def dry_run(self, clinic_id: str, rule: Rule, began_at: dt.datetime, ended_at: dt.datetime) -> DryRun:
        """Return what the rule would have sent in that time, on or off as it may have been. Stores nothing."""
        run = DryRun(rule, began_at, ended_at)
        by_visits = rule.when.on is TriggerKind.VISIT
        for facts in self._everyone(clinic_id, ended_at, lambda one: by_visits and not occurrences(run.acting, one)):
            run.take(facts)
        return run

    def _everyone(self, clinic_id: str, now: dt.datetime, is_quiet: Callable[[Facts], bool]) -> Iterator[Facts]:
        """Yield the facts of each patient; the chart's alone where those say already that there is nothing to do."""

        def read(patient_id: str) -> Facts | None:
            chart = self.patients.find(clinic_id, patient_id)
            if chart is None:
                return None
            facts = self._reader.charted(clinic_id, chart)
            return facts if is_quiet(facts) else self._reader.complete(facts, now)

        found = abreast(read, self.patients.roster(clinic_id), self.patients.at_once)
        return (facts for facts in found if facts is not None)

    def why(self, clinic_id: str, patient_id: str, now: dt.datetime) -> tuple[Reason, ...]:
        """Return each rule with its state for one patient. Raises NotFound."""
        chart = self.patients.chart(clinic_id, patient_id)
        return why(self.list_of(clinic_id), self._reader.facts(clinic_id, chart, now), now)

    def work_due(self, clinic_id: str, job_id: str) -> None:
        """Go on making patients due for a changed rule, for a few seconds; the next tick goes on from there."""
        self.jobs.work(clinic_id, job_id, self._spread)

    @property
    def _reader(self) -> Reader:
        return Reader(self.patients, self.mail, self.surveys, self.recovery, self.clinics)

    def _next(self, clinic_id: str, rule: Rule, now: dt.datetime, by: str) -> Rule:
        before = self.store.find(clinic_id, rule.id)
        return replace(rule, version=before.version + 1 if before else 1, changed_at=now, changed_by=by)

    def _save(self, clinic_id: str, changed: tuple[Rule, ...], now: dt.datetime, by: str) -> tuple[Rule, ...]:
        """Store the next version of each, and have everyone judged anew where one is on."""
        rules = tuple(self._next(clinic_id, rule, now, by) for rule in changed)
        writes = [write for rule in rules for write in self.store.saving(clinic_id, rule)]
        acting = next((rule for rule in rules if rule.on), None)
        if acting:
            writes.append(self.jobs.start(clinic_id, f"spread-{acting.id}-v{acting.version}", now))
        if writes:
            table.transact(writes)
        return rules

    def _spread(self, job: Job) -> Iterator[Progress]:
        """Make everyone due whom the cursor has not passed."""
        ahead = (one for one in self.patients.roster(job.clinic) if one > job.cursor)
        for batch in itertools.batched(ahead, _BATCH, strict=False):
            self._make_due(job.clinic, batch)
            yield Progress(batch[-1])

    def _make_due(self, clinic_id: str, batch: Sequence[str]) -> None:
        """Make them due together; where someone left meanwhile, each for themselves."""
        now = self.clock.business()
        try:
            table.transact([self.patients.fact(clinic_id, one, now) for one in batch])
        except Conflict:
            for one in batch if len(batch) > 1 else ():
                self._make_due(clinic_id, [one])
