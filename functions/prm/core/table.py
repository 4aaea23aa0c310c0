"""DynamoDB as this house uses it: composite keys, conditional writes, transactions, and the due index.

A part's rows inherit `Row`, name their table by `Meta.table_name` and keep their model as a JSON `doc`; `bind` gives
them all one client. What takes part in a bigger transaction comes as a `Write`.
"""

import datetime as dt
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.connection import Connection
from pynamodb.connection.base import BOTOCORE_EXCEPTIONS
from pynamodb.exceptions import DoesNotExist, PynamoDBException, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from prm.core import ids
from prm.core.aws import OneService
from prm.core.errors import Conflict, Unavailable

type Write = Callable[[TransactWrite], None]
type Writes = Sequence[Write]

SEPARATOR = "#"
_TRIES = 6
_PUT_OFF_MOST = dt.timedelta(hours=6)
_PASSING = {"TransactionConflict", "TransactionInProgressException"}
"""A rival holds an item, or our own first try, whose answer was lost, is still being made."""


def key(*parts: str) -> str:
    """Return a composite key. Parts are ids of our own making, which never hold the separator."""
    return SEPARATOR.join(parts)


def parts(composite: str) -> tuple[str, ...]:
    """Return what `key` put together."""
    return tuple(composite.split(SEPARATOR))


class Row(Model):
    """The key shape all tables share."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


class DueIndex(GlobalSecondaryIndex[Any]):  # type: ignore[no-untyped-call]
    """Sparse: only what needs looking at later stands in it, as keys alone."""

    class Meta:
        """As created by the template."""

        index_name = "due"
        projection = KeysOnlyProjection()

    due_shard = UnicodeAttribute(hash_key=True)
    due_at = UTCDateTimeAttribute(range_key=True)


class DueRow(Row):
    """A row that is its own timer: due until the work is done and a later date, or none, is set."""

    due: ClassVar[DueIndex]
    due_shard = UnicodeAttribute(null=True)
    due_at = UTCDateTimeAttribute(null=True)
    failures = NumberAttribute(null=True)


@dataclass(frozen=True)
class DueKey:
    """One entry of a due index: which item, and since when it waits."""

    pk: str
    sk: str
    due_at: dt.datetime


class _Shared:
    connection: Connection | None = None


def bind(prefix: str, rows: Iterable[type[Row]]) -> None:
    """Point the rows at the tables of this deployment, all through one client.

    A client costs more than any request it makes, so each model's own is replaced by a shared one. Retries inside the
    SDK are safe here: every write is conditional, idempotent, or carries its token.
    """
    shared = _shared()
    for row in rows:
        name = prefix + row.Meta.table_name.rsplit("-", 1)[-1]
        if row.Meta.table_name == name and row._connection and row._connection.connection is shared:  # noqa: SLF001
            continue
        row.Meta.table_name = name
        row._connection = None  # noqa: SLF001 - pynamodb has no public way to share a client
        table = row._get_connection()  # noqa: SLF001
        meta = table.connection.get_meta_table(row.Meta.table_name)
        table.connection = shared
        if name not in shared._tables:  # noqa: SLF001
            shared.add_meta_table(meta)


def _shared() -> Connection:
    if _Shared.connection is None:
        _Shared.connection = Connection()
        _Shared.connection.session.register_component("data_loader", OneService("dynamodb"))
    return _Shared.connection


def ask(operation: str, request: dict[str, Any]) -> dict[str, Any]:
    """Return DynamoDB's own answer to what no row stands for: one request about several tables."""
    try:
        return _shared().dispatch(operation, request)
    except BOTOCORE_EXCEPTIONS as err:
        raise Unavailable("the database did not answer") from err


def warm() -> None:
    """Build the client now, at import, where Lambda gives a burst of CPU."""
    _ = _shared().client


def forget_client() -> None:
    """Drop the shared client; a test that moves to another endpoint binds again."""
    _Shared.connection = None


def transact(writes: Writes) -> None:
    """Commit all writes or none.

    One ClientRequestToken covers every try, so a commit whose answer was lost is not made twice (DynamoDB keeps the
    token for 10 minutes). Raises Conflict when a condition failed, Unavailable when rivals or the service won.
    """
    token = ids.request_token()
    for attempt in range(_TRIES):
        try:
            _commit(writes, token)
        except TransactWriteError as err:
            codes = {_code(err), *_codes(err)}
            if "ConditionalCheckFailed" in codes:
                raise Conflict("someone else changed this first", reasons=_codes(err)) from err
            if not codes & _PASSING:
                raise Unavailable("the database refused a transaction", code=_code(err), reasons=_codes(err)) from err
            time.sleep(ids.jitter(0.05 * 2**attempt))
        except PynamoDBException as err:
            raise Unavailable("the database did not answer", code=_code(err)) from err
        else:
            return
    raise Unavailable("the database is busy with the same items")


def commit_alone(write: Write) -> None:
    """Commit one write by itself, which costs half of what it costs in a transaction.

    For one that does no harm when made twice: the SDK repeats it where an answer was lost. Raises Conflict when its
    condition failed or a rival's transaction holds the item, Unavailable when the database did not answer.
    """
    try:
        write(cast("TransactWrite", _Alone()))
    except PynamoDBException as err:
        if is_failed_condition(err) or _code(err) == "TransactionConflictException":
            raise Conflict("someone else changed this first") from err
        raise remains(err) from err


class _Alone:
    """Takes a write as a transaction does, and makes it at once."""

    def save(self, row: Row, condition: Condition | None = None) -> None:
        row.save(condition=condition)

    def update(self, row: Row, actions: list[Action], condition: Condition | None = None) -> None:
        row.update(actions=actions, condition=condition)

    def delete(self, row: Row, condition: Condition | None = None) -> None:
        row.delete(condition=condition)


def _commit(writes: Writes, token: str) -> None:
    with TransactWrite(connection=_shared(), client_request_token=token) as transaction:
        for write in writes:
            write(transaction)


def _codes(err: TransactWriteError) -> list[str]:
    return [reason.code if reason else "" for reason in err.cancellation_reasons]


def put(row: Row, condition: Condition | None = None) -> Write:
    """Return the write that stores `row`."""
    return lambda transaction: transaction.save(row, condition=condition)


def update(row: Row, actions: list[Action], condition: Condition | None = None) -> Write:
    """Return the write that changes the item under `row`'s key."""
    return lambda transaction: transaction.update(row, actions=actions, condition=condition)


def delete(row: Row, condition: Condition | None = None) -> Write:
    """Return the write that removes the item under `row`'s key."""
    return lambda transaction: transaction.delete(row, condition=condition)


def absent(row: type[Row]) -> Condition:
    """Return the condition that nothing stands under the key yet."""
    return row.pk.does_not_exist()


def due_keys(row: type[DueRow], shard: int, now: dt.datetime, limit: int = 100) -> Iterator[DueKey]:
    """Yield what is due in one shard, longest waiting first. First of the three look-ups that know no clinic yet.

    Keys alone come from the index, which lags: the worker reads the item itself, strongly consistent.
    """
    upto = DueIndex.due_at <= now
    found = row.due.query(str(shard), upto, limit=limit, page_size=limit)
    for item in found:
        yield DueKey(item.pk, item.sk, item.due_at)


def put_off(row: type[DueRow], due: DueKey, now: dt.datetime) -> int:
    """Look at an item again in 2^failures minutes, at most 6 h; returns how often it failed in a row.

    Nothing happens, and 0 comes back, where the item is gone or no longer due.
    """
    try:
        item = row.get(due.pk, due.sk, consistent_read=True)
        failures = int(item.failures or 0) + 1
        until = now + min(dt.timedelta(minutes=1 << min(failures, 12)), _PUT_OFF_MOST)
        item.update([row.due_at.set(until), row.failures.set(failures)], condition=row.due_at == item.due_at)
    except DoesNotExist:
        return 0
    except PynamoDBException as err:
        if is_failed_condition(err):
            return 0
        raise remains(err) from err
    return failures


def remains(error: PynamoDBException) -> Exception:
    """Return the house's word for an SDK error that is no failed condition."""
    return Unavailable("the database did not answer", code=_code(error))


def is_failed_condition(error: PynamoDBException) -> bool:
    """Tell a failed condition, an everyday answer, from a fault."""
    return _code(error) == "ConditionalCheckFailedException"


def _code(error: PynamoDBException) -> str:
    """Return AWS's code of an error. A time-out has none: pynamodb's own property fails on its empty response."""
    response = getattr(error.cause, "response", None) or {}
    code: str = response.get("Error", {}).get("Code", "")
    return code
