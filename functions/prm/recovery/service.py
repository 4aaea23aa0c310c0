"""Unhappy patients: a case the moment they answer, someone told, someone told next, and how it ended."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from prm.clinics.model import Alert, Clinic, StaffMember
from prm.clinics.service import ClinicService
from prm.core import table
from prm.core.clock import Clock
from prm.core.errors import Conflict, NotFound
from prm.core.together import Ask
from prm.core.urls import Urls
from prm.mail.model import OPTIONAL, Kind, Letter, Purpose, Send, Skip, Subject, Touch, Verdict, staff_recipient
from prm.mail.service import Effects, MailService
from prm.patients.service import PatientService
from prm.recovery import course
from prm.recovery.desk import note_text
from prm.recovery.model import ESCALATION, SYSTEM, Case, CaseState, InboxItem, Outcome, case_id, spoken
from prm.recovery.owners import told
from prm.recovery.store import CaseStore, InboxStore
from prm.surveys.comment import clean
from prm.surveys.model import Change

INBOX_LIMIT = 20_000
"""Characters; the original mail has the rest for its 30 days."""


@dataclass(frozen=True)
class RecoveryService:
    """Cases and the inbox."""

    cases: CaseStore
    items: InboxStore
    patients: PatientService
    clinics: ClinicService
    mail: MailService
    clock: Clock
    urls: Urls

    def on_change(self, change: Change) -> Effects:
        """Return what a counted answer does to the patient's case, for the answer's own transaction."""
        survey = change.survey
        clinic = self.clinics.get(survey.clinic)
        case = self.cases.find(clinic.id, survey.patient, case_id(clinic.id, survey.patient, survey.episode))
        step = course.follow(case, change, clinic)
        if step is None:
            return Effects()
        touches = _alerts(clinic, step.after, Alert.LOW_ANSWER, change.now) if step.alerts else ()
        saving = self.cases.saving(step.after, step.before.version if step.before else None)
        return Effects((saving, *map(self.mail.order, touches)), touches)

    def of_patient(self, clinic_id: str, patient_id: str) -> tuple[Case, ...]:
        """Return all cases of a patient, strongly consistent, oldest first."""
        return tuple(sorted(self.cases.list_of(clinic_id, patient_id), key=lambda one: one.opened_at))

    def asking(self, clinic_id: str, patient_id: str, touches: Iterable[Touch]) -> Ask[Case]:
        """Return what asks for the cases that answers to these mails could have opened: one an episode."""
        wanted = {case_id(clinic_id, patient_id, one.about.episode) for one in touches if one.kind in OPTIONAL}
        return self.cases.asking(clinic_id, patient_id, sorted(wanted))

    def open_cases(self, clinic_id: str) -> list[Case]:
        """Return who needs a call, most urgent first; a test needs none."""
        return [case for case in self._in_state(clinic_id, CaseState.OPEN) if case.is_open and not case.is_test]

    def closed_cases(self, clinic_id: str) -> list[Case]:
        """Return what was worked on, by the time the call was due; tests are no work."""
        return [case for case in self._in_state(clinic_id, CaseState.CLOSED) if not case.is_open and not case.is_test]

    def find(self, clinic_id: str, number: str) -> Case:
        """Return the case someone means by a number, typed or said. Raises NotFound."""
        wanted = spoken(number)
        for state in CaseState:
            for patient, case in self.cases.list_keys(clinic_id, state):
                found = self.cases.find(clinic_id, patient, case) if case == wanted else None
                if found:
                    return found
        raise NotFound("There is no such case")

    def close(  # noqa: PLR0913  # what a person says of a case when they close it
        self, clinic_id: str, number: str, outcome: Outcome, by: str, note: str, cause: str = ""
    ) -> Case:
        """Close a case. The patient's rules are looked at again: nothing is asked of them while a case is open.

        Raises NotFound for an unknown case or member of staff, Conflict when it is closed already.
        """
        now = self.clock.business()
        if by != SYSTEM:
            self.clinics.get(clinic_id).member(by)
        words = note_text(note)
        case = self.find(clinic_id, number)
        if not case.is_open:
            raise Conflict("This case is closed already")
        ended = course.closed(case, outcome, by, words, now, cause)
        table.transact(
            [self.cases.saving(ended, case.version), self.patients.fact(clinic_id, case.patient, now)],
        )
        return ended

    def forget(self, clinic_id: str, patient_id: str) -> None:
        """Remove a patient's cases, and what they wrote that was no answer."""
        for case in self.of_patient(clinic_id, patient_id):
            self.cases.remove(case)
        for item in self.inbox(clinic_id):
            if item.patient == patient_id:
                self.items.remove(item)

    def work_due(self, clinic_id: str, patient_id: str, case_id_: str) -> None:
        """Tell the next level of a case nobody closed in time, once for each time it was opened."""
        now = self.clock.business()
        case = self.cases.find(clinic_id, patient_id, case_id_)
        if case is None or not case.is_open or case.escalate_at is None or case.escalate_at > now:
            return
        touches = _alerts(self.clinics.get(clinic_id), case, Alert.ESCALATION, now)
        saving = self.cases.saving(course.escalated(case, now), case.version)
        table.transact([saving, *map(self.mail.order, touches)])
        self.mail.announce(touches)

    def may_go_alert(self, touch: Touch, now: dt.datetime) -> Verdict:
        """Tell whether an alert is still worth sending: the case open since, its reader still on the list."""
        clinic = self.clinics.get(touch.clinic)
        case = self.cases.find(clinic.id, touch.about.patient or "", touch.about.case or "")
        if case is None or not case.is_open:
            return Skip("the case is closed")
        if touch.occurrence.removesuffix(ESCALATION) != case.occurrence:
            return Skip("the case was opened again since")
        escalates = touch.occurrence.endswith(ESCALATION)
        readers = told(clinic, Alert.ESCALATION if escalates else Alert.LOW_ANSWER, case.location)
        member = next((one for one in readers if staff_recipient(one.id) == touch.recipient), None)
        if member is None:
            return Skip("no longer on the alert list")
        return Send(Kind.ALERT, self._letter(clinic, member, case, now, escalates=escalates))

    def add_to_inbox(self, item: InboxItem) -> bool:
        """Keep a reply for a person to read; False where the same one came before (mail arrives more than once).

        The same mail is one with the same id and time of arrival. Only text is kept of it, and only so much.
        """
        return self.items.add(replace(item, text=clean(item.text)[:INBOX_LIMIT]))

    def inbox(self, clinic_id: str) -> list[InboxItem]:
        """Return what waits for a person to read it, oldest first."""
        return list(self.items.list_of(clinic_id))

    def _letter(
        self, clinic: Clinic, member: StaffMember, case: Case, now: dt.datetime, *, escalates: bool
    ) -> Callable[[str], Letter]:
        """Return what writes the mail, with how much else waits. Its links lead to the way in: no token."""
        from prm.recovery import letters

        others = [one for one in self.open_cases(clinic.id) if one.id != case.id and member.covers(one.location)]
        late = sum(one.is_late(now) for one in others)
        notice = letters.Notice(clinic, member, case, now, self.urls, len(others), late)
        return lambda _: letters.escalation(notice) if escalates else letters.alert(notice)

    def _in_state(self, clinic_id: str, state: CaseState) -> list[Case]:
        found = self.cases.list_some(clinic_id, self.cases.list_keys(clinic_id, state))
        return sorted(found, key=lambda one: (one.call_by, one.id))


def _alerts(clinic: Clinic, case: Case, alert: Alert, now: dt.datetime) -> tuple[Touch, ...]:
    suffix = ESCALATION if alert is Alert.ESCALATION else ""
    about = Subject(
        survey=case.survey, episode=case.episode, location=case.location, case=case.id, patient=case.patient
    )
    return tuple(
        Touch(
            clinic=clinic.id,
            recipient=staff_recipient(member.id),
            purpose=Purpose.ALERT,
            occurrence=f"{case.occurrence}{suffix}",
            kind=Kind.ALERT,
            created_at=now,
            about=about,
        )
        for member in told(clinic, alert, case.location)
    )
