"""One case: what the patient said, whom to call and what to say, what was said, and how it ended."""

import datetime as dt
from dataclasses import replace

from chalice import Response

from clinic_console import inbox
from clinic_console.keeping import version_of
from prm.audit.model import Action
from prm.clinics.hours import add_opening_hours
from prm.core.errors import Conflict, Invalid, NotFound
from prm.patients.model import Chart, Visit, VisitStatus
from prm.recovery import playbook
from prm.recovery.model import REOPEN_FOR, Case, Outcome
from prm.surveys.model import Survey
from prm.surveys.themes import Theme, themes
from prm.web.filled import Filled
from prm.web.parts import Entry, Option
from prm.web.routes import SEND
from prm.web.staff import StaffPages, StaffVisit

_UNPROCESSABLE = 422
_CONFLICT = 409
_AGAIN: dict[str, dt.timedelta] = {
    "2h": dt.timedelta(hours=2),
    "1d": dt.timedelta(hours=10),
    "2d": dt.timedelta(hours=20),
}
"""When to try again, in opening hours; a working day has about ten."""
_SHOWN = 12


def register(pages: StaffPages) -> None:
    """Add the routes."""
    pages.at("/clinic/cases/{case}")(mailed)
    pages.at("/clinic/cases/{patient}/{case}")(show)
    pages.at("/clinic/cases/{patient}/{case}/take", SEND)(take)
    pages.at("/clinic/cases/{patient}/{case}/give", SEND)(give)
    pages.at("/clinic/cases/{patient}/{case}/note", SEND)(note)
    pages.at("/clinic/cases/{patient}/{case}/close")(close)
    pages.at("/clinic/cases/{patient}/{case}/close", SEND)(closed)
    pages.at("/clinic/cases/{patient}/{case}/reopen", SEND)(reopen)


def mailed(visit: StaffVisit, case: str) -> Response:
    """Lead from a mail, which names a case by its number alone, to the case."""
    found = visit.house.recovery.find(visit.clinic.id, case)
    if not visit.sees(found.location):
        raise NotFound("There is no such case")
    return visit.go(_path(found.patient, found.id))


def show(visit: StaffVisit, patient: str, case: str) -> Response:
    """Show the case."""
    return _show(visit, _case(visit, patient, case))


def take(visit: StaffVisit, patient: str, case: str) -> Response:
    """Take the case; of two at once the second learns who was first."""
    try:
        taken = visit.house.desk.take(_case(visit, patient, case), visit.member)
    except Conflict:
        by = visit.house.desk.case(visit.clinic, visit.member, patient, case).taken_by
        return visit.done(_path(patient, case), "console_case.flash_taken_by", name=_name_of(visit, by))
    visit.note(Action.CHANGED, patient=patient, what="case taken")
    return visit.done(_path(taken.patient, taken.id), "console_case.flash_taken")


def give(visit: StaffVisit, patient: str, case: str) -> Response:
    """Give the case to a colleague who answers for the place."""
    found = _case(visit, patient, case)
    colleague = next((one for one in _colleagues(visit, found) if one[0] == visit.form().one("to")), None)
    if colleague is None:
        raise NotFound("There is no such colleague")
    visit.house.desk.hand_to(found, visit.clinic.member(colleague[0]), visit.member)
    visit.note(Action.CHANGED, patient=patient, what="case given")
    return visit.done(_path(patient, case), "console_case.flash_given", name=colleague[1])


def note(visit: StaffVisit, patient: str, case: str) -> Response:
    """Keep what was said on the phone, or put the next try off; what was typed is never lost."""
    form = visit.form()
    found = _as_shown(visit, _case(visit, patient, case))
    text, again = form.one("note"), form.one("again")
    try:
        if form.one("do") == "later":
            until = add_opening_hours(visit.clinic, visit.now, _AGAIN.get(again, _AGAIN["1d"]))
            visit.house.desk.pause(found, visit.member, until, text)
            visit.note(Action.CHANGED, patient=patient, what="case paused")
            return visit.done(
                _path(patient, case), "console_case.flash_paused", when=visit.formats.moment(until, visit.now)
            )
        visit.house.desk.note(found, visit.member, text)
    except Invalid as err:
        return _show(visit, found, Filled({"note": text, "again": again}, {"note": err.message}), _UNPROCESSABLE)
    except Conflict:
        fresh = _case(visit, patient, case)
        said = visit.texts("console_case.changed")
        return _show(visit, fresh, Filled({"note": text, "again": again}, {"note": said}), _CONFLICT)
    visit.note(Action.NOTED, patient=patient)
    return visit.done(_path(patient, case), "console_case.flash_noted")


def close(visit: StaffVisit, patient: str, case: str) -> Response:
    """Ask how it ended."""
    found = _case(visit, patient, case)
    guess = themes(found.words)
    return _close(visit, found, Filled({"cause": str(guess[0]) if guess else ""}))


def closed(visit: StaffVisit, patient: str, case: str) -> Response:
    """Close the case."""
    form = visit.form()
    found = _as_shown(visit, _case(visit, patient, case))
    typed = {name: form.one(name) for name in ("outcome", "cause", "note")}
    if typed["outcome"] not in set(Outcome):
        return _close(visit, found, Filled(typed, {"outcome": visit.texts("console_case.choose")}), _UNPROCESSABLE)
    cause = typed["cause"] if typed["cause"] in set(Theme) else ""
    try:
        visit.house.desk.close(found, visit.member, Outcome(typed["outcome"]), cause, typed["note"])
    except Invalid as err:
        return _close(visit, found, Filled(typed, {"note": err.message}), _UNPROCESSABLE)
    except Conflict:
        fresh = _case(visit, patient, case)
        if not fresh.is_open:
            return visit.done(_path(patient, case), "console_case.flash_closed_already")
        said = visit.texts("console_case.changed")
        return _close(visit, fresh, Filled(typed, {"note": said}), _CONFLICT)
    visit.note(Action.CLOSED_CASE, patient=patient)
    return visit.done("inbox", "console_case.flash_closed", number=found.id)


def reopen(visit: StaffVisit, patient: str, case: str) -> Response:
    """Open a closed case again."""
    visit.house.desk.reopen(visit.clinic, _case(visit, patient, case), visit.member)
    visit.note(Action.CHANGED, patient=patient, what="case opened again")
    return visit.done(_path(patient, case), "console_case.flash_reopened")


def _case(visit: StaffVisit, patient: str, case: str) -> Case:
    return visit.house.desk.case(visit.clinic, visit.member, patient, case)


def _as_shown(visit: StaffVisit, case: Case) -> Case:
    """Return the case under the version that the form's page showed: what came since makes a step fail."""
    return replace(case, version=version_of(visit.form()))


def _path(patient: str, case: str) -> str:
    return f"cases/{patient}/{case}"


def _show(visit: StaffVisit, case: Case, form: Filled | None = None, status: int = 200) -> Response:
    chart = visit.house.patients.chart(visit.clinic.id, case.patient)
    surveys = visit.house.surveys.of_patient(visit.clinic.id, case.patient)
    survey = next((one for one in surveys if one.id == case.survey), None)
    comment = survey.answer.comment if survey and survey.answer else case.words
    about = themes(comment)
    kind = playbook.choose(case.score, about)
    visit.note(Action.VIEWED, patient=case.patient, what="case")
    return visit.page(
        "inbox/case.html",
        nav=inbox.NAV,
        status=status,
        case=case,
        patient=chart.patient,
        clock=inbox.clock(visit, case),
        about_patient=_about_patient(visit, chart, case),
        comment=comment,
        came=_came(visit, case, survey),
        tags=[visit.texts(f"console_themes.{theme}") for theme in about],
        track=playbook.track_of(visit.clinic, kind),
        track_kind=kind,
        leads=visit.leads,
        taken=_taken(visit, case),
        colleagues=_colleagues(visit, case),
        again=[(name, visit.texts(f"console_case.again_{name}")) for name in _AGAIN],
        scores=_scores(visit, surveys),
        timeline=timeline(visit, chart, surveys)[:_SHOWN],
        notes=_notes(visit, case),
        coming=_coming(visit, chart),
        reopens=not case.is_open and case.closed_at is not None and visit.now < case.closed_at + REOPEN_FOR,
        path=_path(case.patient, case.id),
        form=form or Filled({"again": "1d"}),
    )


def _close(visit: StaffVisit, case: Case, form: Filled, status: int = 200) -> Response:
    patient = visit.house.patients.chart(visit.clinic.id, case.patient).patient
    visit.note(Action.VIEWED, patient=case.patient, what="case")
    outcomes = [
        Option(one, visit.texts(f"console_case.outcome_{one}"), visit.texts(f"console_case.outcome_{one}_hint"))
        for one in Outcome
    ]
    causes = [(str(theme), visit.texts(f"console_themes.{theme}")) for theme in Theme]
    return visit.page(
        "inbox/close.html",
        nav=inbox.NAV,
        status=status,
        case=case,
        patient=patient,
        when=visit.formats.moment(case.opened_at, visit.now),
        outcomes=outcomes,
        causes=[("", visit.texts("console_case.no_cause")), *causes],
        path=_path(case.patient, case.id),
        form=form,
    )


def _about_patient(visit: StaffVisit, chart: Chart, case: Case) -> list[str]:
    age = chart.patient.age_on(visit.today)
    place, therapist = visit.clinic.location(case.location), visit.clinic.therapist(case.therapist)
    done = sum(one.status is VisitStatus.COMPLETED for one in chart.visits if one.ends_at <= case.opened_at)
    return [
        *([str(age)] if age is not None else []),
        *(one.name for one in (place, therapist) if one),
        *([visit.texts("console_case.visit_number", number=done)] if done else []),
    ]


def _came(visit: StaffVisit, case: Case, survey: Survey | None) -> str:
    via = visit.texts(f"console_case.via_{survey.answer.via}") if survey and survey.answer else ""
    when = visit.formats.moment(survey.answer.at if survey and survey.answer else case.opened_at, visit.now)
    return f"{when} · {via}" if via else when


def _taken(visit: StaffVisit, case: Case) -> str:
    if case.taken_by == visit.member.id:
        return visit.texts("console_case.taken_by_you")
    if case.taken_by:
        return visit.texts("console_case.taken_by", name=_name_of(visit, case.taken_by))
    return visit.texts("console_case.taken_by_nobody")


def _name_of(visit: StaffVisit, member: str | None) -> str:
    found = next((one.name for one in visit.clinic.staff if one.id == member), None)
    return found or visit.texts("console_case.someone")


def _colleagues(visit: StaffVisit, case: Case) -> list[tuple[str, str]]:
    return [(one.id, one.name) for one in visit.clinic.staff if one.covers(case.location) and one.id != case.taken_by]


def _scores(visit: StaffVisit, surveys: tuple[Survey, ...]) -> list[tuple[int, str, str]]:
    counted = [one for one in surveys if one.is_counted and one.answer]
    return [
        (one.answer.score, visit.formats.moment(one.answer.at, visit.now).rpartition(",")[0], "")
        for one in counted
        if one.answer
    ]


def timeline(visit: StaffVisit, chart: Chart, surveys: tuple[Survey, ...]) -> list[Entry]:
    """Return what happened with a patient, newest first: visits, questions, answers."""
    lines = [(one.starts_at, _visit_entry(visit, one)) for one in chart.visits if one.starts_at <= visit.now]
    for survey in surveys:
        lines.append((survey.asked_at, _entry(visit, "asked", survey.asked_at, icon="mail")))
        if survey.answer and survey.is_counted:
            answer = survey.answer
            said = "gave_words" if answer.comment else "gave"
            lines.append((answer.at, _entry(visit, said, answer.at, score=answer.score)))
    return [entry for _, entry in sorted(lines, key=lambda line: line[0], reverse=True)]


def _entry(visit: StaffVisit, key: str, at: dt.datetime, *, icon: str = "note", score: int | None = None) -> Entry:
    given = {} if score is None else {"score": score}
    return Entry(
        visit.texts(f"console_case.line_{key}", **given), visit.formats.moment(at, visit.now), icon=icon, score=score
    )


def _visit_entry(visit: StaffVisit, one: Visit) -> Entry:
    therapist = visit.clinic.therapist(one.therapist)
    what = visit.texts(f"console_case.line_{one.status}_{one.kind}")
    said = visit.texts("console_case.line_with", what=what, name=therapist.name) if therapist else what
    icon = "walk" if one.status is VisitStatus.COMPLETED else "close"
    return Entry(said, visit.formats.moment(one.starts_at, visit.now), icon=icon)


def begun(words: str) -> str:
    """Return what the system noted as a line of its own; kept, it stands behind a name or a date."""
    return words[:1].upper() + words[1:]


def _notes(visit: StaffVisit, case: Case) -> list[Entry]:
    names = {one.id: one.name for one in visit.clinic.staff}
    return [
        Entry(
            visit.texts("console_case.note_by", name=names[one.by], words=one.text)
            if one.by in names
            else begun(one.text),
            visit.formats.moment(one.at, visit.now),
            icon="patients" if one.by in names else "note",
        )
        for one in reversed(case.notes)
    ]


def _coming(visit: StaffVisit, chart: Chart) -> list[str]:
    ahead = [one for one in chart.visits if one.starts_at > visit.now and one.status is VisitStatus.SCHEDULED]
    return [
        f"{visit.formats.weekday_date(visit.formats.local(one.starts_at).date())}, {visit.formats.time(one.starts_at)}"
        for one in ahead[:3]
    ]
