"""What works by itself: everything that comes due, and the way out for all mail."""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from prm.core import table
from prm.mail import store as mail_tables
from prm.mail.model import Purpose, TouchKey
from prm.patients import store as patient_tables
from prm.surveys import store as survey_tables
from prm.wiring.staff import Staff

if TYPE_CHECKING:
    from prm.core.due import Line, Schedule
    from prm.mail.gateway import MailGateway
    from prm.mail.sending import Sender
    from prm.rules.gateway import WorkQueue


class Work(Staff):
    """The schedule and the sender."""

    @cached_property
    def ses(self) -> "MailGateway":
        """The way out."""
        from prm.mail.gateway import MailGateway

        here = self.settings
        return MailGateway(here.mail_domain, here.reply_domain, here.configuration_set)

    @cached_property
    def sender(self) -> "Sender":
        """The only one who uses it."""
        from prm.mail.sending import Sender

        judges = {
            "rule": self.rules.may_go,
            Purpose.ALERT: self.recovery.may_go_alert,
            Purpose.RECEIPT: self.replies.may_go_receipt,
            Purpose.CODE: self.joining.may_go,
            Purpose.BULLETIN: self.bulletins.may_go,
            Purpose.TEST: self.trial.may_go,
            Purpose.BY_HAND: self.by_hand.may_go,
        }
        quotas = mail_tables.QuotaStore()
        return Sender(self.mail, self.links, self.clinics, quotas, self.ses, self.clock, judges)

    @cached_property
    def work_queue(self) -> "WorkQueue":
        """The way from the tick to its workers."""
        from prm.rules.gateway import WorkQueue

        return WorkQueue(self.settings.queue_work)

    @cached_property
    def schedule(self) -> "Schedule":
        """Everything that comes due."""
        from prm.core.due import Schedule
        from prm.jobs.store import JobRow
        from prm.recovery.store import CaseRow

        lines = {
            "patients": _line(patient_tables.PatientRow, lambda clinic, patient, _: self.rules.judge(clinic, patient)),
            "touches": _line(mail_tables.TouchRow, lambda *key: self.mail.work_due(TouchKey(*key))),
            "surveys": _line(survey_tables.SurveyRow, self.surveys.work_due),
            "cases": _line(CaseRow, self.recovery.work_due),
            "jobs": _line(JobRow, lambda clinic, _, job: self._work_on(clinic, job)),
        }
        return Schedule(lines, self.settings.shards, self.clock)

    def _work_on(self, clinic: str, job: str) -> None:
        """Go on with a piece of long work, by its name or what its name begins with; the rest spreads a rule."""
        from prm.bulletins.service import JOB as MORNINGS
        from prm.erasure.examples import JOB as EXAMPLES
        from prm.erasure.retention import JOB as RETENTION
        from prm.erasure.service import JOB as ERASURE
        from prm.exports.service import JOB as EXPORT
        from prm.insights.summaries import JOB as SUMMARY
        from prm.rules.past import JOB as PAST
        from prm.rules.reach import JOB as REACH

        named: dict[str, Callable[[], None]] = {
            MORNINGS: lambda: self._open_the_day(clinic),
            RETENTION: lambda: self.retention.work_due(clinic),
            EXAMPLES: lambda: self.examples.work_due(clinic),
            EXPORT: lambda: self.exports.work_due(clinic),
            SUMMARY: lambda: self._count(clinic),
        }
        if job in named:
            named[job]()
        elif job.startswith(ERASURE):
            self.erasure.work_due(clinic, job)
        elif job.startswith(REACH):
            self.reach.work_due(clinic, job)
        elif job.startswith(PAST):
            self.past.work_due(clinic, job)
        else:
            self._spread(clinic, job)

    # What follows from a job is begun before it is worked on: whoever dies in between takes it up again.

    def _open_the_day(self, clinic: str) -> None:
        self.retention.begin(clinic)
        self.bulletins.work_due(clinic)

    def _count(self, clinic: str) -> None:
        self.bulletins.begin(clinic)
        self.summaries.work_due(clinic)

    def _spread(self, clinic: str, job: str) -> None:
        """A clinic whose rules are spread has mail to count from then on."""
        self.summaries.begin(clinic)
        self.rules.work_due(clinic, job)


def _line(row: type[table.DueRow], work: Callable[[str, str, str], None]) -> "Line":
    """Return the due line of one table. `work` gets the clinic and the two ids of an item's key."""
    from prm.core.due import Line

    return Line(
        lambda shard, now, limit: table.due_keys(row, shard, now, limit),
        lambda due: work(*_ids(due)),
        lambda due, now: table.put_off(row, due, now),
    )


def _ids(due: table.DueKey) -> tuple[str, str, str]:
    clinic, _, rest = due.pk.partition(table.SEPARATOR)
    return clinic, rest, due.sk
