"""What the people of a clinic, and its operator, work with."""

from functools import cached_property
from typing import TYPE_CHECKING

from prm.wiring.care import Care

if TYPE_CHECKING:
    from prm.accounts.joining import JoinService
    from prm.accounts.limits import LimitService
    from prm.accounts.sessions import SessionService
    from prm.accounts.sign_in import SignInService
    from prm.accounts.team import TeamService
    from prm.audit.service import AuditService
    from prm.bulletins.service import BulletinService
    from prm.clinics.operating import OperatorService
    from prm.erasure.examples import ExampleService
    from prm.erasure.retention import RetentionService
    from prm.erasure.service import ErasureService
    from prm.exports.service import ExportService
    from prm.insights.answers import AnswerService
    from prm.insights.summaries import SummaryService
    from prm.mail.failures import FailureService
    from prm.patients.drops import DropService
    from prm.recovery.desk import DeskService
    from prm.rules.by_hand import ByHandService
    from prm.rules.dossier import DossierService
    from prm.rules.past import PastService
    from prm.rules.reach import ReachService
    from prm.rules.trial import TrialService
    from prm.uploads.intake import IntakeService
    from prm.uploads.service import UploadService


class Staff(Care):
    """Accounts, cases, files, numbers counted by night, and what takes data away."""

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
        from prm.uploads.dropped import DropList

        listed = DropList(self.uploads.store, self.uploads.files, self.clock)
        return DropService(RecordsGateway(self.settings.records_bucket), self.clinics, self.patients, listed.keep)

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
    def desk(self) -> "DeskService":
        """Cases as people work them."""
        from prm.recovery.desk import DeskService

        return DeskService(self.recovery.cases, self.recovery.items, self.patients, self.clock)

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
    def reach(self) -> "ReachService":
        """Whom rules would reach."""
        from prm.rules.reach import ReachService
        from prm.rules.reading import Reader

        reader = Reader(self.patients, self.mail, self.surveys, self.recovery, self.clinics)
        return ReachService(self.rules, reader, self.patients, self.jobs, self.clock)

    @cached_property
    def past(self) -> "PastService":
        """What rules would have sent."""
        from prm.rules.past import PastService

        return PastService(self.rules, self.reach, self.jobs, self.clock)

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
    def examples(self) -> "ExampleService":
        """Removing example patients."""
        from prm.erasure.examples import ExampleService

        return ExampleService(
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
