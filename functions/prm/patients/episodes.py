"""Episodes of care, worked out from the visits each time: nothing stored, so nothing goes stale when visits change.

Where the EMR names the episode its word counts. Otherwise an evaluation opens one, and so does the first visit after
`GAP` without any; a completed discharge closes it.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from prm.patients.model import StateOfCare, Visit, VisitKind, VisitStatus

GAP = dt.timedelta(days=90)


@dataclass
class _Open:
    id: str
    visits: list[Visit] = field(default_factory=list)
    closed: bool = False


@dataclass(frozen=True)
class Episode:
    """One course of care; `visits` in order of time."""

    id: str
    visits: tuple[Visit, ...]

    @property
    def completed(self) -> tuple[Visit, ...]:
        """The visits that took place."""
        return tuple(visit for visit in self.visits if visit.status is VisitStatus.COMPLETED)

    @property
    def discharge(self) -> Visit | None:
        """The completed discharge visit, if there was one."""
        return next((visit for visit in self.completed if visit.kind is VisitKind.DISCHARGE), None)

    def state_at(self, at: dt.datetime) -> StateOfCare:
        """Return where the patient stood in this episode at a moment."""
        done = [visit for visit in self.completed if visit.ends_at <= at]
        if any(visit.kind is VisitKind.DISCHARGE for visit in done):
            return StateOfCare.DISCHARGED
        return StateOfCare.IN_CARE if done else StateOfCare.NEW


def episodes(visits: Iterable[Visit]) -> tuple[Episode, ...]:
    """Group visits into episodes, oldest first. Cancelled visits belong to one but never open it."""
    found: list[_Open] = []
    named: dict[str, _Open] = {}
    for visit in sorted(visits, key=lambda one: (one.starts_at, one.id)):
        _place(visit, found, named).visits.append(visit)
    return tuple(Episode(one.id, tuple(one.visits)) for one in found)


def _place(visit: Visit, found: list[_Open], named: dict[str, _Open]) -> _Open:
    if visit.episode:
        if visit.episode not in named:
            named[visit.episode] = _Open(visit.episode)
            found.append(named[visit.episode])
        return named[visit.episode]
    unnamed = [one for one in found if one.id not in named]
    current = unnamed[-1] if unnamed else None
    if current is None or _begins(visit, current):
        current = _Open(f"from-{visit.id}")
        found.append(current)
    current.closed = current.closed or (visit.kind is VisitKind.DISCHARGE and visit.status is VisitStatus.COMPLETED)
    return current


def _begins(visit: Visit, current: _Open) -> bool:
    if visit.status in {VisitStatus.CANCELLED, VisitStatus.NO_SHOW}:
        return False
    if current.closed or visit.starts_at - current.visits[-1].ends_at > GAP:
        return True
    began = any(one.kind is VisitKind.EVALUATION and one.status is VisitStatus.COMPLETED for one in current.visits)
    return visit.kind is VisitKind.EVALUATION and began
