"""Ordering touches, and what becomes of them after the sender let go."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from prm.core import table
from prm.core.clock import Clock
from prm.core.errors import Conflict
from prm.core.table import Write, Writes
from prm.mail.model import MAX_RESENDS, News, State, StopKind, StopReason, Touch, TouchKey
from prm.mail.stops import StopService, address_name
from prm.mail.store import TouchStore

if TYPE_CHECKING:
    from prm.mail.gateway import QueueGateway  # its SDK is loaded by what queues, not by what shows a page

_REQUEUE_URGENT = dt.timedelta(minutes=2)
_REQUEUE_BULK = dt.timedelta(minutes=15)
_REQUEUE_MOST = dt.timedelta(hours=4)


@dataclass(frozen=True)
class Effects:
    """What one part adds to another's transaction, and which touches to announce once it is committed."""

    writes: Writes = ()
    touches: tuple[Touch, ...] = ()


def requeue_after(touch: Touch) -> dt.timedelta:
    """Return how long a queued touch may stay unsent before it is queued again: doubled each time, 4 h at most."""
    first = _REQUEUE_URGENT if touch.goes_first else _REQUEUE_BULK
    return min(first * (1 << min(touch.requeues, 10)), _REQUEUE_MOST)


@dataclass(frozen=True)
class MailService:
    """Touches from order to fate; the sending itself is `prm.mail.sending`.

    `unsent` says what else must be undone when a touch certainly never goes; wiring fills it.
    """

    touches: TouchStore
    stops: StopService
    queues: "QueueGateway"
    clock: Clock
    unsent: Callable[[Touch], Writes] = lambda _: ()

    def order(self, touch: Touch) -> Write:
        """Return the write that creates a touch, due to be queued again if nobody announces or sends it."""
        if touch.state is State.DUE:
            touch = replace(touch, due_at=touch.created_at + requeue_after(touch))
        return self.touches.order(touch)

    def announce(self, touches: Sequence[Touch]) -> None:
        """Queue what was ordered, after its transaction. May repeat, may be lost: the due index knows of it."""
        for urgent in (True, False):
            keys = [one.key for one in touches if one.state is State.DUE and one.goes_first is urgent]
            self.queues.put(keys, urgent=urgent)

    def of_recipient(self, clinic: str, recipient: str) -> tuple[Touch, ...]:
        """Return all touches of one person, strongly consistent."""
        return tuple(self.touches.list_of(clinic, recipient))

    def find(self, key: TouchKey) -> Touch | None:
        """Return a touch or None."""
        return self.touches.find(key)

    def give_up(self, touch: Touch, state: State, reason: str) -> None:
        """End a touch unsent, FAILED or SKIPPED, and undo what asking had left behind. A lost race is fine."""
        undo = self.unsent(touch) if touch.attempt else ()
        try:
            table.transact([self.touches.give_up(touch, state, reason, self.clock.business()), *undo])
        except Conflict:
            return

    def work_due(self, key: TouchKey) -> None:
        """Act on a touch whose time has come: queue it again, end its lease, or settle what stays unknown."""
        now = self.clock.business()
        touch = self.touches.find(key)
        if touch is None or touch.due_at is None or touch.due_at > now:
            return
        try:
            if touch.state is State.DUE:
                self._requeue(touch, now)
            elif touch.state is State.CLAIMED:
                self._end_lease(touch, now)
            elif touch.state is State.UNKNOWN:
                self._settle(touch, now)
        except Conflict:
            return

    def news(self, key: TouchKey, news: News) -> None:
        """Take in what SES says. The same news twice, late, or out of order does no harm.

        SES speaks in wall time; what we keep is business time.
        """
        news = replace(news, at=news.at + self.clock.ahead())
        if news.state is State.COMPLAINED or (news.state is State.BOUNCED and news.permanent):
            self._suppress(key, news)
        try:
            self.touches.lift(key, news.state, news.at, reason=news.reason)
        except Conflict:
            return

    def _requeue(self, touch: Touch, now: dt.datetime) -> None:
        self.touches.requeue(touch, now + requeue_after(replace(touch, requeues=touch.requeues + 1)))
        self.announce([touch])

    def _end_lease(self, touch: Touch, now: dt.datetime) -> None:
        rest = touch.lease_until - self.clock.wall() if touch.lease_until else dt.timedelta()
        if rest > dt.timedelta():
            self.touches.hold(touch, now + rest)
        else:
            self.touches.lose(touch, touch.attempt or "", (touch.at or now) + touch.unknown_for, now)

    def _settle(self, touch: Touch, now: dt.datetime) -> None:
        if touch.is_urgent and touch.resend < MAX_RESENDS:
            again = replace(touch, state=State.DUE, resend=touch.resend + 1)
            self.touches.resend(touch, now + requeue_after(again), now)
            self.announce([again])
        else:
            self.touches.lift(touch.key, State.UNCONFIRMED, now)

    def _suppress(self, key: TouchKey, news: News) -> None:
        if not key.recipient.startswith("patient:"):
            return
        reason = StopReason.COMPLAINED if news.state is State.COMPLAINED else StopReason.BOUNCED
        names = [address_name(address) for address in news.addresses]
        if reason is StopReason.COMPLAINED:
            names.append(key.recipient)
        writes = self.stops.stop(key.clinic, names, StopKind.ALL, reason, news.at)
        if writes:
            table.transact(writes)
