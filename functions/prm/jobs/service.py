"""Working at long work a slice at a time: no worker holds it for long, none needs to finish it."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from prm.core.clock import Clock
from prm.core.table import Write
from prm.jobs.model import Job, Post, Progress, Stand
from prm.jobs.store import JobStore

LEASE = dt.timedelta(minutes=2)
SLICE = dt.timedelta(seconds=15)

type Steps = Callable[[Job], Iterator[Progress]]


@dataclass(frozen=True)
class JobService:
    """Jobs of all parts. What a job does is its part's: steps that yield wherever the work may be laid down."""

    store: JobStore
    clock: Clock

    def start(self, clinic_id: str, job_id: str, due_at: dt.datetime) -> Write:
        """Return the write that makes a job due; one of that name begins afresh."""
        return self.store.starting(clinic_id, job_id, due_at)

    def start_once(self, clinic_id: str, job_id: str, due_at: dt.datetime) -> Write:
        """Return the write that makes a job due; it fails where one of that name stands already."""
        return self.store.starting_once(clinic_id, job_id, due_at)

    def find(self, clinic_id: str, job_id: str) -> Job | None:
        """Return a job as it stands, done or not, or None."""
        return self.store.find(clinic_id, job_id)

    def some(self, clinic_id: str, job_ids: Iterable[str]) -> dict[str, Job]:
        """Return those of these jobs that there are, by name, by one request."""
        return self.store.find_some(clinic_id, job_ids)

    def list_of(self, clinic_id: str) -> list[Post]:
        """Return a clinic's jobs: what goes on or failed first, then what waits, then what is over."""
        now, order = self.clock.business(), [Stand.FAILING, Stand.RUNNING, Stand.WAITING, Stand.DONE]
        return sorted(self.store.list_of(clinic_id), key=lambda one: (order.index(one.stand(now)), one.id))

    def work(
        self,
        clinic_id: str,
        job_id: str,
        steps: Steps,
        again_at: Callable[[], dt.datetime] | None = None,
        *,
        keeps: bool = False,
    ) -> None:
        """Take up a job where it was laid down, for a few seconds; the next tick goes on from there.

        A job that is done is over, or due again at `again_at()`; with `keeps` its last draft stays, as its result.
        Raises Conflict while someone else is at it.
        """
        began = self.clock.wall()
        job = self.store.take(clinic_id, job_id, self.clock.business(), began, LEASE)
        if job is None:
            return
        draft = ""
        for progress in steps(job):
            draft = progress.draft
            if self.clock.wall() - began >= SLICE:
                self.store.put_down(job, progress, self.clock.business())
                return
        if again_at:
            self.store.repeat(job, again_at())
        else:
            self.store.finish(job, self.clock.wall(), draft if keeps else "")
