"""Asking, answering, and what an answer sets in motion, in one transaction."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from prm.clinics.service import ClinicService
from prm.core import table
from prm.core.clock import Clock
from prm.core.errors import Conflict, Forbidden, Unavailable
from prm.core.table import Writes
from prm.core.together import Ask
from prm.links.model import Link
from prm.links.model import Purpose as LinkPurpose
from prm.links.service import LinkService
from prm.mail.model import OPTIONAL, Purpose, Touch, TouchKey, patient_recipient
from prm.mail.service import Effects
from prm.patients.service import PatientService
from prm.surveys import comment as comments
from prm.surveys.accept import accept, count_held, set_aside
from prm.surveys.bare import bare
from prm.surveys.classify import is_machine
from prm.surveys.model import Answer, Asked, Change, Survey, Via, month_of
from prm.surveys.store import SurveyStore

type Also = Callable[[Change], Effects]


@dataclass(frozen=True)
class SurveyService:
    """Surveys from the question to the counted answer.

    `also` holds what else a counted answer changes in the same transaction (tallies, the recovery case and its alerts);
    `announce` queues the touches they ordered once it is committed; `delivered_at` says when a mail arrived.
    """

    store: SurveyStore
    patients: PatientService
    links: LinkService
    clinics: ClinicService
    clock: Clock
    announce: Callable[[Sequence[Touch]], None]
    delivered_at: Callable[[TouchKey], dt.datetime | None]
    also: tuple[Also, ...] = ()

    def asked(self, clinic_id: str, touch: Touch, now: dt.datetime, expires_at: dt.datetime) -> None:
        """Store the survey that `touch` asks, just before its mail goes. A follow-up asks nothing new."""
        about = touch.about
        survey = Survey(
            id=about.survey or touch.id,
            clinic=clinic_id,
            patient=_patient_of(touch),
            rule=touch.purpose,
            occurrence=touch.occurrence,
            touch=touch.id,
            asked_at=now,
            expires_at=expires_at,
            visit=about.visit,
            episode=about.episode,
            location=about.location,
            therapist=about.therapist,
            is_test=touch.purpose == Purpose.TEST,
        )
        self.store.add(survey, "" if survey.is_test else month_of(now, self.clinics.get(clinic_id).tz))

    def unasked(self, touch: Touch) -> Writes:
        """Return what undoes `asked` when the mail certainly never went; nothing for a follow-up."""
        if not touch.recipient.startswith(patient_recipient("")):
            return ()
        survey = self.store.find(touch.clinic, _patient_of(touch), touch.about.survey or touch.id)
        return (self.store.unask(survey),) if survey and survey.touch == touch.id else ()

    def get(self, clinic_id: str, patient_id: str, survey_id: str) -> Survey:
        """Return a survey, strongly consistent. Raises NotFound."""
        return self.store.get(clinic_id, patient_id, survey_id)

    def of_patient(self, clinic_id: str, patient_id: str) -> tuple[Survey, ...]:
        """Return all surveys of a patient, strongly consistent, oldest first."""
        return tuple(sorted(self.store.list_of(clinic_id, patient_id), key=lambda one: (one.asked_at, one.id)))

    def asking(self, clinic_id: str, patient_id: str, touches: Iterable[Touch]) -> Ask[Survey]:
        """Return what asks for the surveys that these mails to a patient are about: every survey began with a mail."""
        wanted = {one.about.survey or one.id for one in touches if one.kind in OPTIONAL}
        return self.store.asking(clinic_id, ((patient_id, one) for one in sorted(wanted)))

    def asking_some(self, clinic_id: str, keys: Iterable[tuple[str, str]]) -> Ask[Survey]:
        """Return what asks for these surveys, by patient and id; none is asked for twice."""
        return self.store.asking(clinic_id, dict.fromkeys(keys))

    def forget(self, clinic_id: str, patient_id: str, name: str, name_of: Callable[[str], str]) -> None:
        """Take everything of the patient's from their surveys, and let what the numbers count stand under `name`.

        What stays is score, place and day; `name_of` gives each survey another id. An answer that did not count yet
        never will. Doing it again goes on where it broke off.
        """
        zone = self.clinics.get(clinic_id).tz
        for survey in self.of_patient(clinic_id, patient_id):
            after = bare(survey, name, name_of(survey.id), zone)
            month = month_of(survey.asked_at, zone) if survey.asked and not survey.is_test else ""
            table.transact(self.store.moving(survey, after, month))

    def asked_in(self, clinic_id: str, month: str) -> Iterator[Asked]:
        """Yield what was asked in a month (YYYY-MM, clinic time)."""
        return self.store.list_asked(clinic_id, month)

    def answer(self, link: Link, survey_id: str, score: int, comment: str, via: Via) -> Survey:
        """Take an answer and return the survey as it then stands.

        A button or a reply counts at once; a dwell waits on hold. Raises Invalid for a score out of range or a typed
        comment that is too long, Forbidden for another survey's link, Expired, and Conflict after a second lost race.
        """
        now = self.clock.business()
        _check(link, survey_id, LinkPurpose.REPLY if via is Via.REPLY else LinkPurpose.ANSWER, now)
        words = comments.clean(comment)
        words = comments.limited(words) if via is Via.BUTTON else comments.cut(words)
        answer = Answer(score, words, via, now, link.touch)
        return _twice(lambda: self._change(link, survey_id, lambda survey: accept(survey, answer, now), now))

    def no_call(self, link: Link, survey_id: str) -> Survey:
        """Note that the patient asked not to be phoned about this answer, on the case too where there is one."""
        now = self.clock.business()
        _check(link, survey_id, LinkPurpose.ANSWER, now)
        return _twice(lambda: self._change(link, survey_id, _without_call, now))

    def work_due(self, clinic_id: str, patient_id: str, survey_id: str) -> None:
        """End a hold that is over: the answer was a machine's, or it counts from now on."""
        now = self.clock.business()
        _twice(lambda: self._end_hold(clinic_id, patient_id, survey_id, now))

    def _change(self, link: Link, survey_id: str, step: Callable[[Survey], Survey], now: dt.datetime) -> Survey:
        survey = self.store.get(link.clinic, link.patient, survey_id)
        changed = step(survey)
        if changed is not survey:
            self._keep(survey, changed, now)
        return changed

    def _end_hold(self, clinic_id: str, patient_id: str, survey_id: str, now: dt.datetime) -> None:
        survey = self.store.find(clinic_id, patient_id, survey_id)
        if survey is None or not survey.hold_is_over(now):
            return
        self._keep(survey, set_aside(survey) if self._by_machine(survey) else count_held(survey, now), now)

    def _by_machine(self, survey: Survey) -> bool:
        mail = (survey.answer.mail if survey.answer else "") or survey.touch
        key = TouchKey(survey.clinic, patient_recipient(survey.patient), mail)
        return is_machine(self.links.hits(survey.clinic, mail), self.delivered_at(key))

    def _keep(self, before: Survey, after: Survey, now: dt.datetime) -> None:
        """Write the survey alone while nothing counts; else everything that follows from it, or nothing."""
        if not after.is_counted:
            self.store.save(after, before.version)
            return
        change = Change(after, before.answer if before.is_counted else None, now)
        effects = [react(change) for react in self.also]
        table.transact(
            [
                self.store.saving(after, before.version),
                self.patients.fact(after.clinic, after.patient, now),
                *(write for one in effects for write in one.writes),
            ]
        )
        # What is committed stands: the due index brings an alert back within minutes if it cannot be queued now.
        with suppress(Unavailable):
            self.announce([touch for one in effects for touch in one.touches])


def _check(link: Link, survey_id: str, purpose: LinkPurpose, now: dt.datetime) -> None:
    link.allow(purpose, now)
    if link.survey != survey_id:
        raise Forbidden("this link is another survey's")


def _without_call(survey: Survey) -> Survey:
    return survey if survey.no_call else replace(survey, no_call=True, version=survey.version + 1)


def _patient_of(touch: Touch) -> str:
    return touch.recipient.removeprefix(patient_recipient(""))


def _twice[T](attempt: Callable[[], T]) -> T:
    """Try once more, from what is stored then, when someone else was faster."""
    try:
        return attempt()
    except Conflict:
        return attempt()
