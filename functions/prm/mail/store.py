"""Where touches are kept. Every change is one conditional write: who loses a race learns it and stops."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import ClassVar

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.exceptions import DoesNotExist, PynamoDBException, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from prm.core import ids, record, table
from prm.core.errors import Conflict
from prm.core.together import Ask
from prm.mail.model import Kind, State, Stop, StopKind, StopReason, Touch, TouchKey, below


class TouchRow(table.DueRow):
    """What conditions and events need stands in attributes; what never changes, in `doc`."""

    class Meta:
        table_name = "prm-touches"

    due: ClassVar[table.DueIndex] = table.DueIndex()
    state: ClassVar[UnicodeAttribute] = UnicodeAttribute()
    kind: ClassVar[UnicodeAttribute] = UnicodeAttribute()
    at: ClassVar[UTCDateTimeAttribute] = UTCDateTimeAttribute(null=True)
    reason: ClassVar[UnicodeAttribute] = UnicodeAttribute(null=True)
    attempt: ClassVar[UnicodeAttribute] = UnicodeAttribute(null=True)
    lease_until: ClassVar[UTCDateTimeAttribute] = UTCDateTimeAttribute(null=True)
    requeues: ClassVar[NumberAttribute] = NumberAttribute(null=True)
    resend: ClassVar[NumberAttribute] = NumberAttribute(null=True)
    sent_at: ClassVar[UTCDateTimeAttribute] = UTCDateTimeAttribute(null=True)
    delivered_at: ClassVar[UTCDateTimeAttribute] = UTCDateTimeAttribute(null=True)
    message_id: ClassVar[UnicodeAttribute] = UnicodeAttribute(null=True)
    link: ClassVar[UnicodeAttribute] = UnicodeAttribute(null=True)
    doc: ClassVar[UnicodeAttribute] = UnicodeAttribute()


class SuppressionRow(table.Row):
    """One kind of mail that one person, or one address, gets no more."""

    class Meta:
        table_name = "prm-suppressions"

    reason: ClassVar[UnicodeAttribute] = UnicodeAttribute()
    at: ClassVar[UTCDateTimeAttribute] = UTCDateTimeAttribute()


class QuotaRow(table.Row):
    """How much optional mail a clinic sent on one business day."""

    class Meta:
        table_name = "prm-quotas"

    used: ClassVar[NumberAttribute] = NumberAttribute(null=True)
    expires_at: ClassVar[TTLAttribute] = TTLAttribute(null=True)


ROWS: tuple[type[table.Row], ...] = (TouchRow, SuppressionRow, QuotaRow)


class TouchStore:
    """Reads and moves touches. `shards` is how many due shards new ones are spread over."""

    def __init__(self, shards: int) -> None:
        self._shards = shards

    def order(self, touch: Touch) -> table.Write:
        """Return the write that creates a touch; it fails where the same one stands already."""
        shard = str(ids.shard_of(touch.recipient, self._shards)) if touch.due_at else None
        row = TouchRow(
            pk=table.key(touch.clinic, touch.recipient),
            sk=touch.id,
            due_shard=shard,
            due_at=touch.due_at,
            state=touch.state,
            kind=touch.kind,
            at=touch.at or touch.created_at,
            reason=touch.reason or None,
            doc=record.dump(replace(touch, due_at=None)),
        )
        return table.put(row, table.absent(TouchRow))

    def find(self, key: TouchKey) -> Touch | None:
        """Return a touch, strongly consistent, or None."""
        try:
            return _touch(TouchRow.get(table.key(key.clinic, key.recipient), key.id, consistent_read=True))
        except DoesNotExist:
            return None
        except PynamoDBException as err:
            raise table.remains(err) from err

    def list_of(self, clinic: str, recipient: str) -> Iterator[Touch]:
        """Yield all touches of one person, strongly consistent."""
        try:
            for row in TouchRow.query(table.key(clinic, recipient), consistent_read=True):
                yield _touch(row)
        except PynamoDBException as err:
            raise table.remains(err) from err

    def remove(self, key: TouchKey) -> None:
        """Remove a touch, whatever became of it."""
        try:
            _at(key).delete()
        except PynamoDBException as err:
            raise table.remains(err) from err

    def claim(  # noqa: PLR0913  # what a claim says of itself
        self, touch: Touch, attempt: str, kind: Kind, lease_until: dt.datetime, at: dt.datetime, link: str = ""
    ) -> None:
        """Take a touch for sending. Raises Conflict when it is no longer due.

        `attempt` is drawn anew for each call: the SDK's own retry of a claim that was applied then still wins, and a
        message delivered twice does not. `link` is the hash of the token that the mail's link will have.
        """
        mine = (TouchRow.state == State.CLAIMED) & (TouchRow.attempt == attempt)
        self._change(
            touch.key,
            [
                TouchRow.state.set(State.CLAIMED),
                TouchRow.kind.set(kind),
                TouchRow.attempt.set(attempt),
                TouchRow.lease_until.set(lease_until),
                TouchRow.at.set(at),
                *([TouchRow.link.set(link)] if link else []),
            ],
            (TouchRow.state == State.DUE) | mine,
        )

    def release(self, touch: Touch, attempt: str, due_at: dt.datetime, reason: str) -> None:
        """Give a claim back: nothing was sent, try again at `due_at`."""
        self._change(
            touch.key,
            [
                TouchRow.state.set(State.DUE),
                TouchRow.due_at.set(due_at),
                TouchRow.requeues.set((TouchRow.requeues | 0) + 1),
                TouchRow.reason.set(reason),
            ],
            self._owned(attempt),
        )

    def give_up(self, touch: Touch, state: State, reason: str, at: dt.datetime) -> table.Write:
        """Return the write that ends a touch unsent: FAILED from its own claim, SKIPPED while due."""
        condition = self._owned(touch.attempt) if touch.state is State.CLAIMED else TouchRow.state == State.DUE
        actions = [TouchRow.state.set(state), TouchRow.reason.set(reason), TouchRow.at.set(at), *_off_the_index()]
        return table.update(_at(touch.key), actions, condition)

    def lose(self, touch: Touch, attempt: str, due_at: dt.datetime, at: dt.datetime) -> None:
        """Note that nobody knows whether this attempt was sent."""
        self._change(
            touch.key,
            [TouchRow.state.set(State.UNKNOWN), TouchRow.due_at.set(due_at), TouchRow.at.set(at)],
            self._owned(attempt),
        )

    def hold(self, touch: Touch, due_at: dt.datetime) -> None:
        """Look at a touch again at `due_at`; it stays what it is."""
        self._change(touch.key, [TouchRow.due_at.set(due_at)], _as_read(touch))

    def requeue(self, touch: Touch, due_at: dt.datetime) -> None:
        """Count one more queueing of a due touch, the next at `due_at`."""
        actions: list[Action] = [TouchRow.due_at.set(due_at), TouchRow.requeues.set((TouchRow.requeues | 0) + 1)]
        self._change(touch.key, actions, _as_read(touch))

    def resend(self, touch: Touch, due_at: dt.datetime, at: dt.datetime) -> None:
        """Start an urgent touch over whose fate stayed unknown."""
        actions: list[Action] = [
            TouchRow.state.set(State.DUE),
            TouchRow.resend.set(touch.resend + 1),
            TouchRow.due_at.set(due_at),
            TouchRow.at.set(at),
        ]
        self._change(touch.key, actions, _as_read(touch))

    def lift(self, key: TouchKey, state: State, at: dt.datetime, *, reason: str = "", message_id: str = "") -> None:
        """Move a touch up the ladder. Raises Conflict when it stands there or higher already, or is gone."""
        actions: list[Action] = [TouchRow.state.set(state), TouchRow.at.set(at), *_off_the_index()]
        if state is State.SENT:
            actions.append(TouchRow.sent_at.set(at))
        if state is State.DELIVERED:
            actions.append(TouchRow.delivered_at.set(at))
        if reason:
            actions.append(TouchRow.reason.set(reason))
        if message_id:
            actions.append(TouchRow.message_id.set(message_id))
        self._change(key, actions, TouchRow.state.is_in(*below(state)))

    @staticmethod
    def _owned(attempt: str | None) -> Condition:
        owned: Condition = (TouchRow.state == State.CLAIMED) & (TouchRow.attempt == attempt)
        return owned

    @staticmethod
    def _change(key: TouchKey, actions: list[Action], condition: Condition) -> None:
        try:
            _at(key).update(actions, condition=condition)
        except UpdateError as err:
            if table.is_failed_condition(err):
                raise Conflict("this mail is no longer in that state") from err
            raise table.remains(err) from err


def _at(key: TouchKey) -> TouchRow:
    return TouchRow(pk=table.key(key.clinic, key.recipient), sk=key.id)


def _off_the_index() -> list[Action]:
    return [TouchRow.due_at.remove(), TouchRow.due_shard.remove()]


def _as_read(touch: Touch) -> Condition:
    attempt = TouchRow.attempt == touch.attempt if touch.attempt else TouchRow.attempt.does_not_exist()
    unchanged: Condition = (TouchRow.state == touch.state) & attempt
    return unchanged


def _touch(row: TouchRow) -> Touch:
    return replace(
        record.parse(Touch, row.doc),
        state=State(row.state),
        kind=Kind(row.kind),
        at=row.at,
        reason=row.reason or "",
        due_at=row.due_at,
        attempt=row.attempt,
        lease_until=row.lease_until,
        requeues=int(row.requeues or 0),
        resend=int(row.resend or 0),
        sent_at=row.sent_at,
        delivered_at=row.delivered_at,
        message_id=row.message_id,
        link=row.link or "",
    )


class SuppressionStore:
    """Reads and writes who gets what no more; `name` is a recipient or the hash of an address."""

    def add(self, clinic: str, name: str, kind: StopKind, reason: StopReason, at: dt.datetime) -> table.Write:
        """Return the write that stops one kind; repeating it changes nothing that matters."""
        return table.put(SuppressionRow(pk=table.key(clinic, name), sk=kind, reason=reason, at=at))

    def remove(self, clinic: str, name: str, kind: StopKind) -> table.Write:
        """Return the write that lets one kind go again; fine where nothing was stopped."""
        return table.delete(SuppressionRow(pk=table.key(clinic, name), sk=kind))

    def list_of(self, clinic: str, name: str) -> Iterator[tuple[StopKind, StopReason]]:
        """Yield what is stopped and why, strongly consistent."""
        try:
            for row in SuppressionRow.query(table.key(clinic, name), consistent_read=True):
                yield StopKind(row.sk), StopReason(row.reason)
        except PynamoDBException as err:
            raise table.remains(err) from err

    def asking(self, clinic: str, names: Iterable[str]) -> Ask[Stop]:
        """Return what asks for all stops of these names, together with items of other tables."""
        keys = tuple((table.key(clinic, name), kind.value) for name in names for kind in StopKind)
        return Ask(SuppressionRow, keys, _stop)


def _stop(row: SuppressionRow) -> Stop:
    return Stop(table.parts(row.pk)[1], StopKind(row.sk), StopReason(row.reason), row.at)


class QuotaStore:
    """Counts a clinic's optional mail by business day."""

    def take(self, clinic: str, day: dt.date, limit: int, expires_at: dt.datetime) -> bool:
        """Take one of the day's mails; False when none is left. A lost answer may count one mail twice."""
        row = QuotaRow(pk=clinic, sk=day.isoformat())
        room = QuotaRow.used.does_not_exist() | (QuotaRow.used < limit)
        try:
            row.update([QuotaRow.used.add(1), QuotaRow.expires_at.set(expires_at)], condition=room)
        except UpdateError as err:
            if table.is_failed_condition(err):
                return False
            raise table.remains(err) from err
        return True
