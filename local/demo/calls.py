"""What staff do when a patient is unhappy: they call in opening hours, mostly in time; and who still waits today.

Those who are upset wait in different ways, so that an inbox shows all it can: one is late, one is someone's, one did
not answer the phone, and two came in this morning.
"""

import datetime as dt
import random
from collections.abc import Callable

from local.demo import words
from local.demo.people import Wait
from local.demo.stage import Stage
from prm.clinics import hours
from prm.clinics.model import Clinic, StaffMember
from prm.recovery.model import Case, Outcome
from prm.surveys.themes import themes

_SLOW = 0.12
_TOOK, _WROTE, _RANG = dt.timedelta(minutes=20), dt.timedelta(minutes=35), dt.timedelta(minutes=50)
_AGAIN = dt.time(10)

type Step = Callable[[Stage, Clinic, Case], None]


_BEFORE = {Wait.TAKEN: 170, Wait.FRESH: 65, Wait.NEW: 15}
"""Minutes before the demo begins that they answered; the others did the day before."""


def answers_at(wait: Wait | None, usual_at: dt.datetime, until: dt.datetime) -> dt.datetime:
    """Return when someone who waits answered: at the usual time, or so that they still wait as they should."""
    before = _BEFORE.get(wait) if wait else None
    return until - dt.timedelta(minutes=before) if before else usual_at


def call_at(clinic: Clinic, case: Case, draw: random.Random) -> dt.datetime:
    """Return when someone calls: within the promised time or soon after it, a few a day or two late."""
    within = clinic.case_times.call_within
    if draw.random() < _SLOW:
        return hours.add_opening_hours(clinic, case.call_by, dt.timedelta(hours=draw.uniform(1, 20)))
    return hours.add_opening_hours(clinic, case.opened_at, draw.uniform(0.1, 1.1) * within)


def owner(clinic: Clinic, case: Case) -> StaffMember:
    """Return who calls."""
    return clinic.member(case.owner) if case.owner else clinic.staff[0]


def close(stage: Stage, clinic: Clinic, case: Case, about: str, draw: random.Random) -> None:
    """Take the case as it stands now, and close it with a word about how the call went."""
    outcome, note = words.call(about, draw)
    member = owner(clinic, case)
    found = _now(stage, clinic, case)
    if not found.is_open:
        return
    mine = found if found.taken_by else stage.desk.take(found, member)
    cause = next((str(one) for one in themes(case.words)), "")
    stage.desk.close(mine, member, Outcome(outcome), cause, note)


def so_far(wait: Wait | None) -> tuple[tuple[dt.timedelta, Step], ...]:
    """Return what was done about someone who still waits, and how long after the answer."""
    done = {Wait.TAKEN: ((_TOOK, _take), (_WROTE, _write)), Wait.PAUSED: ((_RANG, _pause),)}
    return done.get(wait, ()) if wait else ()


def _take(stage: Stage, clinic: Clinic, case: Case) -> None:
    stage.desk.take(_now(stage, clinic, case), owner(clinic, case))


def _write(stage: Stage, clinic: Clinic, case: Case) -> None:
    stage.desk.note(_now(stage, clinic, case), owner(clinic, case), words.waiting("taken"))


def _pause(stage: Stage, clinic: Clinic, case: Case) -> None:
    """Nobody answered: try again at ten, on the day after the demo begins."""
    tomorrow = stage.ends_at.astimezone(clinic.tz).date() + dt.timedelta(days=1)
    again_at = hours.add_opening_hours(clinic, hours.at_local(tomorrow, _AGAIN, clinic.tz), dt.timedelta())
    stage.desk.pause(_now(stage, clinic, case), owner(clinic, case), again_at, words.waiting("paused"))


def _now(stage: Stage, clinic: Clinic, case: Case) -> Case:
    return stage.desk.case(clinic, owner(clinic, case), case.patient, case.id)
