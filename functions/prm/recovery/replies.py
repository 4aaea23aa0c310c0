"""What a mail from a patient does: it answers, it leaves the list, or a person will read it and a receipt says so.

A mail may be delivered to us more than once. All that it does bears a name made of the mail itself, so that the second
time changes nothing.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from prm.clinics.model import ClinicState
from prm.clinics.service import ClinicService
from prm.core import table
from prm.core.clock import Clock
from prm.core.errors import Conflict, Expired, Forbidden, Invalid, NotFound
from prm.core.urls import Urls
from prm.links.model import SURVEY_DAYS, Link
from prm.links.model import Purpose as LinkPurpose
from prm.links.service import LinkService
from prm.mail import model as mails
from prm.mail import reply
from prm.mail.model import LinkTerms, Purpose, Send, Skip, StopKind, Subject, Touch, Verdict, patient_recipient
from prm.mail.preferences import PreferenceService
from prm.mail.reply import Kind, Reply
from prm.mail.service import MailService
from prm.patients.service import PatientService
from prm.recovery.model import InboxItem, InboxKind
from prm.recovery.service import RecoveryService
from prm.surveys import comment as comments
from prm.surveys import letters
from prm.surveys.letters import Occasion
from prm.surveys.model import Via
from prm.surveys.service import SurveyService

_STALE = dt.timedelta(days=1)
"""A receipt that comes later than this helps nobody."""


@dataclass(frozen=True)
class Received:
    """A mail as SES announces it.

    `recipients` and `sender` are SMTP's, not the headers'; `received_at` is wall time. `refused` names the check that
    it failed ("spam", "virus"), if any. What DMARC says of the From header decides nothing: nothing here trusts that
    header. Who knows the token of the address was mailed it.
    """

    message_id: str
    recipients: tuple[str, ...]
    sender: str
    received_at: dt.datetime
    refused: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of a mail, in words fit for a log; `clinic` is None for a mail that answers none of ours."""

    kind: Kind
    clinic: str | None = None
    why: str = ""


@dataclass(frozen=True)
class ReplyService:
    """Takes in what patients write. `original` reads a stored mail by its id."""

    domain: str
    original: Callable[[str], bytes]
    links: LinkService
    preferences: PreferenceService
    surveys: SurveyService
    recovery: RecoveryService
    clinics: ClinicService
    patients: PatientService
    mail: MailService
    urls: Urls
    clock: Clock

    def take_in(self, received: Received) -> Outcome:
        """Do what a mail asks for. Safe to call again; raises Unavailable, and Conflict, for trying again.

        Of what is written to a closed clinic only a stop counts: nobody there would read the rest.
        """
        link = self._link(received)
        if link is None:
            return Outcome(Kind.ROBOT, why="no reply address of ours")
        said = self._read(received)
        if said.kind is not Kind.UNSUBSCRIBE and self.clinics.get(link.clinic).state is ClinicState.CLOSED:
            return Outcome(said.kind, link.clinic, "the clinic is closed")
        if said.kind is Kind.ANSWER:
            self._answer(link, said, received)
        elif said.kind is Kind.UNSUBSCRIBE:
            self._stop(link, said, received)
        elif said.kind is Kind.COMMENT:
            self._pass_on(link, said, received)
        elif said.kind is Kind.QUARANTINED:
            self._keep(link, InboxKind.QUARANTINED, f"Not shown: {said.why}", received)
        return Outcome(said.kind, link.clinic, said.why)

    def may_go_receipt(self, touch: Touch, now: dt.datetime) -> Verdict:
        """Tell whether the automatic reply may go: to the address on record, never to one that a mail names."""
        clinic = self.clinics.get(touch.clinic)
        chart = self.patients.find(clinic.id, touch.recipient.removeprefix(patient_recipient("")))
        if chart is None or chart.patient.deceased_on is not None:
            return Skip("no such patient")
        if now - touch.created_at > _STALE:
            return Skip("too late")
        address = chart.patient.address_on(now.astimezone(clinic.tz).date())
        if address is None:
            return Skip("no address")
        if self.mail.stops.is_broken(clinic.id, address):
            return Skip("the address takes no mail")
        occasion = Occasion(clinic, chart.patient, self.urls, now)
        purposes = frozenset({LinkPurpose.REPLY, LinkPurpose.STOP})
        terms = LinkTerms(purposes, now + dt.timedelta(days=SURVEY_DAYS), touch.about.survey)
        return Send(mails.Kind.RECEIPT, lambda token: letters.receipt(occasion, token), terms)

    def _link(self, received: Received) -> Link | None:
        token = reply.token_of(received.recipients, self.domain)
        try:
            link = self.links.open(token) if token else None
        except NotFound:
            return None
        return link if link and link.recipient.startswith(patient_recipient("")) else None

    def _read(self, received: Received) -> Reply:
        if not received.sender.strip("<> "):
            return Reply(Kind.BOUNCE, why="null sender")
        if received.refused:
            return Reply(Kind.QUARANTINED, why=received.refused)
        return reply.read(self.original(received.message_id), received.sender)

    def _answer(self, link: Link, said: Reply, received: Received) -> None:
        """Take the answer; one that comes too late, or to no question, is still read by a person."""
        if link.survey is None or said.score is None:
            self._pass_on(link, said, received)
            return
        try:
            self.surveys.answer(link, link.survey, said.score, said.comment, Via.REPLY)
        except (Expired, Forbidden, Invalid, NotFound):
            self._pass_on(link, said, received)

    def _stop(self, link: Link, said: Reply, received: Received) -> None:
        """Stop all mail; where that cannot be done by this link, a person must do it."""
        try:
            self.preferences.stop(link, StopKind.ALL)
        except (Conflict, Forbidden, NotFound):
            self._keep(link, InboxKind.UNSUBSCRIBE, said.text, received)

    def _pass_on(self, link: Link, said: Reply, received: Received) -> None:
        self._keep(link, InboxKind.REPLY, said.text, received)
        self._acknowledge(link, received)

    def _keep(self, link: Link, kind: InboxKind, text: str, received: Received) -> None:
        words = comments.cut(comments.clean(text))
        at, message = self._business(received), received.message_id
        self.recovery.add_to_inbox(InboxItem(message, link.clinic, link.patient, kind, words, at, message))

    def _acknowledge(self, link: Link, received: Received) -> None:
        """Order the automatic reply, one a day (RFC 3834 section 2): a robot taken for a person gets no second one."""
        day = self._business(received).astimezone(self.clinics.get(link.clinic).tz).date()
        touch = Touch(
            clinic=link.clinic,
            recipient=link.recipient,
            purpose=Purpose.RECEIPT,
            occurrence=day.isoformat(),
            kind=mails.Kind.RECEIPT,
            created_at=self.clock.business(),
            about=Subject(survey=link.survey),
        )
        try:
            table.transact([self.mail.order(touch)])
        except Conflict:
            return
        self.mail.announce([touch])

    def _business(self, received: Received) -> dt.datetime:
        """SES speaks in wall time; what we keep is business time."""
        return received.received_at + self.clock.ahead()
