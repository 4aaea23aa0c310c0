"""Ordering the morning's mails, and telling at the last moment whether one is still worth sending."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from prm.bulletins import editions, letters
from prm.bulletins.letters import Part, Reader
from prm.clinics.model import ClinicState
from prm.clinics.service import ClinicService
from prm.core import table
from prm.core.clock import Clock
from prm.core.errors import Conflict
from prm.core.urls import Urls
from prm.insights.service import InsightService
from prm.insights.spans import Days, Span
from prm.jobs.model import Job, Progress
from prm.jobs.service import JobService
from prm.mail.model import Kind, Send, Skip, Touch, Verdict
from prm.mail.service import MailService
from prm.recovery.model import Case
from prm.recovery.service import RecoveryService

JOB = "bulletins"
MOST_PARTS = 8
"""Places that one week's mail goes through; who answers for more reads the rest in the console."""


@dataclass(frozen=True)
class BulletinService:
    """Mail by the clock. A job of each clinic comes due each morning; what it orders goes as any other touch."""

    jobs: JobService
    mail: MailService
    recovery: RecoveryService
    insights: InsightService
    clinics: ClinicService
    clock: Clock
    urls: Urls

    def begin(self, clinic_id: str) -> None:
        """Have a clinic's mornings looked at from the next one on, unless they are already."""
        if self.jobs.find(clinic_id, JOB):
            return
        due_at = editions.next_morning(self.clinics.get(clinic_id), self.clock.business())
        try:
            table.transact([self.jobs.start_once(clinic_id, JOB, due_at)])
        except Conflict:
            return

    def work_due(self, clinic_id: str) -> None:
        """Order this morning's mails; the next morning is due then, in the zone the clinic has by now."""
        again_at = lambda: editions.next_morning(self.clinics.get(clinic_id), self.clock.business())  # noqa: E731
        self.jobs.work(clinic_id, JOB, self._steps, again_at)

    def may_go(self, touch: Touch, now: dt.datetime) -> Verdict:
        """Tell whether one of these mails is worth sending: its reader still wants it, and it has something to say."""
        clinic = self.clinics.get(touch.clinic)
        member = editions.reader_of(clinic, touch)
        if member is None:
            return Skip("no longer chosen")
        if now - touch.created_at > editions.LATE_AFTER[touch.kind]:
            return Skip("too late to be news")
        reader = Reader(clinic, member, now, self.urls)
        return self._digest(reader) if touch.kind is Kind.DIGEST else self._weekly(reader, touch)

    def _steps(self, job: Job) -> Iterator[Progress]:
        clinic = self.clinics.get(job.clinic)
        if clinic.state is not ClinicState.CLOSED:
            for touch in editions.touches_of(clinic, self.clock.business()):
                self._order(touch)
                yield Progress("")

    def _order(self, touch: Touch) -> None:
        try:
            table.transact([self.mail.order(touch)])
        except Conflict:
            return
        self.mail.announce((touch,))

    def _digest(self, reader: Reader) -> Verdict:
        waiting = self._waiting(reader)
        if not waiting:
            return Skip("nobody waits for a call")
        since = editions.last_open_morning(reader.clinic, reader.formats.local(reader.now).date())
        return Send(Kind.DIGEST, lambda _: letters.digest(reader, waiting, since))

    def _weekly(self, reader: Reader, touch: Touch) -> Verdict:
        days = editions.week_before(reader.formats.local(touch.created_at).date())
        parts = list(self._parts(reader, days))
        waiting = self._waiting(reader)
        return Send(Kind.WEEKLY, lambda _: letters.weekly(reader, parts, days, waiting))

    def _waiting(self, reader: Reader) -> list[Case]:
        found = self.recovery.open_cases(reader.clinic.id)
        return [one for one in found if reader.member.covers(one.location) and not one.is_paused(reader.now)]

    def _parts(self, reader: Reader, days: Days) -> Iterator[Part]:
        """Yield the clinic for who answers for all of it, else each of their places: nobody reads of others'."""
        places = [one for one in reader.clinic.locations if one.id in reader.member.locations]
        scopes = [(one.name, one.id) for one in places[:MOST_PARTS]] if reader.member.locations else [("", None)]
        for name, location in scopes:
            board = self.insights.dashboard(reader.clinic.id, Span.QUARTER, location)
            yield Part(name, board, self.insights.between(reader.clinic.id, days, location))
