"""Whatever happens to answers, the tallies say what the surveys say."""

import datetime as dt
import itertools
from collections import Counter
from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prm.core.errors import Expired
from prm.insights.model import Figures
from prm.links.model import Link
from prm.surveys.model import Group, Survey, Via
from tests import examples
from tests.answering import MARIA, Practice, open_practice
from tests.fakes import NOON, FakeClock, FakeQueues

CLINICS = itertools.count()
MONTHS_END = dt.datetime(2026, 12, 1, 4, 50, tzinfo=dt.UTC)
"""Ten minutes before November ends in New York."""
PLACES = {"visit-1": "downtown", "visit-6": "north"}

SCORES = st.integers(0, 10)
WHICH = st.integers(0, len(PLACES) - 1)
WORDS = st.sampled_from(["", "thank you"])


@dataclass(frozen=True)
class Answered:
    which: int
    score: int
    comment: str
    via: Via

    def happens(self, practice: Practice, links: list[Link]) -> None:
        practice.answers(links[self.which], self.score, self.comment, self.via)


@dataclass(frozen=True)
class Scanned:
    which: int

    def happens(self, practice: Practice, links: list[Link]) -> None:
        practice.fetches(links[self.which], 0, 1, 2, client="scanner")


@dataclass(frozen=True)
class AskedForNoCall:
    which: int

    def happens(self, practice: Practice, links: list[Link]) -> None:
        practice.surveys.no_call(links[self.which], links[self.which].survey or "")


@dataclass(frozen=True)
class TimePassed:
    minutes: int

    def happens(self, practice: Practice, links: list[Link]) -> None:
        practice.clock.advance(minutes=self.minutes)
        for key in practice.due_surveys():
            practice.surveys.work_due(practice.clinic.id, key.pk.partition("#")[2], key.sk)


EVENTS = st.one_of(
    st.builds(Answered, WHICH, SCORES, WORDS, st.sampled_from(Via)),
    st.builds(Scanned, WHICH),
    st.builds(AskedForNoCall, WHICH),
    st.builds(TimePassed, st.sampled_from([1, 10, 60, 3 * 24 * 60, 8 * 24 * 60])),
)
type Event = Answered | Scanned | AskedForNoCall | TimePassed


def from_surveys(practice: Practice) -> Figures:
    """Count as a person would: look at every survey."""
    found = practice.surveys.of_patient(practice.clinic.id, MARIA)
    groups = Counter(one.answer.group for one in found if one.is_counted and one.answer)
    return Figures(len(found), groups[Group.PROMOTER], groups[Group.PASSIVE], groups[Group.DETRACTOR])


def was_ever_low(survey: Survey) -> bool:
    return survey.is_counted and any(one.is_low for one in (*survey.history, survey.answer) if one)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(EVENTS, min_size=4, max_size=10), starts_at=st.sampled_from([NOON, MONTHS_END]))
def test_after_every_step_the_tallies_agree_with_the_surveys(
    tables: None, events: list[Event], starts_at: dt.datetime
) -> None:
    clinic = examples.riverbend(id=f"clinic-{next(CLINICS)}")
    practice = open_practice(clinic, FakeClock(starts_at), FakeQueues())
    links = [practice.asks(occasion, location=place) for occasion, place in PLACES.items()]
    for event in events:
        try:
            event.happens(practice, links)
        except Expired:
            continue
        assert practice.insights.recount(clinic.id) == []
        assert practice.insights.nps(clinic.id).total == from_surveys(practice)
    surveys = practice.surveys.of_patient(clinic.id, MARIA)
    assert bool(practice.cases()) is any(was_ever_low(one) for one in surveys)
