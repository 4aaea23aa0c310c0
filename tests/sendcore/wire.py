"""The wire between us and AWS: every call is seen, counted, and can be cut before, after, or on its way back.

It stands where botocore hands one attempt to the network, so the SDK's own retries are seen as the calls they are.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.endpoint import Endpoint
from botocore.exceptions import ReadTimeoutError


class Killed(BaseException):
    """The process died here. Not an Exception: nothing may catch it."""


class Cut(StrEnum):
    """Where a call is cut."""

    BEFORE = "before"
    AFTER = "after"
    LOST = "lost"


TRANSACTION = "TransactWriteItems"
READS = frozenset({"Query", "GetItem", "BatchGetItem", "GetAccount", "GetObject"})


def cuts(operation: str) -> Iterator[Cut]:
    """Yield the ways to cut a call. A read changes nothing, so dying after it is dying before it.

    A lost answer to a transaction is cut on DynamoDB Local alone: only a real DynamoDB knows one again by its token.
    """
    yield Cut.BEFORE
    if operation not in READS:
        yield Cut.AFTER
        if operation != TRANSACTION:
            yield Cut.LOST


@dataclass(frozen=True)
class Call:
    """One attempt of one AWS call: what kind, and on which table or queue."""

    service: str
    operation: str
    target: str

    def __str__(self) -> str:
        return f"{self.service}:{self.operation} {self.target}"


@dataclass(frozen=True)
class Sent:
    """One mail that SES took."""

    clinic: str
    touch: str
    to: str
    request: dict[str, Any]


@dataclass
class Wire:
    """Sees every call. `cut_at` is the number of the call to cut, counted from `start`; `paused` lets all through."""

    calls: list[Call] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    cut_at: int = -1
    cut: Cut = Cut.BEFORE
    paused: bool = False
    step: Callable[[Call], None] = lambda _: None

    def carry(self, endpoint: Endpoint, request: Any, operation: Any, context: Any) -> Any:
        """Carry one attempt, or cut it."""
        call = _call(request, operation)
        if self.paused:
            return self._deliver(endpoint, request, operation, context, call)
        self.step(call)
        number = len(self.calls)
        self.calls.append(call)
        if number != self.cut_at:
            return self._deliver(endpoint, request, operation, context, call)
        if self.cut is Cut.BEFORE:
            raise Killed(str(call))
        answer = self._deliver(endpoint, request, operation, context, call)
        if self.cut is Cut.AFTER:
            raise Killed(str(call))
        return (None, ReadTimeoutError(endpoint_url="the answer was lost")) if answer[0] else answer

    def _deliver(self, endpoint: Endpoint, request: Any, operation: Any, context: Any, call: Call) -> Any:
        if call.service == "sesv2":
            return self.ses(request, call)
        return _original(endpoint, request, operation, context)

    def ses(self, request: Any, call: Call) -> Any:
        """Answer as SES does that takes every mail."""
        if call.operation == "GetAccount":
            return answered({"SendQuota": {"MaxSendRate": 1_000_000.0}})
        body = json.loads(request.body)
        tags = {tag["Name"]: tag["Value"] for tag in body["EmailTags"]}
        self.sent.append(Sent(tags["clinic"], tags["touch"], body["Destination"]["ToAddresses"][0], body))
        return answered({"MessageId": f"message-{len(self.sent)}"})


_original: Callable[..., Any] = vars(Endpoint)["_get_response"]


def answered(parsed: dict[str, Any], status: int = 200) -> Any:
    """Return what botocore makes of an answer with this content."""
    parsed["ResponseMetadata"] = {"HTTPStatusCode": status, "HTTPHeaders": {}}
    return (SimpleNamespace(status_code=status), parsed), None


def _call(request: Any, operation: Any) -> Call:
    service = operation.service_model.service_name
    target = ""
    if service == "dynamodb":
        target = _tables(json.loads(request.body))
    elif service == "sqs":
        target = json.loads(request.body).get("QueueUrl", "").rsplit("/", 1)[-1]
    elif service == "s3":
        target = urlsplit(request.url).path.split("/")[1]
    return Call(service, operation.name, target)


def _tables(body: dict[str, Any]) -> str:
    if "TransactItems" in body:
        found = sorted(next(iter(item.values()))["TableName"] for item in body["TransactItems"])
        return "+".join(name.rsplit("-", 1)[-1] for name in found)
    if "RequestItems" in body:
        return "+".join(sorted(name.rsplit("-", 1)[-1] for name in body["RequestItems"]))
    table = body["TableName"].rsplit("-", 1)[-1]
    return f"{table}/{body['IndexName']}" if "IndexName" in body else str(table)


@contextmanager
def tapped(monkeypatch: pytest.MonkeyPatch, wire: Wire | None = None) -> Iterator[Wire]:
    """Put a wire in place of botocore's own."""
    wire = wire or Wire()

    def carry(self: Endpoint, request: Any, operation: Any, context: Any) -> Any:
        return wire.carry(self, request, operation, context)

    with monkeypatch.context() as patch:
        patch.setattr(Endpoint, "_get_response", carry)
        patch.setattr("time.sleep", lambda _: None)
        yield wire
