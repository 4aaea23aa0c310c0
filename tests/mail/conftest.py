"""A sender whose judge says what a test wants."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from prm.clinics.model import Clinic
from prm.clinics.service import ClinicService
from prm.clinics.store import ClinicStore
from prm.core import table
from prm.links.model import Purpose as LinkPurpose
from prm.links.service import LinkService
from prm.links.store import LinkStore
from prm.mail.model import Kind, Letter, LinkTerms, Purpose, Send, State, Touch, TouchKey, Verdict
from prm.mail.sending import Sender
from prm.mail.service import MailService
from prm.mail.stops import StopService
from prm.mail.store import QuotaStore, SuppressionStore, TouchStore
from tests.fakes import NOON, FakeClock, FakeQueues, FakeSes

LETTER = Letter("maria@example.com", "Riverbend Physical Therapy", "One question", "text", "<p>html</p>")
TERMS = LinkTerms(frozenset(LinkPurpose), NOON + dt.timedelta(days=30), "survey-1")


def always_send(touch: Touch, _now: dt.datetime) -> Verdict:
    return Send(touch.kind, lambda _token: LETTER, TERMS)


@dataclass
class Post:
    """The whole mail part with fakes at its borders."""

    mail: MailService
    sender: Sender
    links: LinkService
    ses: FakeSes
    queues: FakeQueues
    clock: FakeClock
    clinic: Clinic
    judge: Callable[[Touch, dt.datetime], Verdict] = field(default=always_send)

    def ordered(
        self, purpose: str = "after-evaluation", kind: Kind = Kind.SURVEY, occurrence: str = "visit-1"
    ) -> TouchKey:
        """Order a touch and return its key."""
        recipient = "staff:nora" if purpose == Purpose.ALERT else "patient:p-maria"
        touch = Touch(self.clinic.id, recipient, purpose, occurrence, kind, self.clock.business())
        table.transact([self.mail.order(touch)])
        return touch.key

    def state(self, key: TouchKey) -> State:
        return self.touch(key).state

    def touch(self, key: TouchKey) -> Touch:
        touch = self.mail.find(key)
        assert touch is not None
        return touch


@pytest.fixture
def post(both_tables: None, clinic: Clinic, clock: FakeClock, ses: FakeSes, queues: FakeQueues) -> Post:
    clinics = ClinicService(ClinicStore(), clock)
    clinics.create(clinic)
    links = LinkService(LinkStore(), clock, b"key")
    mail = MailService(TouchStore(2), StopService(SuppressionStore()), queues, clock)  # type: ignore[arg-type]

    def judge(touch: Touch, now: dt.datetime) -> Verdict:
        return made.judge(touch, now)

    judges = dict.fromkeys(("rule", *Purpose), judge)
    sender = Sender(mail, links, clinics, QuotaStore(), ses, clock, judges)  # type: ignore[arg-type]
    made = Post(mail, sender, links, ses, queues, clock, clinic)
    return made
