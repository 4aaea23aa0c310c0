"""Patients as a few plain numbers, days back from today, and what a person with pencil and paper counts from them."""

import datetime as dt
from dataclasses import dataclass, field
from itertools import pairwise

from hypothesis import strategies as st

from prm.insights.seen import Seen, Watch
from prm.mail.model import Kind, State, StopKind, Subject, Touch, patient_recipient
from prm.patients.episodes import episodes
from prm.patients.model import Visit, VisitKind, VisitStatus
from prm.recovery.model import SYSTEM, Case, Note
from prm.surveys.model import Answer, Standing, Survey, Via
from tests import examples
from tests.fakes import NOON

ZONE = examples.riverbend().tz
WATCH = Watch(NOON, ZONE)
HOUR = dt.timedelta(hours=1)
LENGTHS = {"30d": 30, "90d": 90, "365d": 365, "all": 10_000}
GROUPS = ["detractor"] * 7 + ["passive"] * 2 + ["promoter"] * 2


def ago(days: float) -> dt.datetime:
    return NOON - dt.timedelta(days=days)


@dataclass(frozen=True)
class RawVisit:
    """`ago` is negative for one to come."""

    ago: int
    status: VisitStatus = VisitStatus.COMPLETED
    kind: VisitKind = VisitKind.TREATMENT


@dataclass(frozen=True)
class RawSurvey:
    """Asked and answered so many days ago; `answered` None: not."""

    ago: int
    answered: int | None = None
    score: int = 10
    went: bool = True


@dataclass(frozen=True)
class RawCase:
    """Opened so many days ago; a person acted after so many minutes, or nobody yet; promised within an hour."""

    ago: int
    minutes: int | None = None
    no_call: bool = False


@dataclass(frozen=True)
class RawMail:
    """Ordered so many days ago."""

    ago: int
    state: State
    kind: Kind = Kind.SURVEY


@dataclass(frozen=True)
class Raw:
    """One patient."""

    visits: list[RawVisit] = field(default_factory=list)
    surveys: list[RawSurvey] = field(default_factory=list)
    cases: list[RawCase] = field(default_factory=list)
    mails: list[RawMail] = field(default_factory=list)
    address: bool = True
    broken: bool = False
    opted_out: bool = False
    dead: bool = False
    location: str = "downtown"

    def seen(self) -> Seen:
        """Return the patient as the count sees them."""
        patient = examples.maria(
            email="maria@example.com" if self.address else None,
            deceased_on=ago(0).date() if self.dead else None,
            location=self.location,
            therapist="mei-lin",
        )
        stopped = frozenset({StopKind.SURVEYS} if self.opted_out else {StopKind.ALL} if self.broken else ())
        return Seen(
            patient,
            episodes(_visit(one, n) for n, one in enumerate(self.visits)),
            tuple(_mail(one, n, self.location) for n, one in enumerate(self.mails)),
            tuple(_survey(one, n, self.location) for n, one in enumerate(self.surveys)),
            tuple(_case(one, n, self.location) for n, one in enumerate(self.cases)),
            stopped,
            self.broken,
        )

    def done(self, length: int = 10_000) -> list[int]:
        """Return how many days ago visits took place, the earliest first."""
        return sorted(v.ago for v in self.visits if v.status is VisitStatus.COMPLETED and 0 <= v.ago < length)[::-1]

    def reach(self, length: int) -> str | None:
        """Return where the patient stands, by the words of the coverage report."""
        if self.dead or not self.done(length):
            return None
        asked = [one for one in self.surveys if one.went and one.ago < length]
        if asked:
            return "answered" if any(one.answered is not None for one in asked) else "asked"
        if self.broken or not self.address:
            return "unreachable"
        if self.opted_out:
            return "opted_out"
        never = {State.SKIPPED, State.FAILED}
        held = any(m.kind is Kind.SURVEY and m.state in never and m.ago < length for m in self.mails)
        return "left_out" if held else "not_yet"

    def answers(self) -> list[tuple[int, int]]:
        """Return (days ago, score) of each answer, the earliest first."""
        found = [(one.answered, n, one.score) for n, one in enumerate(self.surveys) if one.answered is not None]
        return [(days, score) for days, _, score in sorted(found, key=lambda one: (-one[0], one[1]))]

    def courses(self) -> list[list[RawVisit]]:
        """Return the visits by episode: a new one after a discharge, a second evaluation, or 90 days of nothing."""
        found: list[list[RawVisit]] = []
        for visit in [v for _, v in sorted(enumerate(self.visits), key=lambda one: (-one[1].ago, f"v{one[0]:03}"))]:
            current = found[-1] if found else None
            if current is None or (visit.status in _HAPPENS and _is_new(visit, current)):
                found.append([visit])
            else:
                current.append(visit)
        return found


_HAPPENS = {VisitStatus.COMPLETED, VisitStatus.SCHEDULED}


def _is_new(visit: RawVisit, current: list[RawVisit]) -> bool:
    done = {one.kind for one in current if one.status is VisitStatus.COMPLETED}
    gap = (current[-1].ago - visit.ago) * 24 - 1 > 90 * 24
    return VisitKind.DISCHARGE in done or gap or (visit.kind is VisitKind.EVALUATION and VisitKind.EVALUATION in done)


def standing(course: list[RawVisit]) -> str | None:
    """Return where a course of visits stands today."""
    done = [one for one in course if one.status is VisitStatus.COMPLETED and one.ago >= 0]
    if not done:
        return None
    if any(one.kind is VisitKind.DISCHARGE for one in course if one.status is VisitStatus.COMPLETED):
        return "discharged"
    if any(one.ago < 0 and one.status is VisitStatus.SCHEDULED for one in course):
        return "in_care"
    silence = min(one.ago for one in done)
    return "stopped" if silence >= 30 else "at_risk" if silence >= 14 else "in_care"


def _visit(raw: RawVisit, number: int) -> Visit:
    end = ago(raw.ago)
    return Visit(f"v{number:03}", end - HOUR, end, raw.status, raw.kind)


def _survey(raw: RawSurvey, number: int, location: str) -> Survey:
    counted = None if raw.answered is None else ago(raw.answered)
    return Survey(
        id=f"s{number:03}",
        clinic="riverbend",
        patient="p-maria",
        rule="r",
        occurrence=str(number),
        touch=f"t{number}",
        asked_at=ago(raw.ago),
        expires_at=ago(raw.ago) + dt.timedelta(days=400),
        location=location,
        therapist="mei-lin",
        standing=Standing.CONFIRMED if counted else Standing.NONE,
        answer=Answer(raw.score, "", Via.BUTTON, counted) if counted else None,
        counted_at=counted,
        asked=raw.went,
    )


def _case(raw: RawCase, number: int, location: str) -> Case:
    opened = ago(raw.ago)
    notes = [Note(opened, SYSTEM, "opened")]
    if raw.minutes is not None:
        notes.append(Note(opened + dt.timedelta(minutes=raw.minutes), "luis", "called"))
    return Case(
        id=f"C{number}",
        clinic="riverbend",
        patient="p-maria",
        survey="s",
        score=3,
        location=location,
        therapist="mei-lin",
        owner=None,
        opened_at=opened,
        call_by=opened + HOUR,
        escalate_at=None,
        no_call=raw.no_call,
        notes=tuple(notes),
    )


def _mail(raw: RawMail, number: int, location: str) -> Touch:
    at = ago(raw.ago)
    went = raw.state in {State.SENT, State.DELIVERED, State.BOUNCED, State.COMPLAINED}
    return Touch(
        clinic="riverbend",
        recipient=patient_recipient("p-maria"),
        purpose="after-evaluation",
        occurrence=str(number),
        kind=raw.kind,
        created_at=at,
        about=Subject(location=location, therapist="mei-lin"),
        state=raw.state,
        at=at,
        sent_at=at if went else None,
    )


DAYS = st.one_of(st.integers(0, 45), st.integers(0, 420), st.sampled_from([13, 14, 29, 30, 89, 90, 364, 365]))
VISITS = st.builds(
    RawVisit,
    DAYS,
    st.sampled_from([VisitStatus.COMPLETED] * 4 + [VisitStatus.CANCELLED, VisitStatus.NO_SHOW]),
    st.sampled_from([VisitKind.TREATMENT] * 4 + [VisitKind.EVALUATION, VisitKind.DISCHARGE]),
)
PLANNED = st.builds(RawVisit, st.integers(-20, -1), st.just(VisitStatus.SCHEDULED))


@st.composite
def surveys(draw: st.DrawFn) -> RawSurvey:
    """Return a survey: an answer comes after the question."""
    asked = draw(DAYS)
    answered = draw(st.none() | st.integers(0, asked))
    return RawSurvey(asked, answered, draw(st.integers(0, 10)), answered is not None or draw(st.booleans()))


CASES = st.builds(RawCase, st.integers(2, 400), st.none() | st.integers(0, 2000), st.booleans())
MAILS = st.builds(RawMail, DAYS, st.sampled_from(State), st.sampled_from([Kind.SURVEY, Kind.THANK_YOU]))
RAWS = st.builds(
    Raw,
    st.builds(lambda done, planned: done + planned, st.lists(VISITS, max_size=8), st.lists(PLANNED, max_size=1)),
    st.lists(surveys(), max_size=4),
    st.lists(CASES, max_size=2),
    st.lists(MAILS, max_size=4),
    st.sampled_from([True, True, False]),
    st.sampled_from([False, False, True]),
    st.sampled_from([False, False, True]),
    st.sampled_from([False, False, False, True]),
    st.sampled_from(["downtown", "north"]),
)
PEOPLE = st.lists(RAWS, min_size=1, max_size=12)


def gaps(numbers: list[int]) -> list[int]:
    """Return the steps between neighbours."""
    return [after - before for before, after in pairwise(numbers)]
