"""A rule's mail to oneself: a real mail with real links, about nobody, that counts in no number.

It goes to a patient who is none: a member of staff, kept apart from the roster, so that nothing that goes through the
clinic's patients ever meets them. What they answer may open a case, marked as a test, that alerts nobody.
"""

import datetime as dt
from dataclasses import dataclass

from prm.clinics.model import Clinic, StaffMember
from prm.clinics.service import ClinicService
from prm.core import table
from prm.core.errors import Conflict, NotFound
from prm.core.urls import Urls
from prm.links.model import SURVEY_DAYS
from prm.links.model import Purpose as LinkPurpose
from prm.mail.model import Kind, Letter, LinkTerms, Purpose, Send, Skip, Subject, Touch, Verdict, patient_recipient
from prm.mail.service import MailService
from prm.patients.model import Patient
from prm.patients.service import PatientService
from prm.reviews import letters as review_letters
from prm.rules.model import Rule
from prm.rules.service import RuleService
from prm.surveys import letters as survey_letters
from prm.surveys.letters import Occasion
from prm.surveys.service import SurveyService

_STALE = dt.timedelta(days=1)
_AT = "@"
_ASKS = frozenset({Kind.SURVEY, Kind.FOLLOW_UP})
_LINKS = {
    Kind.SURVEY: frozenset({LinkPurpose.ANSWER}),
    Kind.FOLLOW_UP: frozenset({LinkPurpose.ANSWER}),
    Kind.REVIEW_REQUEST: frozenset({LinkPurpose.REVIEW}),
    Kind.THANK_YOU: frozenset[LinkPurpose](),
}
_YESTERDAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class TrialService:
    """Test mails to staff."""

    rules: RuleService
    patients: PatientService
    surveys: SurveyService
    mail: MailService
    clinics: ClinicService
    urls: Urls

    def order(self, clinic: Clinic, member: StaffMember, rule: Rule, now: dt.datetime) -> Touch:
        """Send the rule's mail to a member of staff; asked for twice within a minute it goes once."""
        patient = stand_in(clinic, member)
        touch = Touch(
            clinic=clinic.id,
            recipient=patient_recipient(patient.id),
            purpose=Purpose.TEST,
            occurrence=f"{rule.id}{_AT}{now:%Y-%m-%dT%H:%M}",
            kind=kind_of(rule, clinic, patient.location),
            created_at=now,
            about=Subject(location=patient.location, rule_version=rule.version),
        )
        try:
            table.transact([self.patients.keep_apart(clinic.id, patient), self.mail.order(touch)])
        except Conflict:
            return touch
        self.mail.announce([touch])
        return touch

    def sent_to(self, clinic_id: str, member_id: str) -> tuple[Touch, ...]:
        """Return the test mails that a member of staff had sent."""
        return self.mail.of_recipient(clinic_id, patient_recipient(stand_in_id(member_id)))

    def may_go(self, touch: Touch, now: dt.datetime) -> Verdict:
        """Tell whether a test may go: who asked for it is still there, and still waits for it."""
        clinic = self.clinics.get(touch.clinic)
        chart = self.patients.find(clinic.id, touch.recipient.removeprefix(patient_recipient("")))
        try:
            rule = self.rules.known(clinic.id, touch.occurrence.partition(_AT)[0])
            patient = stand_in(clinic, clinic.member(chart.patient.tester if chart else ""))
        except NotFound:
            return Skip("no such rule or member of staff")
        if now - touch.created_at > _STALE:
            return Skip("too late")
        return self._send(touch, rule, Occasion(clinic, patient, self.urls, now))

    def _send(self, touch: Touch, rule: Rule, occasion: Occasion) -> Send:
        kind, now = kind_of(rule, occasion.clinic, occasion.patient.location), occasion.now
        expires_at = now + dt.timedelta(days=SURVEY_DAYS)
        asks = kind in _ASKS
        purposes = frozenset({LinkPurpose.STOP, LinkPurpose.REPLY}) | _LINKS[kind]
        return Send(
            kind,
            lambda token: letter(kind, occasion, token),
            LinkTerms(purposes, expires_at, touch.id if asks else None),
            lambda: self.surveys.asked(touch.clinic, touch, now, expires_at) if asks else None,
        )


def stand_in_id(member_id: str) -> str:
    """Return the id of the patient a member of staff plays. Those of patients have no hyphen."""
    return f"test-{member_id}"


def stand_in(clinic: Clinic, member: StaffMember) -> Patient:
    """Return the patient a member of staff plays: their own name, marked, at the first location they answer for."""
    first, _, rest = member.name.partition(" ")
    place = next((one for one in clinic.locations if member.covers(one.id)), clinic.locations[0])
    name = stand_in_id(member.id)
    return Patient(
        id=name,
        record_number=name,
        first_name=first,
        last_name=f"{rest} (test)".strip(),
        email=member.email,
        language=clinic.languages[0],
        location=place.id,
        tester=member.id,
    )


def sample(clinic: Clinic, name: str) -> Patient:
    """Return someone to show a letter for, where there is nobody."""
    return Patient(
        id="sample",
        record_number="sample",
        first_name=name,
        last_name="",
        email="patient@example.com",
        language=clinic.languages[0],
        location=clinic.locations[0].id,
    )


def kind_of(rule: Rule, clinic: Clinic, location: str | None) -> Kind:
    """Return what the rule sends first of all that it can send here."""
    has_sites = bool(clinic.review_sites(location))
    return next((kind for kind in rule.send if kind is not Kind.REVIEW_REQUEST or has_sites), Kind.THANK_YOU)


def letter(kind: Kind, occasion: Occasion, token: str) -> Letter:
    """Return the letter as it would go, about an answer of yesterday where it thanks for one."""
    answered_at = occasion.now - _YESTERDAY
    if kind is Kind.SURVEY:
        return survey_letters.survey(occasion, token)
    if kind is Kind.FOLLOW_UP:
        return survey_letters.follow_up(occasion, token)
    if kind is Kind.THANK_YOU:
        return survey_letters.thank_you(occasion, answered_at, token)
    return review_letters.review_request(occasion, occasion.patient.location, answered_at, token)
