"""What a person does with a case: takes it, gives it on, writes down a call, puts it off, closes it, opens it again.

Every step holds for the version of the case that its page showed: of two people at once the second sees what the first
did, and loses nothing of what they typed.
"""

import datetime as dt
from dataclasses import dataclass, replace

from prm.clinics.model import Clinic, StaffMember
from prm.core import table
from prm.core.clock import Clock
from prm.core.errors import Conflict, Invalid, NotFound
from prm.patients.service import PatientService
from prm.recovery import course
from prm.recovery.model import REOPEN_FOR, Case, CaseState, InboxItem, Outcome
from prm.recovery.store import CaseStore, InboxStore
from prm.surveys.comment import clean

NOTE_LIMIT = 2000
"""Characters of one note."""
PAGE = 50


@dataclass(frozen=True)
class DeskService:
    """Cases as the people who work them see them."""

    cases: CaseStore
    items: InboxStore
    patients: PatientService
    clock: Clock

    def open_cases(self, clinic: Clinic, member: StaffMember) -> list[Case]:
        """Return the open cases of this person's locations, most urgent first."""
        found = self.cases.list_some(clinic.id, self.cases.list_keys(clinic.id, CaseState.OPEN))
        mine = [case for case in found if case.is_open and (case.location is None or member.covers(case.location))]
        return sorted(mine, key=lambda one: (one.call_by, one.id))

    def glance(self, clinic: Clinic, member: StaffMember) -> list[Case]:
        """Return the same by one query, as they stood moments ago: for a page that shows other things too."""
        found = self.cases.glance(clinic.id, CaseState.OPEN)
        return [case for case in found if case.is_open and (case.location is None or member.covers(case.location))]

    def closed_cases(self, clinic: Clinic, member: StaffMember, before: dt.datetime | None = None) -> list[Case]:
        """Return a page of closed cases of this person's locations, those whose call was due last first.

        By one query, as they stood moments ago.
        """
        found = self.cases.glance_back(clinic.id, CaseState.CLOSED, before, PAGE)
        mine = [case for case in found if case.location is None or member.covers(case.location)]
        return sorted(mine, key=lambda one: (one.call_by, one.id), reverse=True)

    def case(self, clinic: Clinic, member: StaffMember, patient: str, case_id: str) -> Case:
        """Return one case. Raises NotFound for one of another location too: it is not this person's to know of."""
        case = self.cases.find(clinic.id, patient, case_id)
        if case is None or not (case.location is None or member.covers(case.location)):
            raise NotFound("There is no such case")
        return case

    def take(self, case: Case, member: StaffMember) -> Case:
        """Say that one will call. Raises Conflict where a colleague was faster."""
        if case.taken_by and case.taken_by != member.id:
            raise Conflict("Someone else took this case", by=case.taken_by)
        return self._keep(case, course.taken(_open(case), member.id, self.clock.business()))

    def hand_to(self, case: Case, colleague: StaffMember, by: StaffMember) -> Case:
        """Give the case to a colleague."""
        return self._keep(case, course.handed(_open(case), colleague.id, colleague.name, by.id, self.clock.business()))

    def note(self, case: Case, member: StaffMember, text: str) -> Case:
        """Write down what was said. Raises Invalid for nothing, or too much."""
        words = note_text(text)
        if not words:
            raise Invalid("Write what was said", field="note")
        return self._keep(case, course.written(case, member.id, words, self.clock.business()))

    def pause(self, case: Case, member: StaffMember, until: dt.datetime, text: str) -> Case:
        """Put the next try off. Raises Invalid for a time that is over."""
        now = self.clock.business()
        if until <= now:
            raise Invalid("Choose a later time", field="until")
        return self._keep(case, course.paused(_open(case), until, member.id, note_text(text), now))

    def close(self, case: Case, member: StaffMember, outcome: Outcome, cause: str, text: str) -> Case:
        """Close the case; the patient's rules are looked at again, as none asks while a case is open."""
        now = self.clock.business()
        ended = course.closed(_open(case), outcome, member.id, note_text(text), now, cause)
        table.transact(
            [self.cases.saving(ended, case.version), self.patients.fact(case.clinic, case.patient, now)],
        )
        return ended

    def reopen(self, clinic: Clinic, case: Case, member: StaffMember) -> Case:
        """Open a closed case again. Raises Conflict for one that is open, or was closed too long ago."""
        now = self.clock.business()
        if case.is_open:
            raise Conflict("This case is open")
        if case.closed_at and now >= case.closed_at + REOPEN_FOR:
            raise Conflict("This case was closed more than 30 days ago")
        return self._keep(case, course.opened_by_hand(case, member.id, clinic, now))

    def messages(self, clinic: Clinic) -> list[InboxItem]:
        """Return the replies that were no answer and wait for a person, oldest first."""
        return [item for item in self.items.list_of(clinic.id) if item.done_at is None]

    def finish(self, clinic: Clinic, received_at: dt.datetime, item_id: str, member: StaffMember) -> InboxItem:
        """Take a message off the list: someone read it and did what it asked.

        Raises NotFound for one from a patient of another location too: it is not this person's to know of.
        """
        item = self.items.find(clinic.id, received_at, item_id)
        if item is None or not self._may_read(clinic, item, member):
            raise NotFound("There is no such message")
        done = replace(item, done_by=member.id, done_at=self.clock.business())
        self.items.save(done)
        return done

    def _may_read(self, clinic: Clinic, item: InboxItem, member: StaffMember) -> bool:
        known = self.patients.some(clinic.id, [item.patient]) if item.patient and member.locations else {}
        return all(one.location is None or member.covers(one.location) for one in known.values())

    def _keep(self, before: Case, after: Case) -> Case:
        table.transact([self.cases.saving(after, before.version)])
        return after


def _open(case: Case) -> Case:
    if not case.is_open:
        raise Conflict("This case is closed already")
    return case


def note_text(text: str) -> str:
    """Return a note as it is kept. Raises Invalid when it is too long."""
    words = clean(text)
    if len(words) > NOTE_LIMIT:
        raise Invalid(f"Please keep the note to {NOTE_LIMIT:,} characters", field="note")
    return words
