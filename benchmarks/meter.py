"""Counts what AWS would charge for, at the place where each call leaves: on tables in memory, read before and after."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

import pytest
from botocore.endpoint import Endpoint
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models.dynamo_type import DynamoType

from benchmarks.units import Index, Item, index_units, item_size, read_units, write_units
from tests.conftest import PREFIX, REGION
from tests.sendcore.wire import Wire

_WRITES = {"PutItem": "Put", "UpdateItem": "Update", "DeleteItem": "Delete"}


@dataclass(frozen=True)
class Write:
    """One item written: units of the table, doubled in a transaction, and of each index it moves."""

    operation: str
    table: str
    size: int
    units: int
    indexes: dict[str, int]
    failed: bool = False

    @property
    def total(self) -> int:
        """All units."""
        return self.units + sum(self.indexes.values())


@dataclass(frozen=True)
class Read:
    """One request that reads."""

    operation: str
    table: str
    size: int
    units: float


@dataclass
class Meter:
    """What was called. The index writes of a transaction count once: the guide doubles its items, not their copies."""

    requests: int = 0
    transactions: int = 0
    writes: list[Write] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)
    others: dict[str, int] = field(default_factory=dict)
    log_bytes: int = 0

    def figures(self, *, listed: bool = True) -> dict[str, Any]:
        """Return all of it as numbers."""
        figures: dict[str, Any] = {
            "requests": self.requests,
            "read_units": sum(one.units for one in self.reads),
            "write_units": sum(one.total for one in self.writes),
            "write_units_if_indexes_double": sum(
                one.total + (sum(one.indexes.values()) if "Transact" in one.operation else 0) for one in self.writes
            ),
            "transactions": self.transactions,
            "log_bytes": self.log_bytes,
            **{name: self.others.get(name, 0) for name in ("sqs", "sqs_messages", "ses", "s3")},
        }
        if listed:
            figures["writes"] = [vars(one) | {"total": one.total} for one in self.writes]
            figures["reads"] = [vars(one) for one in self.reads]
        return figures


class Log(StringIO):
    """Stands where the functions print their log, and counts what CloudWatch would take in."""

    meter = Meter()

    def write(self, text: str) -> int:
        """Count one line, and what CloudWatch and longer names on AWS add to it."""
        self.meter.log_bytes += len(text.encode()) + LINE_BYTES
        return len(text)


LOG = Log()
LINE_BYTES = 26 + 80
"""CloudWatch counts 26 bytes an event; ids of requests, names and ARNs of functions are longer than on the stage.
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
"""


@dataclass
class Metered:
    """The wire with a meter on it. What the wire lets through in quiet is not counted."""

    wire: Wire
    meter: Meter = field(default_factory=Meter)

    def fresh(self) -> Meter:
        """Begin a new count."""
        self.meter = LOG.meter = Meter()
        return self.meter

    def carry(self, inner: Callable[..., Any], endpoint: Endpoint, request: Any, operation: Any, context: Any) -> Any:  # noqa: ANN401 - botocore's
        """Carry one call and count it."""
        if self.wire.paused:
            return inner(endpoint, request, operation, context)
        service = operation.service_model.service_name
        if service != "dynamodb":
            self._count_other(service, operation.name, request)
            return inner(endpoint, request, operation, context)
        body = json.loads(request.body)
        keys = list(_written(operation.name, body))
        before = [_item(table, key) for _, table, key in keys]
        answer = inner(endpoint, request, operation, context)
        self.meter.requests += 1
        self.meter.transactions += operation.name == "TransactWriteItems"
        for (name, table, key), old in zip(keys, before, strict=True):
            self._count_write(name, table, (old, _item(table, key)), failed=answer[0][0].status_code >= 400)
        if not keys:
            self.meter.reads.extend(_reads(operation.name, body, answer[0][1]))
        return answer

    def _count_other(self, service: str, operation: str, request: Any) -> None:  # noqa: ANN401 - botocore's
        others = self.meter.others
        name = service.removesuffix("v2")
        if operation == "GetAccount":
            return
        others[name] = others.get(name, 0) + 1
        if operation.startswith("SendMessage"):
            messages = len(json.loads(request.body).get("Entries", [None]))
            others["sqs_messages"] = others.get("sqs_messages", 0) + messages

    def _count_write(
        self, operation: str, table: str, images: tuple[Item | None, Item | None], *, failed: bool
    ) -> None:
        double = 2 if operation.startswith("Transact") else 1
        moved = {one.name: units for one in indexes(table) if (units := index_units(one, *images))}
        size = max(map(item_size, images))
        units = write_units(*images) * double
        self.meter.writes.append(Write(operation, table.removeprefix(PREFIX), size, units, moved, failed))


def tables() -> dict[str, Any]:
    tables: dict[str, Any] = get_backend("dynamodb")[DEFAULT_ACCOUNT_ID][REGION].tables
    return tables


def _item(table: str, key: dict[str, Any]) -> Item | None:
    found = tables()[table].get_item(DynamoType(key["pk"]), DynamoType(key["sk"]))
    return deepcopy(found.to_json()["Attributes"]) if found else None


def indexes(table: str) -> Iterator[Index]:
    for one in tables()[table].global_indexes:
        keys = tuple(part["AttributeName"] for part in one.schema)
        more = one.projection.get("NonKeyAttributes", ())
        every = one.projection["ProjectionType"] == "ALL"
        yield Index(one.name, keys, None if every else frozenset({"pk", "sk", *keys, *more}))


def _written(operation: str, body: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield kind, table and key of each item a call writes."""
    if operation in _WRITES:
        yield operation, body["TableName"], body.get("Key") or body["Item"]
    for one in body.get("TransactItems", ()):
        [(kind, write)] = one.items()
        yield f"Transact {kind}", write["TableName"], write.get("Key") or write["Item"]


def _reads(operation: str, body: dict[str, Any], answer: dict[str, Any]) -> Iterator[Read]:
    """Yield what a call read: a query is one block of all it looked at, a batch one read for each key."""
    if operation == "BatchGetItem":
        for name, wanted in body["RequestItems"].items():
            items = answer["Responses"].get(name, [])
            sizes = [item_size(item) for item in items] + [0] * (len(wanted["Keys"]) - len(items))
            units = sum(read_units(size, consistent=wanted.get("ConsistentRead", False)) for size in sizes)
            yield Read(operation, name.removeprefix(PREFIX), sum(sizes), units)
        return
    if operation not in {"GetItem", "Query"}:
        raise ValueError(f"{operation} is not counted yet")
    if "ProjectionExpression" in body or "FilterExpression" in body:
        raise ValueError("what is left out of an answer is charged too, and not counted yet")
    if body.get("Select") == "COUNT":
        size = answer["ScannedCount"] * _entry_size(body["TableName"], body["IndexName"])
    else:
        size = sum(map(item_size, answer["Items"] if operation == "Query" else [answer.get("Item", {})]))
    index = f"/{body['IndexName']}" if "IndexName" in body else ""
    units = read_units(size, consistent=body.get("ConsistentRead", False))
    yield Read(operation, body["TableName"].removeprefix(PREFIX) + index, size, units)


def _entry_size(table: str, name: str) -> int:
    """Return what the heaviest entry of an index weighs: a count reads entries that it does not return."""
    index = next(one for one in indexes(table) if one.name == name)
    rows = (row.to_json()["Attributes"] for row in tables()[table].all_items())
    return max((item_size(index.entry(row)) for row in rows), default=0)


@contextmanager
def metered(wire: Wire, patch: pytest.MonkeyPatch) -> Iterator[Metered]:
    """Put a meter onto a wire."""
    found = Metered(wire)
    inner = getattr(Endpoint, "_get_response")  # noqa: B009 - where the wire stands, unknown to types

    def carry(self: Endpoint, request: Any, operation: Any, context: Any) -> Any:  # noqa: ANN401 - botocore's
        return found.carry(inner, self, request, operation, context)

    with patch.context() as here:
        here.setattr(Endpoint, "_get_response", carry)
        yield found
