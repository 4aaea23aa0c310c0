"""Do patients stay? Of the episodes that began in three whole months, how many ended early, and after which visit.

The months are the last ones of which that is known: a patient has stopped after 30 days without a visit, with none
booked and no discharge. Whoever was discharged early, or still comes, did not stop.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from prm.insights.nps import Range
from prm.insights.ranges import Sample, share
from prm.insights.seen import Count, Place, Seen, Standing, Watch
from prm.patients.episodes import Episode
from prm.surveys.model import Group, group_of

EARLY = 3
"""Visits within which stopping counts as early; 20% is often quoted for US clinics."""
MOST = 10
"""How many visits the picture shows."""


@dataclass(frozen=True)
class Stays:
    """Episodes that began in the cohort. `stopped` holds how many ended after 1, 2, ... visits, the last one or more.

    `first` and `last` are the cohort's days. `at_risk` are patients of any cohort who have had no visit for 14 days
    and have none booked. `visits` tells of the cohort's episodes with an answer how many visits they had, by the group
    of the first answer.
    """

    first: dt.date
    last: dt.date
    started: int = 0
    stopped: tuple[int, ...] = ()
    at_risk: int = 0
    visits: dict[Group, Sample] = field(default_factory=dict)

    @property
    def early(self) -> int:
        """How many stopped within the first three visits."""
        return sum(self.stopped[:EARLY])

    @property
    def early_share(self) -> Range | None:
        """The range of their share, in percent."""
        return share(self.early, self.started)

    @property
    def kept(self) -> tuple[float, ...]:
        """The share, in percent, who had not stopped before visit 1, 2, ... 10."""
        if not self.started:
            return ()
        left = [self.started - sum(self.stopped[:before]) for before in range(MOST)]
        return tuple(100 * one / self.started for one in left)


def stays(seen: Seen, watch: Watch) -> Iterator[Count]:
    """Yield what a patient's episodes tell. Who has died did not choose to stop."""
    if seen.patient.deceased_on:
        return
    for episode in seen.episodes:
        done, standing = watch.completed(episode), watch.standing(episode)
        if not done:
            continue
        if standing is Standing.AT_RISK:
            yield Count(seen.place_of(done[-1]), "stays.at_risk")
        if watch.day(done[0].starts_at) in watch.cohort:
            yield from _of_cohort(seen, watch, episode, seen.place_of(done[0]))


def _of_cohort(seen: Seen, watch: Watch, episode: Episode, place: Place) -> Iterator[Count]:
    visits = len(watch.completed(episode))
    yield Count(place, "stays.started")
    if watch.standing(episode) is Standing.STOPPED:
        yield Count(place, f"stays.stopped.{min(visits, MOST)}")
    first = next((one for one in seen.answered if one.episode == episode.id), None)
    if first and first.answer:
        group = group_of(first.answer.score)
        yield Count(place, f"stays.{group}.count")
        yield Count(place, f"stays.{group}.total", visits)
        yield Count(place, f"stays.{group}.squares", visits**2)
