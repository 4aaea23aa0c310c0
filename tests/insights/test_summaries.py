"""The night's count at work: over stored patients, in slices, kept for pages that read it by one query."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import pytest
from botocore.client import BaseClient

from prm.clinics.model import Clinic
from prm.core import table
from prm.core.due import Schedule
from prm.core.settings import Settings
from prm.insights.model import CLINIC, Cut, Difference, Figures
from prm.insights.posted import RuleWork
from prm.insights.shrink import Stand
from prm.insights.spans import Span
from prm.insights.summaries import JOB
from prm.insights.verdicts import Word
from prm.jobs import service as jobs
from prm.jobs.store import JobRow
from prm.links.model import Link, Purpose
from prm.mail.model import Kind, State, StopKind, StopReason, Subject, Touch, patient_recipient
from prm.mail.stops import names
from prm.patients.model import Visit, VisitStatus
from prm.surveys.model import Via
from prm.wiring import House
from tests import examples
from tests.fakes import NOON, FakeClock, FakeQueues

HOUR = dt.timedelta(hours=1)
NIGHT = dt.datetime(2026, 11, 25, 8, tzinfo=dt.UTC)
"""Three in the morning in New York, tomorrow."""


class Nobody:
    def failed(self, line: str, key: object, error: Exception, failures: int) -> None:
        raise error


@dataclass
class Town:
    """A house with patients who come, are asked, and answer."""

    house: House
    clinic: Clinic
    clock: FakeClock

    def comes(self, patient: str, *days_ago: int, location: str = "downtown", **changes: object) -> None:
        """Take in a patient who came on these days."""
        now = self.clock.now
        person = examples.maria(id=patient, record_number=patient, email=f"{patient}@example.com", **changes)
        ends = [now - dt.timedelta(days=days) for days in days_ago]
        visits = [
            Visit(f"v{n}", end - HOUR, end, VisitStatus.COMPLETED, therapist="mei-lin", location=location)
            for n, end in enumerate(ends)
        ]
        store = self.house.patients.store
        table.transact(
            [
                store.add(self.clinic.id, person, now),
                *store.add_visits(self.clinic.id, patient, visits),
            ]
        )

    def asks(self, patient: str, days_ago: int, **about: str | None) -> Link:
        """Send a survey that day; return its link."""
        at = self.clock.now - dt.timedelta(days=days_ago)
        place = Subject(**({"location": "downtown", "therapist": "mei-lin", "episode": "from-v0"} | about))  # type: ignore[arg-type]
        recipient = patient_recipient(patient)
        touch = Touch(
            self.clinic.id, recipient, "after-evaluation", str(days_ago), Kind.SURVEY, at, place, State.DELIVERED, at=at
        )
        table.transact([self.house.mail.order(touch)])
        self.house.surveys.asked(self.clinic.id, touch, at, at + dt.timedelta(days=60))
        return Link(self.clinic.id, recipient, touch.id, frozenset(Purpose), at + dt.timedelta(days=60), touch.id)

    def answers(self, patient: str, days_ago: int, score: int, **about: str | None) -> None:
        """Ask and answer on the same day."""
        link = self.asks(patient, days_ago, **about)
        now = self.clock.now
        self.clock.now = now - dt.timedelta(days=days_ago)
        self.house.surveys.answer(link, link.survey or "", score, "", Via.BUTTON)
        self.clock.now = now

    def work(self, rule: str) -> RuleWork:
        """Return what a rule did."""
        rules = self.house.summaries.count(self.clinic.id)[CLINIC].rules
        return next(one for one in rules if one.rule == rule)

    def counts(self) -> None:
        """Work through all long work that is due."""
        schedule: Schedule = self.house.schedule
        for shard in range(schedule.shards):
            schedule.drain("jobs", shard, lambda: True, Nobody())


@pytest.fixture
def town(tables: None, clock: FakeClock, queues: FakeQueues, clinic: Clinic) -> Town:
    house = House(Settings(tables="test-", base_url="https://care.example", hit_key=b"k"), clock)
    house.__dict__.update(queues=queues)
    house.clinics.create(clinic)
    house.summaries.begin(clinic.id)
    return Town(house, clinic, clock)


def test_before_the_first_night_the_score_is_there_and_the_rest_is_not(town: Town) -> None:
    town.comes("p1", 3)
    town.answers("p1", 1, 9)
    board = town.house.insights.dashboard(town.clinic.id)
    assert (board.figures, board.summary, board.stretch) == (Figures(promoters=1), None, None)
    assert town.house.insights.compare(town.clinic.id, Cut.THERAPIST) is None


def test_one_night_counts_what_was_stored(town: Town) -> None:
    town.comes("answered", 20, 13, 6)
    town.answers("answered", 12, 4)
    town.answers("answered", 5, 9)
    town.comes("asked", 8)
    town.asks("asked", 7)
    town.comes("mute", 9, location="north")
    stopped = names(patient_recipient("mute"), "mute@example.com")
    table.transact(town.house.stops.stop(town.clinic.id, stopped, StopKind.SURVEYS, StopReason.ASKED, NOON))
    town.comes("dead-address", 9)
    broken = names(patient_recipient("x"), "dead-address@example.com")[1:]
    table.transact(town.house.stops.stop(town.clinic.id, broken, StopKind.ALL, StopReason.BOUNCED, NOON))
    town.comes("new", 1)
    town.counts()
    stretch = town.house.insights.dashboard(town.clinic.id).stretch
    assert stretch is not None
    found = stretch.coverage
    assert (found.answered, found.asked, found.opted_out, found.unreachable, found.not_yet) == (1, 1, 1, 1, 1)
    assert (stretch.paired.up, stretch.paired.groups) == (1, {"detractor>promoter": 1})
    assert (stretch.contact.cases, stretch.contact.contacted) == (1, 0)
    assert stretch.mail.delivered == 3
    north = town.house.insights.dashboard(town.clinic.id, location="north").stretch
    assert north is not None
    assert (north.coverage.patients, north.coverage.opted_out) == (1, 1)


def test_a_count_in_many_slices_finds_what_one_finds(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(60):
        town.comes(f"p{number:02}", number % 40, location=["downtown", "north"][number % 2])
    whole = town.house.summaries.count(town.clinic.id)
    monkeypatch.setattr(jobs, "SLICE", dt.timedelta())
    slices = 0
    while JobRow.get(town.clinic.id, JOB).due_at <= town.clock.now:
        town.house.summaries.work_due(town.clinic.id)
        slices += 1
    assert slices == 4
    assert town.house.insights.dashboard(town.clinic.id).summary == whole[CLINIC]
    assert whole[CLINIC].spans[Span.QUARTER].coverage.patients == 60


def test_the_next_count_is_due_in_the_small_hours_of_the_clinic(town: Town) -> None:
    town.counts()
    due = JobRow.get(town.clinic.id, JOB).due_at
    assert NIGHT <= due < NIGHT + HOUR
    town.comes("p1", 3)
    town.counts()
    board = town.house.insights.dashboard(town.clinic.id)
    assert board.stretch is not None
    assert board.stretch.coverage.patients == 0
    town.clock.now = due
    town.counts()
    board = town.house.insights.dashboard(town.clinic.id)
    assert board.summary is not None
    assert (board.summary.as_of, board.summary.spans[Span.QUARTER].coverage.patients) == (due, 1)


def test_a_clinic_is_counted_from_when_its_first_rule_is_spread(town: Town) -> None:
    other = replace(town.clinic, id="other")
    town.house.clinics.create(other)
    town.house.rules.switch_on("other", "after-evaluation", NOON)
    assert not list(JobRow.query("other", JobRow.sk == JOB))
    town.counts()
    board = town.house.insights.dashboard("other")
    assert board.summary is not None
    assert "after-evaluation" in [one.rule for one in board.summary.rules]


def test_a_rule_that_sent_each_week_and_then_nothing_has_gone_quiet(town: Town) -> None:
    town.house.rules.switch_on(town.clinic.id, "after-evaluation", NOON, since=NOON - dt.timedelta(days=200))
    for week in range(2, 14):
        for number in range(5):
            town.comes(f"p{week}-{number}", 7 * week + 2)
            town.asks(f"p{week}-{number}", 7 * week + 1)
    town.counts()
    work = town.work("after-evaluation")
    assert (work.is_quiet, work.per_week, work.sent_lately) == (True, 5.0, 0)
    town.comes("again", 4)
    town.asks("again", 3)
    work = town.work("after-evaluation")
    assert (work.is_quiet, work.sent_lately, work.sent_month) == (False, 1, 16)


def test_therapists_are_held_against_the_clinic(town: Town) -> None:
    for number in range(40):
        town.comes(f"p{number}", 5)
        town.answers(f"p{number}", 2, 10 if number % 2 else 2, therapist="mei-lin" if number % 2 else "omar")
    town.counts()
    found = town.house.insights.compare(town.clinic.id, Cut.THERAPIST, Span.QUARTER)
    assert found is not None
    assert [(one.part.name, one.part.figures.answered, one.stand) for one in found.rows] == [
        ("Mei-Lin Chen", 20, Stand.NO_CLEAR_DIFFERENCE),
        ("Omar Haddad", 20, Stand.NO_CLEAR_DIFFERENCE),
    ]
    assert found.clinic == Figures(0, 20, 0, 20)


def test_a_span_that_begins_after_the_first_90_days_is_held_against_them(town: Town) -> None:
    for number in range(30):
        town.comes(f"old{number}", 300)
        town.answers(f"old{number}", 290 - number, 3 if number % 3 else 10)
        town.comes(f"new{number}", 30)
        town.answers(f"new{number}", 20, 10)
    town.counts()
    board = town.house.insights.dashboard(town.clinic.id)
    assert board.progress is not None
    assert (board.progress.word, round(board.progress.then), round(board.progress.change)) == (Word.ABOVE, -33, 133)
    assert town.house.insights.dashboard(town.clinic.id, Span.YEAR).progress is None


def test_the_trend_has_twelve_months_and_says_which_one_is_under_way(town: Town) -> None:
    town.comes("p1", 40)
    town.answers("p1", 35, 9)
    months = town.house.insights.dashboard(town.clinic.id, Span.MONTH).months
    assert (len(months), months[0].month, months[-1].month) == (12, "2025-12", "2026-11")
    assert [one.month for one in months if one.under_way] == ["2026-11"]
    assert months[-2].figures == Figures(promoters=1)


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was asked of DynamoDB, in order."""
    noted: list[str] = []
    original = vars(BaseClient)["_make_api_call"]

    def call(self: BaseClient, operation: str, params: dict[str, Any]) -> Any:
        noted.append(operation)
        return original(self, operation, params)

    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    return noted


def test_a_dashboard_and_a_comparison_are_one_query_each(town: Town, requests: list[str]) -> None:
    town.comes("p1", 40)
    town.answers("p1", 35, 9)
    town.counts()
    for span in Span:
        requests.clear()
        town.house.insights.dashboard(town.clinic.id, span, location="downtown")
        town.house.insights.compare(town.clinic.id, Cut.THERAPIST, span)
        assert requests == ["Query", "Query"]


def test_a_recount_finds_a_summary_that_is_wrong_and_puts_it_right(town: Town) -> None:
    town.comes("p1", 3)
    town.answers("p1", 1, 9)
    assert town.house.summaries.recount(town.clinic.id) == []
    town.counts()
    assert town.house.summaries.recount(town.clinic.id) == []
    kept = town.house.summaries.count(town.clinic.id)
    town.house.summaries.keep(town.clinic.id, kept | {"location:north": kept["location:downtown"]})
    wrong = town.house.summaries.recount(town.clinic.id, fix=True)
    assert Difference("location:north", "latest", "spans.30d.coverage.answered", 1, 0) in wrong
    assert {one.scope for one in wrong} == {"location:north"}
    assert town.house.summaries.recount(town.clinic.id) == []


def test_the_tallies_recount_is_not_disturbed_by_what_stands_beside_them(town: Town) -> None:
    town.comes("p1", 3)
    town.answers("p1", 1, 9)
    town.counts()
    assert town.house.insights.recount(town.clinic.id) == []
    assert town.house.insights.nps(town.clinic.id).total.promoters == 1
