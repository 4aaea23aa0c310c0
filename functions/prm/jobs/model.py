"""A piece of long work, and how far it has come."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Job:
    """Long work of one clinic. All up to `cursor` is done; `draft` is what that yielded, in the words of its part."""

    clinic: str
    id: str
    cursor: str = ""
    draft: str = ""
    is_done: bool = False


@dataclass(frozen=True)
class Progress:
    """How far a piece of work has come, where it may be laid down."""

    cursor: str
    draft: str = ""


class Stand(StrEnum):
    """Where a job stands for whoever watches over it."""

    DONE = "done"
    FAILING = "failing"
    RUNNING = "running"
    WAITING = "waiting"


@dataclass(frozen=True)
class Post:
    """A job as it stands: up to where its work is done, when it goes on, how often in a row it failed."""

    id: str
    cursor: str = ""
    due_at: dt.datetime | None = None
    failures: int = 0

    def stand(self, now: dt.datetime) -> Stand:
        """Return where it stands; what is due and not failing is in someone's hands, or will be with the next tick."""
        if self.due_at is None:
            return Stand.DONE
        if self.failures:
            return Stand.FAILING
        return Stand.RUNNING if self.cursor or self.due_at <= now else Stand.WAITING
