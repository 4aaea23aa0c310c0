"""What an answer does to a recovery case. Pure: a case and a change in, the case as it then stands out."""

import datetime as dt
from dataclasses import dataclass, replace

from prm.clinics.hours import add_opening_hours
from prm.clinics.model import Clinic
from prm.recovery.model import SYSTEM, Case, CaseState, Outcome, case_id
from prm.recovery.owners import owner_of
from prm.surveys.model import Answer, Change, Standing

TOOK, GAVE, REOPENED = "took the case", "gave the case to ", "opened the case again"
"""What a note of a colleague's begins with where it is about whose case it is: nobody has spoken with the patient."""
_WORDS = 240
"""Characters of a comment that a case keeps: what a list shows of it."""


@dataclass(frozen=True)
class Step:
    """A case before and after; `alerts` where staff must hear of it."""

    before: Case | None
    after: Case
    alerts: bool


def follow(case: Case | None, change: Change, clinic: Clinic) -> Step | None:
    """Return what the change does to the patient's case of that episode, or None for nothing.

    A low answer opens a case, or opens a closed one again; on an open one it is noted. An edit of the same answer
    opens a closed case again only when it turned low or got lower. A high answer is noted where it replaces another,
    and closes nothing: a person decides that. A test alerts nobody and is passed on to nobody.
    """
    alerts = not change.survey.is_test
    if case is None:
        return Step(None, _opened(change, clinic), alerts=alerts) if change.answer.is_low else None
    if not case.is_open and _got_worse(change):
        return Step(case, _reopened(case, change, clinic), alerts=alerts)
    after = _noted(case, change)
    return Step(case, after, alerts=False) if after is not case else None


def taken(case: Case, by: str, now: dt.datetime) -> Case:
    """Return the case in the hands of someone."""
    return replace(case.noted(now, by, TOOK), taken_by=by, version=case.version + 1)


def handed(case: Case, to: str, name: str, by: str, now: dt.datetime) -> Case:
    """Return the case in the hands of a colleague."""
    return replace(case.noted(now, by, f"{GAVE}{name}"), taken_by=to, version=case.version + 1)


def written(case: Case, by: str, note: str, now: dt.datetime) -> Case:
    """Return the case with what someone noted."""
    return replace(case.noted(now, by, note), taken_by=case.taken_by or by, version=case.version + 1)


def paused(case: Case, until: dt.datetime, by: str, note: str, now: dt.datetime) -> Case:
    """Return the case put off, as nobody answered the phone. The next level hears of it after the next try's time."""
    words = "no answer: try again later" + (f". {note}" if note else "")
    waits = replace(
        case,
        paused_until=until,
        tries=case.tries + 1,
        taken_by=case.taken_by or by,
        escalate_at=max(until, case.escalate_at) if case.escalate_at else None,
        version=case.version + 1,
    )
    return waits.noted(now, by, words)


def opened_by_hand(case: Case, by: str, clinic: Clinic, now: dt.datetime) -> Case:
    """Return a closed case open again because a person said so; alerts of this opening are its own."""
    call_by, escalate_at = _times(clinic, now)
    again = replace(
        case,
        state=CaseState.OPEN,
        opened_at=now,
        call_by=call_by,
        escalate_at=None if case.is_test else escalate_at,
        opened=case.opened + 1,
        outcome=None,
        closed_at=None,
        escalated_at=None,
        paused_until=None,
        taken_by=by,
        version=case.version + 1,
    )
    return again.noted(now, by, REOPENED)


def closed(  # noqa: PLR0913  # what a person says of a case when they close it
    case: Case, outcome: Outcome, by: str, note: str, now: dt.datetime, cause: str = ""
) -> Case:
    """Return the case closed, with who closed it and what they wrote."""
    words = f"closed: {outcome.value}" + (f". {note}" if note else "")
    ended = replace(
        case, state=CaseState.CLOSED, outcome=outcome, closed_at=now, escalate_at=None, paused_until=None, cause=cause
    )
    return replace(ended.noted(now, by, words), version=case.version + 1)


def escalated(case: Case, now: dt.datetime) -> Case:
    """Return the case with the next level told."""
    passed_on = replace(case, escalated_at=now, escalate_at=None, version=case.version + 1)
    return passed_on.noted(now, SYSTEM, "nobody closed it in time: passed on")


def _opened(change: Change, clinic: Clinic) -> Case:
    survey, now = change.survey, change.now
    call_by, escalate_at = _times(clinic, now)
    case = Case(
        id=case_id(survey.clinic, survey.patient, survey.episode),
        clinic=survey.clinic,
        patient=survey.patient,
        survey=survey.id,
        score=change.answer.score,
        location=survey.location,
        therapist=survey.therapist,
        owner=owner_of(clinic, survey.location),
        opened_at=now,
        call_by=call_by,
        escalate_at=None if survey.is_test else escalate_at,
        episode=survey.episode,
        unconfirmed=survey.standing is Standing.UNCONFIRMED,
        no_call=survey.no_call,
        is_test=survey.is_test,
        version=1,
        words=_begun(change.answer.comment),
    )
    return case.noted(now, SYSTEM, f"opened: {_said(change)}")


def _reopened(case: Case, change: Change, clinic: Clinic) -> Case:
    survey, now = change.survey, change.now
    call_by, escalate_at = _times(clinic, now)
    again = replace(
        _with_answer(case, change),
        location=survey.location,
        therapist=survey.therapist,
        owner=owner_of(clinic, survey.location),
        opened_at=now,
        call_by=call_by,
        escalate_at=None if survey.is_test else escalate_at,
        state=CaseState.OPEN,
        no_call=survey.no_call,
        opened=case.opened + 1,
        outcome=None,
        closed_at=None,
        escalated_at=None,
        paused_until=None,
        taken_by=None,
        tries=0,
        cause="",
        version=case.version + 1,
    )
    return again.noted(now, SYSTEM, f"opened again: {_said(change)}")


def _times(clinic: Clinic, now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """When the call is due and when the next level hears of it, both in opening hours."""
    times = clinic.case_times
    sooner = max(times.call_within - times.escalate_before, dt.timedelta())
    return add_opening_hours(clinic, now, times.call_within), add_opening_hours(clinic, now, sooner)


def _got_worse(change: Change) -> bool:
    before = change.before
    return change.answer.is_low and (before is None or not before.is_low or change.answer.score < before.score)


def _noted(case: Case, change: Change) -> Case:
    words = _news(case, change)
    if not words:
        return case
    survey, answer = change.survey, change.answer
    concerns = case.survey == survey.id or not answer.says_what(change.before)
    after = _with_answer(case, change) if answer.is_low and concerns else case
    no_call = case.no_call or survey.no_call
    return replace(after.noted(change.now, SYSTEM, words), no_call=no_call, version=case.version + 1)


def _with_answer(case: Case, change: Change) -> Case:
    survey = change.survey
    return replace(
        case,
        survey=survey.id,
        score=change.answer.score,
        unconfirmed=survey.standing is Standing.UNCONFIRMED,
        words=_begun(change.answer.comment),
    )


def _begun(comment: str) -> str:
    """Return the beginning of a comment, for lists: all of it stays with the survey."""
    line = " ".join(comment.split())
    return line if len(line) <= _WORDS else line[:_WORDS].rsplit(" ", 1)[0] + "…"


def _news(case: Case, change: Change) -> str:
    """Put into words what is new for whoever works the case; empty where nothing is."""
    survey, answer, before = change.survey, change.answer, change.before
    if before is None:
        return f"another low answer: {answer.score}" if answer.is_low else ""
    if survey.no_call and not case.no_call:
        return "the patient asked not to be called"
    if case.survey == survey.id or answer.is_low or before.is_low:
        return _edit(case, change, before)
    return ""


def _edit(case: Case, change: Change, before: Answer) -> str:
    answer = change.answer
    if answer.score != before.score:
        return f"the patient changed the answer from {before.score} to {answer.score}"
    if answer.comment != before.comment:
        return "the patient changed the comment"
    confirms = case.unconfirmed and case.survey == change.survey.id and change.survey.standing is Standing.CONFIRMED
    return "a person confirmed the answer" if confirms else ""


def _said(change: Change) -> str:
    label = ", unconfirmed" if change.survey.standing is Standing.UNCONFIRMED else ""
    return f"answer {change.answer.score}{label}"
