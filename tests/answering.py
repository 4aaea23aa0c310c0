"""The whole way of an answer with fakes at its borders: links, surveys, cases, tallies, alerts."""

import datetime as dt
from dataclasses import dataclass, replace

import pytest

from prm.clinics.model import Clinic
from prm.clinics.service import ClinicService
from prm.clinics.store import ClinicStore
from prm.core import table
from prm.core.urls import Urls
from prm.insights.service import InsightService
from prm.insights.store import TallyStore
from prm.insights.summaries import SummaryService
from prm.jobs.service import JobService
from prm.jobs.store import JobStore
from prm.links.model import Hit, HitKind, Link, Purpose
from prm.links.service import LinkService
from prm.links.store import LinkStore
from prm.mail.model import Kind, Subject, Touch, TouchKey, patient_recipient
from prm.mail.service import MailService
from prm.mail.stops import StopService
from prm.mail.store import SuppressionStore, TouchStore
from prm.patients.service import PatientService
from prm.patients.store import PatientStore
from prm.recovery.model import Case, Outcome
from prm.recovery.service import RecoveryService
from prm.recovery.store import CaseRow, CaseStore, InboxStore
from prm.rules.mailing import Mailing
from prm.rules.service import RuleService
from prm.rules.store import RuleStore
from prm.surveys.model import Survey, Via
from prm.surveys.service import SurveyService
from prm.surveys.store import SurveyRow, SurveyStore
from tests import examples
from tests.fakes import FakeClock, FakeQueues

SHARDS = 2
LIFE = dt.timedelta(days=30)
MARIA = "p-maria"


@dataclass
class Practice:
    """A clinic whose patients are asked and answer. `arrivals` says when which mail was delivered."""

    clinic: Clinic
    clock: FakeClock
    queues: FakeQueues
    clinics: ClinicService
    patients: PatientService
    links: LinkService
    mail: MailService
    recovery: RecoveryService
    insights: InsightService
    surveys: SurveyService
    arrivals: dict[str, dt.datetime]
    summaries: SummaryService

    def knows(self, patient: str, **changes: object) -> str:
        """Take a patient in and return the id."""
        new = examples.maria(id=patient, record_number=patient, **changes)
        table.transact([self.patients.store.add(self.clinic.id, new, self.clock.business())])
        return patient

    def asks(self, occurrence: str = "visit-1", patient: str = MARIA, **about: str | None) -> Link:
        """Ask a patient and return the link of that mail."""
        subject = {"episode": "knee", "location": "downtown", "therapist": "mei-lin"} | about
        now = self.clock.business()
        touch = Touch(
            self.clinic.id,
            patient_recipient(patient),
            "after-evaluation",
            occurrence,
            Kind.SURVEY,
            now,
            Subject(**subject),  # type: ignore[arg-type]
        )
        self.surveys.asked(self.clinic.id, touch, now, now + LIFE)
        return Link(self.clinic.id, touch.recipient, touch.id, frozenset(Purpose), now + LIFE, touch.id)

    def answers(self, link: Link, score: int, comment: str = "", via: Via = Via.BUTTON) -> Survey:
        """Answer by this link."""
        return self.surveys.answer(link, link.survey or "", score, comment, via)

    def dwells(self, link: Link, score: int) -> Survey:
        """Let the page's script answer."""
        return self.answers(link, score, via=Via.DWELL)

    def fetches(self, link: Link, *scores: int, client: str = "reader") -> None:
        """Open the addresses of these scores."""
        for score in scores:
            self.links.hit(link, HitKind.SURVEY, client, score=score)

    def hold_ends(self, link: Link) -> Survey:
        """Let ten minutes go by and do what is due."""
        self.clock.advance(minutes=10)
        self.surveys.work_due(self.clinic.id, link.patient, link.survey or "")
        return self.survey(link)

    def survey(self, link: Link) -> Survey:
        """Return the survey behind a link as it is stored."""
        return self.surveys.get(self.clinic.id, link.patient, link.survey or "")

    def cases(self, patient: str = MARIA) -> tuple[Case, ...]:
        return self.recovery.of_patient(self.clinic.id, patient)

    def alerts(self) -> list[Touch]:
        """Return every alert ordered so far."""
        found: list[Touch] = []
        for member in self.clinic.staff:
            found.extend(self.mail.of_recipient(self.clinic.id, f"staff:{member.id}"))
        return found

    def patient_version(self, patient: str = MARIA) -> int:
        return self.patients.chart(self.clinic.id, patient).version

    def due_surveys(self) -> list[table.DueKey]:
        now = self.clock.business()
        return [key for shard in range(SHARDS) for key in table.due_keys(SurveyRow, shard, now)]

    def due_cases(self) -> list[table.DueKey]:
        now = self.clock.business()
        return [key for shard in range(SHARDS) for key in table.due_keys(CaseRow, shard, now)]


def open_practice(clinic: Clinic, clock: FakeClock, queues: FakeQueues) -> Practice:
    """Build the services as the wiring does, and take Maria in."""
    clinics = ClinicService(ClinicStore(), clock)
    clinics.create(clinic)
    patients = PatientService(PatientStore(SHARDS), clock)
    links = LinkService(LinkStore(), clock, b"key")
    mail = MailService(TouchStore(SHARDS), StopService(SuppressionStore()), queues, clock)  # type: ignore[arg-type]
    recovery = RecoveryService(CaseStore(SHARDS), InboxStore(), patients, clinics, mail, clock, Urls(""))
    arrivals: dict[str, dt.datetime] = {}

    def delivered_at(key: TouchKey) -> dt.datetime | None:
        return arrivals.get(key.id)

    surveys = SurveyService(SurveyStore(SHARDS), patients, links, clinics, clock, mail.announce, delivered_at)
    insights = InsightService(TallyStore(), surveys, patients, clinics, clock)
    surveys = replace(surveys, also=(insights.on_change, recovery.on_change))
    jobs = JobService(JobStore(SHARDS), clock)
    rules = RuleService(
        RuleStore(), patients, mail, surveys, recovery, clinics, jobs, clock, Mailing(surveys, Urls("")).prepare
    )
    summaries = SummaryService(TallyStore(), jobs, patients, mail, surveys, recovery, rules, clinics, clock)
    made = Practice(
        clinic, clock, queues, clinics, patients, links, mail, recovery, insights, surveys, arrivals, summaries
    )
    made.knows(MARIA)
    return made


@pytest.fixture
def practice(tables: None, clinic: Clinic, clock: FakeClock, queues: FakeQueues) -> Practice:
    """Riverbend, with Maria as its patient."""
    return open_practice(clinic, clock, queues)


def hit(score: int | None, at: dt.datetime, client: str = "reader", kind: HitKind = HitKind.SURVEY) -> Hit:
    """Return one fetch."""
    return Hit(kind, client, at, score)


def only_case(practice: Practice) -> Case:
    (case,) = practice.cases()
    return case


def close(practice: Practice, case: Case, by: str = "luis") -> Case:
    return practice.recovery.close(practice.clinic.id, case.id, Outcome.RESOLVED, by, "Called, all is well")
