"""A survey that a person sends: one patient, today, whatever the rules say.

It passes the same checks as a rule's mail but one: the clinic's limits warn, and whoever sends it all the same has been
told. No warning helps where the patient opted out, died, or has no address. One a day: its occurrence is the day.
"""

import datetime as dt
from dataclasses import dataclass, replace

from prm.clinics.service import ClinicService
from prm.core import table
from prm.core.errors import Forbidden
from prm.mail import model as mails
from prm.mail.model import Kind, Purpose, StopKind, Subject, Touch, patient_recipient
from prm.mail.service import MailService
from prm.patients.model import Chart
from prm.patients.service import PatientService
from prm.rules import caps, window
from prm.rules.decide import EXAMPLE, LATE, OPTED_OUT, STOPPED
from prm.rules.dossier import Dossier
from prm.rules.model import Facts, Occurrence
from prm.rules.reading import Reader, about
from prm.rules.service import Prepare

DEADLINE = dt.timedelta(days=3)
"""So long it may wait for the clinic's hours or its daily limit: what comes later is no longer what was meant."""
NOT_REACHABLE = "not reachable"
TODAY = "sent today already"
_STOPS = frozenset({StopKind.ALL, StopKind.SURVEYS})


@dataclass(frozen=True)
class Offer:
    """What sending now would come to: why it cannot be, or when it goes, and which limit it goes beyond."""

    refused: str = ""
    goes_at: dt.datetime | None = None
    beyond: str = ""


@dataclass(frozen=True)
class ByHandService:
    """Surveys sent by hand. A page's dossier is offered one; the sender reads the facts as it does for rules."""

    reader: Reader
    patients: PatientService
    mail: MailService
    clinics: ClinicService
    prepare: Prepare

    def offer(self, dossier: Dossier, now: dt.datetime) -> Offer:
        """Return what would come of sending one now."""
        facts = dossier.facts
        refused = _refused(facts, now)
        if refused or any(one.id == self._touch(facts, now).id for one in facts.touches):
            return Offer(refused or TODAY)
        room = caps.room(Kind.SURVEY, _occurrence(facts, now), facts, now)
        return Offer("", window.slot(facts.clinic, now, now, 0), room.reason if room.at > now else "")

    def order(self, dossier: Dossier, now: dt.datetime, *, beyond_limits: bool) -> Touch:
        """Send one. Raises Forbidden with the reason where it cannot be, or goes beyond a limit and nobody said so.

        Raises Conflict where a colleague sent today's a moment ago, or something else happened to the patient.
        """
        offer = self.offer(dossier, now)
        if offer.refused or (offer.beyond and not beyond_limits):
            raise Forbidden(offer.refused or offer.beyond)
        touch, chart = self._touch(dossier.facts, now), dossier.chart
        fact = self.patients.fact(touch.clinic, chart.patient.id, now, chart.version)
        table.transact([self.mail.order(touch), fact])
        self.mail.announce([touch])
        return touch

    def may_go(self, touch: Touch, now: dt.datetime) -> mails.Verdict:
        """Judge it once more before it goes: who opted out or died meanwhile gets none."""
        chart = self._chart(touch)
        if chart is None:
            return mails.Skip("no such patient")
        clinic = self.clinics.get(touch.clinic)
        facts = about(self.reader.facts(clinic.id, chart, now), touch)
        refused = _refused(facts, now)
        if refused:
            return mails.Skip(refused)
        if now >= touch.created_at + DEADLINE:
            return mails.Skip(LATE)
        goes_at = window.slot(clinic, touch.created_at, now, 0)
        if goes_at > now:
            return mails.Wait(goes_at, "outside the hours for mail")
        return self.prepare(touch, Kind.SURVEY, facts, now)

    def _chart(self, touch: Touch) -> Chart | None:
        return self.patients.find(touch.clinic, touch.recipient.removeprefix(patient_recipient("")))

    @staticmethod
    def _touch(facts: Facts, now: dt.datetime) -> Touch:
        """Return today's: about the latest course of care and its last visit, where there is one."""
        occurrence, patient = _occurrence(facts, now), facts.patient
        touch = Touch(
            clinic=facts.clinic.id,
            recipient=patient_recipient(patient.id),
            purpose=Purpose.BY_HAND,
            occurrence=occurrence.id,
            kind=Kind.SURVEY,
            created_at=now,
        )
        subject = Subject(
            survey=touch.id,
            visit=occurrence.visit,
            episode=occurrence.episode.id if occurrence.episode else None,
            location=occurrence.location or patient.location,
            therapist=occurrence.therapist or patient.therapist,
        )
        return replace(touch, about=subject)


def _occurrence(facts: Facts, now: dt.datetime) -> Occurrence:
    episode = facts.episodes[-1] if facts.episodes else None
    done = [one for one in episode.completed if one.ends_at <= now] if episode else []
    last = done[-1] if done else None
    return Occurrence(
        id=now.astimezone(facts.clinic.tz).date().isoformat(),
        at=now,
        due_at=now,
        episode=episode,
        visit=last.id if last else None,
        location=last.location if last else None,
        therapist=last.therapist if last else None,
    )


def _refused(facts: Facts, now: dt.datetime) -> str:
    """Return what no warning helps against, in the words of rules' reasons."""
    if facts.patient.is_example:
        return EXAMPLE
    if facts.patient.deceased_on:
        return STOPPED
    if facts.stopped & _STOPS:
        return OPTED_OUT
    return "" if facts.patient.address_on(now.astimezone(facts.clinic.tz).date()) else NOT_REACHABLE
