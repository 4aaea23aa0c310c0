"""Every test that runs a function's code also tests its policy: what a call needs must be allowed by the template.

A call belongs to the function whose folder stands in its stack. The emulators and moto allow everything, so a missing
permission would first be seen on AWS.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from botocore.client import BaseClient

from tests.infra import policies

FUNCTIONS = Path(__file__).parents[1] / "functions"
_FOLDERS = {str(path.parent) + "/": path.parent.name for path in FUNCTIONS.glob("*/app.py")}
_OF_SES = {"SendEmail": "ses:SendEmail", "GetAccount": "ses:GetAccount"}
_OF_S3 = {
    "GetObject": "s3:GetObject",
    "HeadObject": "s3:GetObject",
    "PutObject": "s3:PutObject",
    "DeleteObject": "s3:DeleteObject",
    "ListObjectsV2": "s3:ListBucket",
}
_OF_SQS = {
    "SendMessage": "sqs:SendMessage",
    "SendMessageBatch": "sqs:SendMessage",
    "ReceiveMessage": "sqs:ReceiveMessage",
    "DeleteMessage": "sqs:DeleteMessage",
}
_OF_ITEM = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}


@dataclass(frozen=True)
class Need:
    """A permission that a call needs; `where` is what the resource's name must end with, as far as a test can know."""

    action: str
    where: str


def needs(service: str, operation: str, params: dict[str, Any]) -> Iterator[Need]:
    """Yield what AWS asks of the caller's policy for one call (Service Authorization Reference)."""
    if service == "dynamodb":
        yield from _of_dynamodb(operation, params)
    elif service == "sqs":
        yield Need(_OF_SQS[operation], params["QueueUrl"].rpartition("/")[2])
    elif service == "s3":
        yield Need(_OF_S3[operation], params.get("Key", ""))
    elif service == "cognito-idp":
        if operation.startswith("Admin"):  # the others are for whoever holds a user's own token or session
            yield Need(f"cognito-idp:{operation}", "")
    elif service == "sesv2":
        yield Need(_OF_SES[operation], "")
    else:
        raise KeyError(service)


def _of_dynamodb(operation: str, params: dict[str, Any]) -> Iterator[Need]:
    if operation == "TransactWriteItems":
        for item in params["TransactItems"]:
            ((kind, write),) = item.items()
            yield Need(f"dynamodb:{_OF_ITEM[kind]}", _short(write["TableName"]))
    elif operation == "BatchGetItem":
        yield from (Need("dynamodb:BatchGetItem", _short(name)) for name in params["RequestItems"])
    else:
        index = f"/index/{params['IndexName']}" if "IndexName" in params else ""
        yield Need(f"dynamodb:{operation}", _short(params["TableName"]) + index)


def _short(table: str) -> str:
    return table.rsplit("-", 1)[-1]


def allows(function: str, need: Need) -> bool:
    """Tell whether the template lets the function do this there."""
    if need.action.startswith("dynamodb:"):
        return need.where in policies.tables(function, need.action)
    found = list(policies.resources(function, need.action))
    if need.action.startswith("sqs:"):
        queue = need.where[:1].upper() + need.where[1:]
        return any(f"Outputs.{queue}Arn" in name for name in found)
    if need.action.startswith("s3:") and need.where:
        return any(fnmatchcase(need.where, name.partition("/")[2]) for name in found)
    return bool(found)


def caller() -> str | None:
    """Return the function whose code is at work, by its name in the template."""
    frame = sys._getframe(2)
    while frame := frame.f_back:  # type: ignore[assignment]
        for folder, name in _FOLDERS.items():
            if frame.f_code.co_filename.startswith(folder):
                return re.sub(r"(?:^|_)(\w)", lambda match: match[1].upper(), name)
    return None


@pytest.fixture(scope="session")
def refused_by_policy() -> Iterator[set[str]]:
    """What functions did without a permission, noted for the whole session."""
    noted: set[str] = set()
    known: dict[tuple[str, Need], bool] = {}
    original = vars(BaseClient)["_make_api_call"]

    def call(self: BaseClient, operation_name: str, api_params: dict[str, Any]) -> Any:
        function = caller()
        if function:
            for need in needs(self.meta.service_model.service_name, operation_name, api_params):
                if not known.setdefault((function, need), allows(function, need)):
                    noted.add(f"{function}: {need.action} on {need.where}")
        return original(self, operation_name, api_params)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", call)
        yield noted


@pytest.fixture(autouse=True)
def only_what_is_allowed(refused_by_policy: set[str]) -> Iterator[None]:
    """Fail the test in which a function does what template.yaml does not allow."""
    refused_by_policy.clear()
    yield
    assert not refused_by_policy, f"template.yaml does not allow: {sorted(refused_by_policy)}"
