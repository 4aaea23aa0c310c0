"""Where long work is kept: one item each, due until it is done."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import ClassVar

from pynamodb.attributes import TTLAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.exceptions import DoesNotExist, PynamoDBException, UpdateError
from pynamodb.expressions.update import Action

from prm.core import ids, table
from prm.core.errors import Conflict
from prm.jobs.model import Job, Post, Progress

_KEPT = dt.timedelta(days=30)


class JobRow(table.DueRow):
    """Long work: due until its cursor has passed everyone, in the hands of one worker at a time."""

    class Meta:
        table_name = "prm-jobs"

    due: ClassVar[table.DueIndex] = table.DueIndex()
    cursor: ClassVar[UnicodeAttribute] = UnicodeAttribute()
    draft: ClassVar[UnicodeAttribute] = UnicodeAttribute(null=True)
    lease_until: ClassVar[UTCDateTimeAttribute] = UTCDateTimeAttribute(null=True)
    expires_at: ClassVar[TTLAttribute] = TTLAttribute(null=True)


ROWS: tuple[type[table.Row], ...] = (JobRow,)


class JobStore:
    """Reads and writes jobs. `shards` is how many due shards they are spread over."""

    def __init__(self, shards: int) -> None:
        self._shards = shards

    def starting(self, clinic: str, job: str, due_at: dt.datetime) -> table.Write:
        """Return the write that makes a job due; one of that name begins afresh."""
        shard = str(ids.shard_of(clinic, self._shards))
        return table.put(JobRow(pk=clinic, sk=job, due_shard=shard, due_at=due_at, cursor=""))

    def starting_once(self, clinic: str, job: str, due_at: dt.datetime) -> table.Write:
        """Return the write that makes a job due; it fails where one of that name stands already."""
        shard = str(ids.shard_of(clinic, self._shards))
        return table.put(JobRow(pk=clinic, sk=job, due_shard=shard, due_at=due_at, cursor=""), table.absent(JobRow))

    def take(self, clinic: str, job: str, now: dt.datetime, wall: dt.datetime, lease: dt.timedelta) -> Job | None:
        """Take a job in hand for a while; None where it is done or not due. Raises Conflict while another has it."""
        free = JobRow.lease_until.does_not_exist() | (JobRow.lease_until < wall)
        try:
            row = JobRow(pk=clinic, sk=job)
            row.update([JobRow.lease_until.set(wall + lease)], condition=(JobRow.due_at <= now) & free)
        except UpdateError as err:
            if table.is_failed_condition(err):
                self._refuse_if_busy(clinic, job, now)
                return None
            raise table.remains(err) from err
        return Job(clinic, job, row.cursor, row.draft or "")

    def put_down(self, job: Job, progress: Progress, due_at: dt.datetime) -> None:
        """Leave a job for the next tick, all up to the cursor done."""
        draft = JobRow.draft.set(progress.draft) if progress.draft else JobRow.draft.remove()
        self._end(job, [JobRow.cursor.set(progress.cursor), draft, JobRow.due_at.set(due_at)])

    def finish(self, job: Job, wall: dt.datetime, result: str = "") -> None:
        """End a job; it is kept for a while with its result, to be seen."""
        expires = JobRow.expires_at.set(wall + _KEPT)
        draft = JobRow.draft.set(result) if result else JobRow.draft.remove()
        self._end(job, [JobRow.due_at.remove(), JobRow.due_shard.remove(), draft, expires])

    def find(self, clinic: str, job: str) -> Job | None:
        """Return a job as it stands, strongly consistent, or None."""
        try:
            row = JobRow.get(clinic, job, consistent_read=True)
        except DoesNotExist:
            return None
        except PynamoDBException as err:
            raise table.remains(err) from err
        return Job(clinic, job, row.cursor, row.draft or "", row.due_at is None)

    def find_some(self, clinic: str, jobs: Iterable[str]) -> dict[str, Job]:
        """Return those of these jobs that there are, by name, strongly consistent, by one request."""
        try:
            rows = list(JobRow.batch_get([(clinic, job) for job in jobs], consistent_read=True))
        except PynamoDBException as err:
            raise table.remains(err) from err
        return {row.sk: Job(clinic, row.sk, row.cursor, row.draft or "", row.due_at is None) for row in rows}

    def list_of(self, clinic: str) -> Iterator[Post]:
        """Yield a clinic's jobs, those that are over for a while too."""
        try:
            for row in JobRow.query(clinic):
                yield Post(row.sk, row.cursor, row.due_at, int(row.failures or 0))
        except PynamoDBException as err:
            raise table.remains(err) from err

    def repeat(self, job: Job, due_at: dt.datetime) -> None:
        """End a round of a job that begins anew at `due_at`."""
        self._end(job, [JobRow.cursor.set(""), JobRow.draft.remove(), JobRow.due_at.set(due_at)])

    @staticmethod
    def _end(job: Job, actions: list[Action]) -> None:
        try:
            JobRow(pk=job.clinic, sk=job.id).update(
                [*actions, JobRow.lease_until.remove(), JobRow.failures.remove()],
                condition=(JobRow.cursor == job.cursor) & JobRow.lease_until.exists(),
            )
        except UpdateError as err:
            if table.is_failed_condition(err):
                raise Conflict("someone else went on with this work") from err
            raise table.remains(err) from err

    @staticmethod
    def _refuse_if_busy(clinic: str, job: str, now: dt.datetime) -> None:
        try:
            row = JobRow.get(clinic, job, consistent_read=True)
        except DoesNotExist:
            return
        except PynamoDBException as err:
            raise table.remains(err) from err
        if _is_due(row.due_at, now):
            raise Conflict("someone else is at this work")


def _is_due(due_at: dt.datetime | None, now: dt.datetime) -> bool:
    return due_at is not None and due_at <= now
