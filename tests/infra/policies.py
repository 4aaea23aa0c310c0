"""What each function's role allows, read from the template."""

import functools
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from tests.infra.stack import child, main

FUNCTIONS = [
    "SurveyWebhook",
    "ReviewRequest",
    "RuleScheduler",
    "MailSender",
    "MailEvents",
    "EmrImport",
    "ClinicConsole",
    "ClinicSignup",
]
# What SAM attaches: logs; and for those that empty queues, receiving from them.
BY_SAM = {
    "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole",
}


def listed(value: Any) -> list[Any]:
    """Return a policy's value as the list it may always be."""
    return value if isinstance(value, list) else [value]


def key_use() -> dict[str, Any]:
    """Return the policy that all functions share."""
    (policy,) = child("storage").properties("AWS::IAM::ManagedPolicy").values()
    document: dict[str, Any] = policy["PolicyDocument"]
    return document


@functools.cache
def statements(function: str) -> tuple[dict[str, Any], ...]:
    """Return all that the function's role allows; an unknown managed policy fails."""
    return tuple(_statements(function))


def _statements(function: str) -> Iterator[dict[str, Any]]:
    role = main().properties("AWS::IAM::Role")[f"{function}Role"]
    for policy in role["Policies"]:
        yield from listed(policy["PolicyDocument"]["Statement"])
    for policy in role["ManagedPolicyArns"]:
        if policy not in BY_SAM:
            assert "Storage.Outputs.KeyUsePolicy" in policy
            yield from listed(key_use()["Statement"])


def actions(function: str) -> set[str]:
    """Return everything the function may do somewhere."""
    return {action for statement in statements(function) for action in listed(statement["Action"])}


def resources(function: str, action: str) -> Iterator[str]:
    """Yield where the function may do this."""
    for statement in statements(function):
        if any(fnmatchcase(action, allowed) for allowed in listed(statement["Action"])):
            yield from listed(statement["Resource"])


def tables(function: str, action: str) -> set[str]:
    """Return the tables on which the function may do this, by short name; an index as `table/index/name`."""
    return {name.split("production-", 1)[1] for name in resources(function, action) if ":dynamodb:" in name}
