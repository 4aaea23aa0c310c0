"""Short words for what tests of rules are about: visits, mails, answers, a clinic's rules, the passing of time."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from prm.clinics.model import Clinic
from prm.mail.model import Kind, State, StopKind, Subject, Touch, patient_recipient
from prm.patients.episodes import episodes
from prm.patients.model import Patient, Visit, VisitKind, VisitStatus
from prm.recovery.model import Case, CaseState
from prm.rules.decide import decide
from prm.rules.model import Decision, Facts, Occurrence, Rule
from prm.rules.occurrences import occurrences
from prm.rules.presets import AFTER_ANSWER, follow_up_of, preset, switched_on
from prm.surveys.model import Answer, Standing, Survey, Via
from tests import examples
from tests.fakes import NOON

LONG_AGO = NOON - dt.timedelta(days=2000)
EVALUATION = switched_on(preset("after-evaluation").rule, LONG_AGO)
SIXTH = switched_on(preset("sixth-visit").rule, LONG_AGO)
DISCHARGE = switched_on(preset("after-discharge").rule, LONG_AGO)
FOLLOW_UP = switched_on(follow_up_of(EVALUATION, 4), LONG_AGO)
AFTER = switched_on(AFTER_ANSWER, LONG_AGO)
ALL_RULES = (EVALUATION, SIXTH, DISCHARGE, AFTER, FOLLOW_UP)

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def visit(
    ended: dt.datetime,
    name: str = "v1",
    kind: VisitKind = VisitKind.TREATMENT,
    status: VisitStatus = VisitStatus.COMPLETED,
    location: str | None = "downtown",
) -> Visit:
    return Visit(name, ended - HOUR, ended, status, kind, "mei-lin", location)


def evaluation(ended: dt.datetime, name: str = "v0") -> Visit:
    return visit(ended, name, VisitKind.EVALUATION)


def facts(
    visits: Sequence[Visit] = (),
    *,
    clinic: Clinic | None = None,
    patient: Patient | None = None,
    touches: Sequence[Touch] = (),
    surveys: Sequence[Survey] = (),
    cases: Sequence[Case] = (),
    stopped: Sequence[StopKind] = (),
) -> Facts:
    return Facts(
        clinic=clinic or examples.riverbend(),
        patient=patient or examples.maria(),
        episodes=episodes(visits),
        touches=tuple(touches),
        surveys=tuple(surveys),
        cases=tuple(cases),
        stopped=frozenset(stopped),
    )


def touch(
    at: dt.datetime,
    kind: Kind = Kind.SURVEY,
    state: State = State.SENT,
    rule: str = "another",
    occurrence: str = "",
    **about: str | None,
) -> Touch:
    """Return a mail created `at`, and sent then if it went at all."""
    went = state in {State.SENT, State.DELIVERED}
    return Touch(
        clinic="riverbend",
        recipient=patient_recipient("p-maria"),
        purpose=rule,
        occurrence=occurrence or at.isoformat(),
        kind=kind,
        created_at=at,
        state=state,
        at=at,
        sent_at=at if went else None,
        about=Subject(**about),  # type: ignore[arg-type]
    )


def survey_of(first: Touch, score: int | None = None, at: dt.datetime | None = None, **changes: object) -> Survey:
    """Return the survey a mail asked, answered with `score` `at` a moment if one is given."""
    asked = Survey(
        id=first.id,
        clinic=first.clinic,
        patient="p-maria",
        rule=first.purpose,
        occurrence=first.occurrence,
        touch=first.id,
        asked_at=first.created_at,
        expires_at=first.created_at + 30 * DAY,
        location="downtown",
    )
    if score is not None:
        moment = at or first.created_at + HOUR
        asked = asked.answered(Answer(score, "", Via.BUTTON, moment), Standing.CONFIRMED, moment)
    return replace(asked, **changes)  # type: ignore[arg-type]


def case(opened: dt.datetime, state: CaseState = CaseState.OPEN) -> Case:
    return Case("c1", "riverbend", "p-maria", "s1", 3, "downtown", None, None, opened, opened + HOUR, None, state=state)


def only(rule: Rule, known: Facts) -> Occurrence:
    """Return the one occurrence there is."""
    (one,) = occurrences(rule, known)
    return one


def judge(rule: Rule, known: Facts, now: dt.datetime) -> Decision:
    """Decide the one occurrence there is."""
    return decide(rule, only(rule, known), known, now)


def local(clinic: Clinic, at: dt.datetime) -> dt.datetime:
    return at.astimezone(clinic.tz)
