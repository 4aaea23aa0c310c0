"""The first-run checklist: from an empty clinic to the first survey, and why each step is worth its minute."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalice import Response

from prm.insights.dashboard import Dashboard
from prm.mail.model import State
from prm.rules.model import Rule
from prm.web import framed
from prm.web.parts import Step
from prm.web.staff import LEADS, StaffPages, StaffVisit

NAV = "home"
FIRST_RULE = "after-evaluation"
_COUNTED = 1000
"""So many patients are counted; beyond, "more than" is as good."""
_WENT = frozenset({State.DUE, State.CLAIMED, State.SENT, State.DELIVERED, State.UNKNOWN, State.UNCONFIRMED})


@dataclass(frozen=True)
class Task:
    """One step with the minutes it takes; `name` tells which."""

    name: str
    minutes: int
    step: Step
    is_optional: bool = False


@dataclass(frozen=True)
class Checklist:
    """All steps, in their order."""

    tasks: tuple[Task, ...]

    @property
    def steps(self) -> list[Step]:
        """What the component shows."""
        return [task.step for task in self.tasks]

    @property
    def done(self) -> int:
        """How many are done."""
        return sum(task.step.is_done for task in self.tasks)

    @property
    def minutes(self) -> int:
        """About how long the rest takes."""
        return sum(task.minutes for task in self.tasks if not task.step.is_done)

    @property
    def next(self) -> Task | None:
        """The first step that is open."""
        return next((task for task in self.tasks if not task.step.is_done), None)

    @property
    def is_over(self) -> bool:
        """Whether all is done that a first survey needs."""
        return all(task.step.is_done for task in self.tasks if not task.is_optional)


def register(pages: StaffPages) -> None:
    """Add the routes."""
    pages.at("/clinic/start", roles=LEADS)(start)


def leads_on(visit: StaffVisit, board: Dashboard) -> bool:
    """Tell whether who opens Home is better served here: a lead's, before anything was counted, who chose nothing."""
    is_new = board.summary is None and not any(month.figures.answered for month in board.months)
    return visit.leads and is_new and not visit.request.query_params


def start(visit: StaffVisit) -> Response:
    """Show the checklist beside what patients will see."""
    return framed.holding(visit.page("start/page.html", nav=NAV, checklist=checklist(visit), first_rule=FIRST_RULE))


def steps(visit: StaffVisit) -> list[Step]:
    """Return the steps, by three requests."""
    return checklist(visit).steps


def checklist(visit: StaffVisit) -> Checklist:
    """Return what is done and what is left, by three requests to the database however large the clinic is."""
    patients = visit.house.patients.count(visit.clinic.id, _COUNTED)
    rules = visit.house.rules.list_of(visit.clinic.id)
    tests = visit.house.trial.sent_to(visit.clinic.id, visit.member.id)
    tested = any(one.state in _WENT for one in tests)
    return Checklist(
        (
            *_people(visit, patients),
            Task("test", 1, _step(visit, "test", f"rules/{FIRST_RULE}", visit.member.email if tested else "")),
            Task("rule", 1, _step(visit, "rule", "rules", _rules_on(rules))),
            Task("reviews", 2, _step(visit, "reviews", "settings/locations", _sites(visit)), is_optional=True),
            Task("staff", 1, _step(visit, "staff", "settings/team/new", _colleagues(visit)), is_optional=True),
        )
    )


def _people(visit: StaffVisit, patients: int) -> tuple[Task, ...]:
    places = ", ".join(place.name for place in visit.clinic.locations)
    therapists = len(visit.clinic.therapists)
    treat = visit.texts.count("console_start.there_therapists", therapists) if therapists else ""
    key = "there_patients_more" if patients >= _COUNTED else "there_patients"
    there = visit.formats.count(f"console_start.{key}", patients) if patients else ""
    return (
        Task("locations", 1, _step(visit, "locations", "settings/locations", places)),
        Task("therapists", 1, _step(visit, "therapists", "settings/therapists", treat)),
        Task("patients", 3, _step(visit, "patients", "records", there)),
    )


def _step(visit: StaffVisit, name: str, path: str, there: str) -> Step:
    """Return a step: what is there makes it done."""
    step = Step(
        visit.texts(f"console_start.{name}"), visit.texts(f"console_start.{name}_why"), href=visit.urls.console(path)
    )
    return replace(step, is_done=True, why=visit.texts(f"console_start.{name}_done", there=there)) if there else step


def _rules_on(rules: Sequence[Rule]) -> str:
    kept = {one.id for one in rules}
    return ", ".join(f"“{one.name}”" for one in rules if one.on and one.follows not in kept)


def _sites(visit: StaffVisit) -> str:
    names = dict.fromkeys(site.name for place in visit.clinic.locations for site in place.review_sites)
    return ", ".join(names)


def _colleagues(visit: StaffVisit) -> str:
    others = [one.name for one in visit.clinic.staff if one.id != visit.member.id]
    return ", ".join(others)
