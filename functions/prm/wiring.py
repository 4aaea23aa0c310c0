"""The only place where objects meet settings.

Each service is built when it is first asked for, and kept. What only some functions need is imported there and then: a
patient's page must not wait for the imports of others.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from prm.clinics import store as clinic_tables
from prm.clinics.service import ClinicService
from prm.core import settings as environment
from prm.core import table
from prm.core.clock import Clock, SystemClock
from prm.core.settings import Settings
from prm.core.table import Writes
from prm.core.urls import Urls
from prm.links import store as link_tables
from prm.links.service import LinkService
from prm.mail import store as mail_tables
from prm.mail.model import Purpose, Touch, TouchKey
from prm.mail.preferences import PreferenceService
from prm.mail.service import Effects, MailService
from prm.mail.stops import StopService
from prm.patients import store as patient_tables
from prm.patients.service import PatientService
from prm.surveys import store as survey_tables
from prm.surveys.model import Change
from prm.surveys.service import SurveyService

if TYPE_CHECKING:
    from prm.accounts.joining import JoinService
    from prm.accounts.limits import LimitService
    from prm.accounts.sessions import SessionService
    from prm.accounts.sign_in import SignInService
    from prm.accounts.team import TeamService
    from prm.audit.service import AuditService
    from prm.bulletins.service import BulletinService
    from prm.clinics.operating import OperatorService
    from prm.core.due import Line, Schedule
    from prm.erasure.retention import RetentionService
    from prm.erasure.service import ErasureService
    from prm.exports.service import ExportService
    from prm.insights.answers import AnswerService
    from prm.insights.service import InsightService
    from prm.insights.summaries import SummaryService
    from prm.jobs.service import JobService
    from prm.mail.failures import FailureService
    from prm.mail.gateway import InboundGateway, MailGateway, QueueGateway
    from prm.mail.sending import Sender
    from prm.patients.drops import DropService
    from prm.recovery.desk import DeskService
    from prm.recovery.replies import ReplyService
    from prm.recovery.service import RecoveryService
    from prm.reviews.service import ReviewService
    from prm.rules.by_hand import ByHandService
    from prm.rules.dossier import DossierService
    from prm.rules.gateway import WorkQueue
    from prm.rules.reach import ReachService
    from prm.rules.service import RuleService
    from prm.rules.trial import TrialService
    from prm.uploads.intake import IntakeService
    from prm.uploads.service import UploadService


class House:
    """All services of one deployment."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.urls = Urls(settings.base_url)
        self._bind(clinic_tables.ROWS + link_tables.ROWS + mail_tables.ROWS + patient_tables.ROWS + survey_tables.ROWS)

    @cached_property
    def clinics(self) -> ClinicService:
        """Clinics and their settings."""
        return ClinicService(clinic_tables.ClinicStore(), self.clock)

    @cached_property
    def operator(self) -> "OperatorService":
        """What the operator decides about clinics."""
        from prm.clinics.operating import OperatorService

        return OperatorService(self.clinics, self.clock)

    @cached_property
    def failures(self) -> "FailureService":
        """Mail that was given up."""
        from prm.mail.failures import FailureService
        from prm.mail.gateway import DeadLetterGateway

        here = self.settings
        queues = {"now": DeadLetterGateway(here.queue_now_dead), "bulk": DeadLetterGateway(here.queue_bulk_dead)}
        return FailureService(dict(queues), self.mail)

    @cached_property
    def links(self) -> LinkService:
        """Mailed links and the fetches they saw."""
        return LinkService(link_tables.LinkStore(), self.clock, self.settings.hit_key)

    @cached_property
    def patients(self) -> PatientService:
        """Charts, and imports into them."""
        store = patient_tables.PatientStore(self.settings.shards)
        return PatientService(store, self.clock, erasure_key=self._erasure_key)

    @cached_property
    def audit(self) -> "AuditService":
        """Who did what."""
        from prm.audit import store
        from prm.audit.service import AuditService

        self._bind(store.ROWS)
        return AuditService(store.AuditStore(), self.clock)

    @cached_property
    def sessions(self) -> "SessionService":
        """Browsers of staff."""
        from prm.accounts import store
        from prm.accounts.sessions import SessionService

        self._bind(store.ROWS)
        return SessionService(store.SessionStore(), self.clock)

    @cached_property
    def limits(self) -> "LimitService":
        """How often someone may try."""
        from prm.accounts import store
        from prm.accounts.limits import LimitService

        self._bind(store.ROWS)
        return LimitService(store.AttemptStore(), self.clock, self.settings.code_key)

    @cached_property
    def joining(self) -> "JoinService":
        """Sign-up, invitations, forgotten passwords."""
        from prm.accounts import store
        from prm.accounts.gateway import CognitoGateway
        from prm.accounts.joining import JoinService

        here = self.settings
        self._bind(store.ROWS)
        return JoinService(
            store.CodeStore(),
            CognitoGateway(here.user_pool, here.user_client),
            self.sessions,
            self.clinics,
            self.links,
            self.mail,
            self.urls,
            self.clock,
            here.code_key,
        )

    @cached_property
    def team(self) -> "TeamService":
        """The people of clinics."""
        from prm.accounts.team import TeamService

        return TeamService(self.clinics, self.joining, self.clock)

    @cached_property
    def sign_in(self) -> "SignInService":
        """The way in."""
        from prm.accounts import store
        from prm.accounts.sign_in import SignInService

        return SignInService(
            self.joining.cognito,
            self.sessions,
            self.joining,
            store.RecoveryStore(),
            self.clinics,
            self.limits,
            self.settings.code_key,
            self.settings.requires_totp,
        )

    @cached_property
    def drops(self) -> "DropService":
        """Files that clinics drop."""
        from prm.patients.drops import DropService
        from prm.patients.gateway import RecordsGateway

        return DropService(RecordsGateway(self.settings.records_bucket), self.clinics, self.patients)

    @cached_property
    def uploads(self) -> "UploadService":
        """Files that staff bring in by the browser."""
        from prm.uploads import store
        from prm.uploads.gateway import UploadGateway
        from prm.uploads.service import UploadService

        self._bind(store.ROWS)
        return UploadService(store.UploadStore(), UploadGateway(self.settings.records_bucket), self.clock)

    @cached_property
    def intake(self) -> "IntakeService":
        """What is done with them where nobody waits."""
        from prm.rules.forecast import Forecaster
        from prm.rules.reading import Reader
        from prm.uploads.intake import IntakeService

        reader = Reader(self.patients, self.mail, self.surveys, self.recovery, self.clinics)
        return IntakeService(
            self.uploads.store,
            self.uploads.files,
            self.clinics,
            self.patients,
            self.rules,
            Forecaster(reader),
            self.clock,
        )

    @cached_property
    def queues(self) -> "QueueGateway":
        """The two queues towards the sender."""
        from prm.mail.gateway import QueueGateway

        return QueueGateway(self.settings.queue_now, self.settings.queue_bulk)

    @cached_property
    def stops(self) -> StopService:
        """Who is not written to."""
        return StopService(mail_tables.SuppressionStore())

    @cached_property
    def mail(self) -> MailService:
        """Touches."""
        return MailService(
            mail_tables.TouchStore(self.settings.shards),
            self.stops,
            self.queues,
            self.clock,
            self._unasked,
        )

    @cached_property
    def preferences(self) -> PreferenceService:
        """What readers choose for themselves."""
        return PreferenceService(self.stops, self.clock, self.patients.addresses_of, self.patients.fact)

    @cached_property
    def surveys(self) -> SurveyService:
        """Questions and answers; a counted answer moves tallies and opens cases in its own transaction."""
        return SurveyService(
            survey_tables.SurveyStore(self.settings.shards),
            self.patients,
            self.links,
            self.clinics,
            self.clock,
            self._announce,
            self._delivered_at,
            (self._tally, self._recover),
        )

    @cached_property
    def jobs(self) -> "JobService":
        """Long work."""
        from prm.jobs import store
        from prm.jobs.service import JobService

        self._bind(store.ROWS)
        return JobService(store.JobStore(self.settings.shards), self.clock)

    @cached_property
    def recovery(self) -> "RecoveryService":
        """Cases and the inbox."""
        from prm.recovery import store
        from prm.recovery.service import RecoveryService

        self._bind(store.ROWS)
        return RecoveryService(
            store.CaseStore(self.settings.shards),
            store.InboxStore(),
            self.patients,
            self.clinics,
            self.mail,
            self.clock,
            self.urls,
        )

    @cached_property
    def desk(self) -> "DeskService":
        """Cases as people work them."""
        from prm.recovery.desk import DeskService

        return DeskService(self.recovery.cases, self.recovery.items, self.patients, self.clock)

    @cached_property
    def inbound(self) -> "InboundGateway":
        """The mails we were sent."""
        from prm.mail.gateway import InboundGateway

        return InboundGateway(self.settings.inbound_bucket)

    @cached_property
    def replies(self) -> "ReplyService":
        """What patients write back."""
        from prm.recovery.replies import ReplyService

        return ReplyService(
            self.settings.reply_domain,
            self._original,
            self.links,
            self.preferences,
            self.surveys,
            self.recovery,
            self.clinics,
            self.patients,
            self.mail,
            self.urls,
            self.clock,
        )

    @cached_property
    def reviews(self) -> "ReviewService":
        """Where patients can write a review."""
        from prm.reviews.service import ReviewService

        return ReviewService(self.clinics, self.links, self.mail)

    @cached_property
    def insights(self) -> "InsightService":
        """The numbers."""
        from prm.insights import store
        from prm.insights.service import InsightService

        self._bind(store.ROWS)
        return InsightService(store.TallyStore(), self.surveys, self.patients, self.clinics, self.clock)

    @cached_property
    def answers(self) -> "AnswerService":
        """Answers in the patients' own words, for a page."""
        from prm.insights.answers import AnswerService

        return AnswerService(self.surveys, self.patients)

    @cached_property
    def summaries(self) -> "SummaryService":
        """The numbers that are counted by night."""
        from prm.insights import store
        from prm.insights.summaries import SummaryService

        self._bind(store.ROWS)
        return SummaryService(
            store.TallyStore(),
            self.jobs,
            self.patients,
            self.mail,
            self.surveys,
            self.recovery,
            self.rules,
            self.clinics,
            self.clock,
        )

    @cached_property
    def retention(self) -> "RetentionService":
        """How long patients are kept."""
        from prm.erasure.retention import RetentionService

        return RetentionService(
            self.patients,
            self.mail,
            self.surveys,
            self.recovery,
            self.erasure,
            self.clinics,
            self.audit,
            self.jobs,
            self.clock,
        )

    @cached_property
    def exports(self) -> "ExportService":
        """Everything of a clinic, to take away."""
        from prm.exports.gateway import ExportGateway
        from prm.exports.service import ExportService

        return ExportService(
            self.patients,
            self.mail,
            self.surveys,
            self.recovery,
            self.rules,
            self.clinics,
            self.jobs,
            ExportGateway(self.settings.records_bucket),
            self.clock,
        )

    @cached_property
    def bulletins(self) -> "BulletinService":
        """Mail to staff by the clock."""
        from prm.bulletins.service import BulletinService

        return BulletinService(self.jobs, self.mail, self.recovery, self.insights, self.clinics, self.clock, self.urls)

    @cached_property
    def rules(self) -> "RuleService":
        """Who gets what, when."""
        from prm.rules import store
        from prm.rules.mailing import Mailing
        from prm.rules.service import RuleService

        self._bind(store.ROWS)
        return RuleService(
            store.RuleStore(),
            self.patients,
            self.mail,
            self.surveys,
            self.recovery,
            self.clinics,
            self.jobs,
            self.clock,
            Mailing(self.surveys, self.urls).prepare,
        )

    @cached_property
    def reach(self) -> "ReachService":
        """Whom rules would reach."""
        from prm.rules.reach import ReachService
        from prm.rules.reading import Reader

        reader = Reader(self.patients, self.mail, self.surveys, self.recovery, self.clinics)
        return ReachService(self.rules, reader, self.patients, self.jobs, self.clock)

    @cached_property
    def dossiers(self) -> "DossierService":
        """All that is known of one patient, for a person to read."""
        from prm.rules.dossier import DossierService

        return DossierService(self.patients, self.mail, self.surveys, self.recovery, self.rules, self.clock)

    @cached_property
    def erasure(self) -> "ErasureService":
        """Erasing patients."""
        from prm.erasure.service import ErasureService

        return ErasureService(
            self.patients, self.mail, self.links, self.surveys, self.recovery, self.clinics, self.jobs, self.clock
        )

    @cached_property
    def by_hand(self) -> "ByHandService":
        """Surveys that a person sends."""
        from prm.rules.by_hand import ByHandService
        from prm.rules.mailing import Mailing
        from prm.rules.reading import Reader

        reader = Reader(self.patients, self.mail, self.surveys, self.recovery, self.clinics)
        prepare = Mailing(self.surveys, self.urls).prepare
        return ByHandService(reader, self.patients, self.mail, self.clinics, prepare)

    @cached_property
    def trial(self) -> "TrialService":
        """Test mails to staff."""
        from prm.rules.trial import TrialService

        return TrialService(self.rules, self.patients, self.surveys, self.mail, self.clinics, self.urls)

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
        """Go on with a piece of long work. A clinic whose rules are spread has mail to count from then on."""
        from prm.bulletins.service import JOB as MORNINGS
        from prm.erasure.retention import JOB as RETENTION
        from prm.erasure.service import JOB as ERASURE
        from prm.exports.service import JOB as EXPORT
        from prm.insights.summaries import JOB
        from prm.rules.reach import JOB as REACH

        if job == MORNINGS:
            self.bulletins.work_due(clinic)
            self.retention.begin(clinic)
            return
        if job == RETENTION:
            self.retention.work_due(clinic)
            return
        if job == EXPORT:
            self.exports.work_due(clinic)
            return
        if job == JOB:
            self.summaries.work_due(clinic)
            self.bulletins.begin(clinic)
            return
        if job.startswith(ERASURE):
            self.erasure.work_due(clinic, job)
            return
        if job.startswith(REACH):
            self.reach.work_due(clinic, job)
            return
        self.rules.work_due(clinic, job)
        self.summaries.begin(clinic)

    def _bind(self, rows: Sequence[type[table.Row]]) -> None:
        table.bind(self.settings.tables, rows)

    def _unasked(self, touch: Touch) -> Writes:
        return self.surveys.unasked(touch)

    def _announce(self, touches: Sequence[Touch]) -> None:
        self.mail.announce(touches)

    def _erasure_key(self, clinic_id: str) -> bytes:
        return self.clinics.erasure_key(clinic_id)

    def _original(self, message_id: str) -> bytes:
        return self.inbound.read(message_id)

    def _tally(self, change: Change) -> Effects:
        return self.insights.on_change(change)

    def _recover(self, change: Change) -> Effects:
        return self.recovery.on_change(change)

    def _delivered_at(self, key: TouchKey) -> dt.datetime | None:
        touch: Touch | None = self.mail.find(key)
        return touch.delivered_at if touch else None


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


def house(settings: Settings | None = None, clock: Clock | None = None) -> House:
    """Return the services for this deployment: by default the one that the environment describes."""
    here = settings or environment.load()
    return House(here, clock or SystemClock(here.clock_file))
