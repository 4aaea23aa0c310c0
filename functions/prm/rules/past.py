"""What a rule would have sent over the last weeks, had it been on: a dry run of a clinic, counted by a job."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import batched

from prm.core import record
from prm.core.clock import Clock
from prm.core.errors import NotFound
from prm.core.table import Write
from prm.jobs.model import Job, Progress
from prm.jobs.service import JobService
from prm.rules.dryrun import DryRun
from prm.rules.model import Facts, Rule, TriggerKind
from prm.rules.occurrences import occurrences
from prm.rules.reach import ReachService
from prm.rules.service import RuleService

JOB = "past-"
"""What the name of such a job begins with; the rule's follows."""
SPAN = dt.timedelta(days=30)
_BATCH = 25


@dataclass
class Past:
    """What was counted so far for one version of a rule, over the days up to `as_of`.

    `people` would have got `mails` from the rule itself; follow-ups are rules of their own. `days` are those mails by
    the day at the clinic, `looked` those whom it could have meant.
    """

    as_of: dt.datetime
    version: int
    looked: int = 0
    people: int = 0
    mails: int = 0
    days: dict[str, int] = field(default_factory=dict)

    @property
    def began_at(self) -> dt.datetime:
        """When the time begins that was looked at."""
        return self.as_of - SPAN

    @property
    def most(self) -> int:
        """How many would have gone on the fullest day."""
        return max(self.days.values(), default=0)

    def take(self, rule: Rule, facts: Facts) -> None:
        """Add one patient."""
        run = DryRun(rule, self.began_at, self.as_of)
        run.take(facts)
        self.looked += 1
        self.people += bool(run.sent)
        self.mails += len(run.sent)
        for one in run.sent:
            day = one.at.astimezone(facts.clinic.tz).date().isoformat()
            self.days[day] = self.days.get(day, 0) + 1


@dataclass(frozen=True)
class PastService:
    """Counts what rules would have sent."""

    rules: RuleService
    reach: ReachService
    jobs: JobService
    clock: Clock

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
        past = record.parse(Past, job.draft) if job.draft else Past(self.clock.business(), rule.version)
        acting = DryRun(rule, past.began_at, past.as_of).acting
        by_visits, cursor = rule.when.on is TriggerKind.VISIT, job.cursor

        def is_quiet(facts: Facts) -> bool:
            return by_visits and not occurrences(acting, facts)

        for batch in batched(self.reach.candidates(job.clinic, acting, cursor), _BATCH, strict=False):
            patients = [patient for _, patient in batch]
            for facts in self.reach.facts(job.clinic, patients, is_quiet, past.as_of, 1):
                past.take(rule, facts)
            cursor = batch[-1][0]
            yield Progress(cursor, record.dump(past))
        yield Progress(cursor, record.dump(past))
