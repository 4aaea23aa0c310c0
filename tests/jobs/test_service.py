"""Long work goes on where it was laid down, in one pair of hands, and not before it is due."""

import datetime as dt
from collections.abc import Iterator

import pytest

from prm.core import table
from prm.core.errors import Conflict
from prm.jobs import service
from prm.jobs.model import Job, Progress
from prm.jobs.service import JobService
from prm.jobs.store import JobRow, JobStore
from tests.fakes import NOON, FakeClock

DAY = dt.timedelta(days=1)


@pytest.fixture
def jobs(tables: None, clock: FakeClock) -> JobService:
    made = JobService(JobStore(2), clock)
    table.transact([made.start("riverbend", "count", NOON)])
    return made


class Counting:
    """Counts to five, and keeps the sum so far."""

    def __init__(self) -> None:
        self.seen: list[Job] = []

    def __call__(self, job: Job) -> Iterator[Progress]:
        self.seen.append(job)
        total = int(job.draft or 0)
        for number in range(int(job.cursor or 0) + 1, 6):
            total += number
            yield Progress(str(number), str(total))
        self.total = total


def work(jobs: JobService, steps: Counting, again_at: dt.datetime | None = None) -> None:
    jobs.work("riverbend", "count", steps, (lambda: again_at) if again_at else None)


def test_work_is_done_in_one_go_where_there_is_time(jobs: JobService) -> None:
    steps = Counting()
    work(jobs, steps)
    work(jobs, steps)
    assert (steps.total, len(steps.seen)) == (15, 1)
    assert JobRow.get("riverbend", "count").due_at is None


def test_work_goes_on_where_it_was_laid_down_with_what_it_had(
    jobs: JobService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "SLICE", dt.timedelta())
    steps = Counting()
    for _ in range(6):
        work(jobs, steps)
    assert steps.total == 15
    assert [(one.cursor, one.draft) for one in steps.seen[:3]] == [("", ""), ("1", "1"), ("2", "3")]


def test_a_round_that_is_done_begins_anew_when_its_time_comes(jobs: JobService, clock: FakeClock) -> None:
    steps = Counting()
    work(jobs, steps, NOON + DAY)
    work(jobs, steps, NOON + DAY)
    assert len(steps.seen) == 1
    clock.advance(days=1)
    work(jobs, steps, NOON + 2 * DAY)
    assert [(one.cursor, one.draft) for one in steps.seen] == [("", ""), ("", "")]


def test_work_in_someone_elses_hands_is_left_to_them_until_their_time_is_up(jobs: JobService, clock: FakeClock) -> None:
    assert jobs.store.take("riverbend", "count", NOON, NOON, service.LEASE)
    with pytest.raises(Conflict):
        work(jobs, Counting())
    clock.advance(minutes=3)
    steps = Counting()
    work(jobs, steps)
    assert steps.total == 15


def test_whoever_lost_a_job_cannot_lay_it_down(jobs: JobService, clock: FakeClock) -> None:
    slow = jobs.store.take("riverbend", "count", NOON, NOON, service.LEASE)
    assert slow
    clock.advance(minutes=3)
    work(jobs, Counting())
    with pytest.raises(Conflict):
        jobs.store.put_down(slow, Progress("3"), NOON)


def test_an_unknown_job_is_no_work(jobs: JobService) -> None:
    jobs.work("riverbend", "nothing", Counting())
