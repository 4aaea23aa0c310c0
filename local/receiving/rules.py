"""SES receipt rules, as far as the template uses them: recipients, an S3 action, a Lambda action.

Which recipients match: SES developer guide, "Recipient-based conditions".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Store:
    """The S3 action: the raw mail goes under `prefix` + message id."""

    bucket: str
    prefix: str


@dataclass(frozen=True)
class Call:
    """The Lambda action; `invocation` is Event or RequestResponse."""

    function: str
    invocation: str


@dataclass(frozen=True)
class Rule:
    """One rule; no recipients means every recipient of a verified domain."""

    name: str
    recipients: tuple[str, ...]
    actions: tuple[Store | Call, ...]

    def matches(self, address: str) -> bool:
        """Tell whether mail to this address is for this rule."""
        return not self.recipients or any(_covers(pattern.lower(), address.lower()) for pattern in self.recipients)


def _covers(pattern: str, address: str) -> bool:
    """An address covers itself and its labels, a domain its addresses, a leading dot its subdomains."""
    local, _, domain = address.rpartition("@")
    if "@" in pattern:
        return pattern in {address, f"{local.split('+', 1)[0]}@{domain}"}
    if pattern.startswith("."):
        return domain.endswith(pattern)
    return domain == pattern


def parse(name: str, rule: dict[str, Any]) -> Rule:
    """Return the rule of an `AWS::SES::ReceiptRule` whose references are resolved."""
    return Rule(name, tuple(rule.get("Recipients") or ()), tuple(_actions(rule.get("Actions") or ())))


def _actions(written: Iterable[dict[str, Any]]) -> Iterable[Store | Call]:
    for action in written:
        if store := action.get("S3Action"):
            yield Store(store["BucketName"], store.get("ObjectKeyPrefix", ""))
        if call := action.get("LambdaAction"):
            yield Call(call["FunctionArn"], call.get("InvocationType", "Event"))
