"""The main job: what asks patients and hears them, and what decides who is asked."""

import datetime as dt
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from prm.clinics import store as clinic_tables
from prm.clinics.service import ClinicService
from prm.core import table
from prm.core.clock import Clock
from prm.core.settings import Settings
from prm.core.table import Writes
from prm.core.urls import Urls
from prm.links import store as link_tables
from prm.links.service import LinkService
from prm.mail import store as mail_tables
from prm.mail.model import Touch, TouchKey
from prm.mail.preferences import PreferenceService
from prm.mail.service import Effects, MailService
from prm.mail.stops import StopService
from prm.patients import store as patient_tables
from prm.patients.service import PatientService
from prm.surveys import store as survey_tables
from prm.surveys.model import Change
from prm.surveys.service import SurveyService

if TYPE_CHECKING:
    from prm.insights.service import InsightService
    from prm.jobs.service import JobService
    from prm.mail.gateway import InboundGateway, QueueGateway
    from prm.recovery.replies import ReplyService
    from prm.recovery.service import RecoveryService
    from prm.reviews.service import ReviewService
    from prm.rules.service import RuleService


class Care:
    """Patients, their mail, their answers, and what follows from these."""

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
    def links(self) -> LinkService:
        """Mailed links and the fetches they saw."""
        return LinkService(link_tables.LinkStore(), self.clock, self.settings.hit_key)

    @cached_property
    def patients(self) -> PatientService:
        """Charts, and imports into them."""
        store = patient_tables.PatientStore(self.settings.shards)
        return PatientService(store, self.clock, erasure_key=self._erasure_key)

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
