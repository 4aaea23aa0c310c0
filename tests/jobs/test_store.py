"""Where long work is kept: the store keeps its word in memory and on DynamoDB Local."""

import datetime as dt

import pytest

from prm.core import table
from prm.core.errors import Conflict
from prm.jobs.model import Job, Progress, Stand
from prm.jobs.store import JobRow, JobStore
from tests.fakes import NOON

LEASE = dt.timedelta(minutes=2)
DAY = dt.timedelta(days=1)

pytestmark = pytest.mark.usefixtures("both_tables")


@pytest.fixture
def jobs() -> JobStore:
    made = JobStore(shards=2)
    table.transact([made.starting("riverbend", "count", NOON)])
    return made


def taken(jobs: JobStore, at: dt.datetime = NOON) -> Job | None:
    return jobs.take("riverbend", "count", at, at, LEASE)


def due(at: dt.datetime = NOON) -> list[str]:
    return [key.sk for shard in range(2) for key in table.due_keys(JobRow, shard, at)]


def test_one_worker_has_a_job_in_hand_until_its_lease_ends(jobs: JobStore) -> None:
    assert taken(jobs) == Job("riverbend", "count")
    with pytest.raises(Conflict):
        taken(jobs, NOON + LEASE)
    assert taken(jobs, NOON + LEASE + dt.timedelta(seconds=1)) == Job("riverbend", "count")


def test_an_operator_sees_where_each_job_stands(jobs: JobStore) -> None:
    table.transact([jobs.starting("riverbend", "later", NOON + DAY), jobs.starting("lakeside", "other", NOON)])
    assert [(one.id, one.stand(NOON)) for one in jobs.list_of("riverbend")] == [
        ("count", Stand.RUNNING),
        ("later", Stand.WAITING),
    ]
    table.put_off(JobRow, table.DueKey("riverbend", "count", NOON), NOON)
    [failing, _] = jobs.list_of("riverbend")
    assert (failing.stand(NOON), failing.failures) == (Stand.FAILING, 1)
    job = taken(jobs, NOON + DAY)
    assert job
    jobs.finish(job, NOON + DAY)
    [done, _] = jobs.list_of("riverbend")
    assert (done.stand(NOON + DAY), done.failures) == (Stand.DONE, 0)


def test_nobody_takes_what_is_not_due_or_not_there(jobs: JobStore) -> None:
    assert taken(jobs, NOON - LEASE) is None
    assert jobs.take("lakeside", "count", NOON, NOON, LEASE) is None


def test_work_goes_on_from_where_it_was_put_down(jobs: JobStore) -> None:
    job = taken(jobs)
    assert job
    jobs.put_down(job, Progress("p-maria", "so far"), NOON + LEASE)
    assert due() == []
    assert taken(jobs, NOON + LEASE) == Job("riverbend", "count", "p-maria", "so far")


def test_who_lost_a_job_does_not_move_it(jobs: JobStore) -> None:
    slow, quick = taken(jobs), taken(jobs, NOON + 2 * LEASE)
    assert slow
    assert quick
    jobs.put_down(quick, Progress("p-maria"), NOON)
    with pytest.raises(Conflict):
        jobs.put_down(slow, Progress("p-anna"), NOON)


def test_what_is_finished_is_due_no_more(jobs: JobStore) -> None:
    job = taken(jobs)
    assert job
    jobs.finish(job, NOON)
    assert due(NOON + 1000 * DAY) == []


def test_a_job_that_repeats_begins_anew(jobs: JobStore) -> None:
    job = taken(jobs)
    assert job
    jobs.put_down(job, Progress("p-maria", "so far"), NOON)
    again = taken(jobs)
    assert again
    jobs.repeat(again, NOON + DAY)
    assert (due(), due(NOON + DAY)) == ([], ["count"])
    assert taken(jobs, NOON + DAY) == Job("riverbend", "count")


def test_a_job_begins_once_under_its_name(jobs: JobStore) -> None:
    with pytest.raises(Conflict):
        table.transact([jobs.starting_once("riverbend", "count", NOON + DAY)])
    table.transact([jobs.starting("riverbend", "count", NOON + DAY)])
    assert due() == []
