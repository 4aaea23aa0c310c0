"""What patients wrote, as a line of a page: score, words, who, where, with whom, when."""

from collections.abc import Iterable
from dataclasses import dataclass

from prm.insights.answers import Answers
from prm.insights.dashboard import Dashboard
from prm.insights.themed import Tone
from prm.patients.model import Patient
from prm.surveys.model import Survey
from prm.surveys.themes import Theme
from prm.web.staff import StaffVisit

_FIXES = 3
"""Themes on Home: the report has all."""


@dataclass(frozen=True)
class Voice:
    """One answer. `href` is empty where the patient is gone, or another location's."""

    score: int
    words: str
    name: str
    href: str
    facts: str


@dataclass(frozen=True)
class Fix:
    """A theme of low answers: how many comments, more or fewer than before, and the newest of them."""

    theme: Theme
    tone: Tone
    words: str


@dataclass(frozen=True)
class Voiced:
    """What Home says in the patients' words, and everyone it names."""

    latest: list[Voice]
    to_fix: list[Fix]
    people: dict[str, Patient]


def of_board(visit: StaffVisit, board: Dashboard, also: Iterable[str]) -> Voiced:
    """Return the newest answers and the themes to fix, with the patients `also` needed: one request for all."""
    fixes = board.stretch.comments.to_fix[:_FIXES] if board.stretch else ()
    quotes = board.summary.quotes if board.summary else {}
    quoted = {theme: quotes[theme] for theme, _ in fixes if theme in quotes}
    answers = visit.house.answers.read(visit.clinic.id, [*board.newest, *quoted.values()], also)
    newest = [one for one in answers.surveys if (one.patient, one.id) in board.newest]
    words = {(one.patient, one.id): _words(one) for one in answers.surveys}
    to_fix = [Fix(theme, tone, words.get(quoted[theme], "") if theme in quoted else "") for theme, tone in fixes]
    return Voiced([_voice(visit, one, answers.people.get(one.patient)) for one in newest], to_fix, answers.people)


def listed(visit: StaffVisit, answers: Answers) -> list[Voice]:
    """Return a line for each answer."""
    return [_voice(visit, one, answers.people.get(one.patient)) for one in answers.surveys]


def _voice(visit: StaffVisit, survey: Survey, patient: Patient | None) -> Voice:
    name = f"{patient.first_name} {patient.last_name}".strip() if patient else ""
    place, therapist = visit.clinic.location(survey.location), visit.clinic.therapist(survey.therapist)
    where = ", ".join(one.name for one in (place, therapist) if one)
    at = survey.answer.at if survey.answer else survey.asked_at
    return Voice(
        survey.answer.score if survey.answer else 0,
        _words(survey),
        name or visit.texts("console_inbox.gone" if patient is None else "console_patient.no_name"),
        visit.urls.console(f"patients/{patient.id}") if patient and visit.sees(patient.location) else "",
        " · ".join(one for one in (where, visit.formats.moment(at, visit.now)) if one),
    )


def _words(survey: Survey) -> str:
    return survey.answer.comment if survey.answer else ""
