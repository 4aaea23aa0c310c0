"""Mail that was given up: looked at, sent again, or dropped, by a person of the operator's.

A message in a dead-letter queue is three ids. Whoever looks at it sees what became of its touch meanwhile: most are
settled by then, as the due index queues an unsent touch again by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from prm.core.errors import NotFound
from prm.mail.dead import Dead
from prm.mail.model import Touch, TouchKey
from prm.mail.service import MailService


class DeadLetters(Protocol):
    """The queue of what was given up."""

    def look(self) -> Iterator[Dead]:
        """Yield some of its messages."""
        ...

    def drop(self, handle: str) -> None:
        """Remove a message."""
        ...


@dataclass(frozen=True)
class FailureService:
    """The two queues of mail that was given up, by name."""

    queues: dict[str, DeadLetters]
    mail: MailService

    def look(self) -> list[tuple[str, Dead, Touch | None]]:
        """Return what lies there, with the touch as it stands now."""
        return [
            (name, dead, self.mail.find(dead.key) if dead.key else None)
            for name, queue in self.queues.items()
            for dead in queue.look()
        ]

    def retry(self, name: str, handle: str, key: TouchKey) -> None:
        """Queue the touch again and drop the message; safe, as a touch that went out is not sent twice."""
        touch = self.mail.find(key)
        if touch is None:
            raise NotFound("There is no such mail")
        self.mail.announce((touch,))
        self.drop(name, handle)

    def drop(self, name: str, handle: str) -> None:
        """Remove a message. Raises NotFound for a queue we do not have."""
        if name not in self.queues:
            raise NotFound("There is no such queue")
        self.queues[name].drop(handle)
