"""Replies: the rule that takes them in, and the custom resource that may not push another one aside."""

import sys
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Any, Protocol

import boto3
import pytest
from moto import mock_aws
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID

from tests.infra.stack import child

OURS = "open-prm-production-receiving"


def test_a_reply_is_stored_before_anyone_is_told() -> None:
    (rule,) = child("receiving").properties("AWS::SES::ReceiptRule").values()
    store, call = rule["Rule"]["Actions"]

    assert store["S3Action"]["ObjectKeyPrefix"] == "inbound/"
    assert "KmsKeyArn" not in store["S3Action"]
    assert call["LambdaAction"]["InvocationType"] == "Event"
    assert rule["Rule"]["Recipients"] == ["reply.example.org"]


def test_a_server_that_cannot_encrypt_is_turned_away() -> None:
    (rule,) = child("receiving").properties("AWS::SES::ReceiptRule").values()

    assert (rule["Rule"]["TlsPolicy"], rule["Rule"]["ScanEnabled"]) == ("Require", True)


@pytest.mark.parametrize("joined", ["", "company-mail"])
def test_only_our_rule_may_wake_the_function(joined: str) -> None:
    stack = child("receiving", RuleSet=joined)
    (permission,) = stack.properties("AWS::Lambda::Permission").values()
    (rule,) = stack.properties("AWS::SES::ReceiptRule").values()

    assert permission["Principal"] == "ses.amazonaws.com"
    assert permission["SourceArn"].endswith(f":receipt-rule-set/{joined or OURS}:receipt-rule/{rule['Rule']['Name']}")


def test_a_rule_set_that_is_named_is_joined_and_not_touched() -> None:
    stack = child("receiving", RuleSet="company-mail")
    (rule,) = stack.properties("AWS::SES::ReceiptRule").values()

    assert rule["RuleSetName"] == "company-mail"
    assert not stack.resources("AWS::SES::ReceiptRuleSet")
    assert not stack.resources("Custom::ActiveRuleSet")
    assert not stack.resources("AWS::Lambda::Function")


def test_a_rule_set_of_our_own_is_activated_when_its_rule_is_in_it() -> None:
    (active,) = child("receiving").resources("Custom::ActiveRuleSet").values()

    assert "Replies" in active["DependsOn"]


class Activator(Protocol):
    """The code inside the template."""

    def __call__(self, kind: str, name: str = OURS, physical_id: str = OURS) -> dict[str, Any]:
        """Play CloudFormation and return what it is told."""


@pytest.fixture
def ses(aws: None) -> Iterator[Any]:
    """SES as a new account has it: the session's own mock may have seen another test's rules."""
    with mock_aws():
        for region in get_backend("ses")[DEFAULT_ACCOUNT_ID].values():
            region.reset()
        client = boto3.client("ses")
        for name in (OURS, "company-mail"):
            client.create_receipt_rule_set(RuleSetName=name)
        yield client


@pytest.fixture
def activator(ses: Any, monkeypatch: pytest.MonkeyPatch) -> Activator:
    told: dict[str, Any] = {}

    def send(event: object, context: object, status: str, data: object, name: str, reason: str = "") -> None:
        told.update(status=status, name=name, reason=reason)

    answers = ModuleType("cfnresponse")
    vars(answers).update(SUCCESS="SUCCESS", FAILED="FAILED", send=send)
    monkeypatch.setitem(sys.modules, "cfnresponse", answers)
    (function,) = child("receiving").properties("AWS::Lambda::Function").values()
    code: dict[str, Any] = {}
    exec(compile(function["Code"]["ZipFile"], "infra/receiving.yaml", "exec"), code)  # noqa: S102 - our own template

    def play(kind: str, name: str = OURS, physical_id: str = OURS) -> dict[str, Any]:
        properties = {"RuleSet": name}
        code["handler"](
            {"RequestType": kind, "ResourceProperties": properties, "PhysicalResourceId": physical_id},
            SimpleNamespace(),
        )
        return told

    return play


def active(ses: Any) -> str | None:
    name: str | None = ses.describe_active_receipt_rule_set().get("Metadata", {}).get("Name")
    return name


def test_our_rule_set_becomes_active_where_none_was(activator: Activator, ses: Any) -> None:
    assert activator("Create") == {"status": "SUCCESS", "name": OURS, "reason": ""}
    assert active(ses) == OURS


def test_another_active_rule_set_is_left_alone_and_named(activator: Activator, ses: Any) -> None:
    ses.set_active_receipt_rule_set(RuleSetName="company-mail")

    told = activator("Create")

    assert told["status"] == "FAILED"
    assert "ReceiptRuleSet=company-mail" in told["reason"]
    assert active(ses) == "company-mail"


def test_activating_twice_is_no_harm(activator: Activator, ses: Any) -> None:
    activator("Create")

    assert activator("Update")["status"] == "SUCCESS"
    assert active(ses) == OURS


def test_leaving_ends_the_receiving_that_we_began(activator: Activator, ses: Any) -> None:
    activator("Create")

    assert activator("Delete")["status"] == "SUCCESS"
    assert active(ses) is None


def test_leaving_after_a_refusal_does_not_end_anothers_receiving(activator: Activator, ses: Any) -> None:
    ses.set_active_receipt_rule_set(RuleSetName="company-mail")
    activator("Create")

    assert activator("Delete")["status"] == "SUCCESS"
    assert active(ses) == "company-mail"


def test_a_refusal_of_aws_is_told_and_not_swallowed(activator: Activator, ses: Any) -> None:
    told = activator("Create", name="never-made")

    assert told["status"] == "FAILED"
    assert "never-made" in told["reason"] or "RuleSetDoesNotExist" in told["reason"]
