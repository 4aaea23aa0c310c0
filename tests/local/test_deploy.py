from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from local import cloudformation, deploy
from local.aws import Aws
from local.places import REPOSITORY
from local.sesv2.publishing import topics
from local.world import DUE, QUEUES, Deployment


@pytest.fixture
def aws() -> Iterator[Aws]:
    with mock_aws():
        one = Aws("http://127.0.0.1:9")
        one.dynamodb = boto3.client("dynamodb", region_name="us-east-1")
        one.sqs = boto3.client("sqs", region_name="us-east-1")
        yield one


def test_the_values_of_the_local_run_fit_the_template() -> None:
    template = cloudformation.read(REPOSITORY / "template.yaml")
    values = deploy.parameters("http://127.0.0.1:8080", template)
    known: dict[str, Any] = template["Parameters"]
    assert values["BaseUrl"] == "http://127.0.0.1:8080"
    needed = [name for name, written in known.items() if "Default" not in written]
    assert [name for name in needed if name not in values] == []
    for name, value in values.items():
        assert value in known[name].get("AllowedValues", [value])


def test_parameters_that_a_template_lacks_are_left_out() -> None:
    assert deploy.parameters("x", {"Parameters": {"BaseUrl": {}}}) == {"BaseUrl": "x"}


def test_the_queues_and_due_indexes_are_those_of_the_template() -> None:
    sending = cloudformation.read(REPOSITORY / "infra" / "sending.yaml")["Resources"]
    assert [name for name in QUEUES if sending[name]["Type"] != "AWS::SQS::Queue"] == []
    storage = cloudformation.read(REPOSITORY / "infra" / "storage.yaml")["Resources"]
    indexed = {
        name.lower()
        for name, resource in storage.items()
        for index in resource.get("Properties", {}).get("GlobalSecondaryIndexes", [])
        if index["IndexName"] == "due"
    }
    assert indexed == set(DUE)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("Delivery", True), ("Bounce", False), ("Rendering Failure", True)],
)
def test_an_event_goes_to_the_topics_that_want_its_kind(*, kind: str, expected: bool) -> None:
    destination = {
        "Enabled": True,
        "MatchingEventTypes": ["delivery", "RENDERING_FAILURE"],
        "SnsDestination": {"TopicArn": "arn:topic"},
    }
    assert topics(_FakeAws([destination]), "prm-mail", kind) == (["arn:topic"] if expected else [])


@pytest.mark.parametrize("destination", [{"Enabled": False}, {"Enabled": True, "CloudWatchDestination": {}}])
def test_other_destinations_get_nothing(destination: dict[str, Any]) -> None:
    written = {"MatchingEventTypes": ["DELIVERY"], **destination}
    assert topics(_FakeAws([written]), "prm-mail", "Delivery") == []


class _FakeAws(Aws):
    """Answers with these event destinations; moto knows none."""

    def __init__(self, destinations: list[dict[str, Any]]) -> None:
        super().__init__("http://127.0.0.1:9")
        self.destinations = destinations

    @property
    def sesv2(self) -> Any:
        return self

    def get_configuration_set_event_destinations(self, **_: str) -> dict[str, Any]:
        return {"EventDestinations": self.destinations}


def test_what_waits_longest_is_found_in_any_table_and_shard(aws: Aws) -> None:
    for table in DUE:
        _due_table(aws, f"t-{table}")
    world = Deployment(aws, {}, "t-", shards=2)
    assert world.next_due() is None
    for table, shard, due_at in (("cases", "1", "2026-11-24T10:00"), ("touches", "0", "2026-11-24T11:00")):
        item = {"pk": table, "sk": "x", "due_shard": shard, "due_at": f"{due_at}:00.000000+0000"}
        aws.dynamodb.put_item(TableName=f"t-{table}", Item={name: {"S": value} for name, value in item.items()})
    found = world.next_due()
    assert found is not None
    assert found.isoformat() == "2026-11-24T10:00:00+00:00"


def test_messages_count_while_they_wait_and_while_they_are_worked_on(aws: Aws) -> None:
    urls = {f"Sending.{name}": aws.sqs.create_queue(QueueName=name)["QueueUrl"] for name in QUEUES}
    world = Deployment(aws, urls, "t-", shards=1)
    assert world.busy() == 0
    aws.sqs.send_message(QueueUrl=urls["Sending.Bulk"], MessageBody="a")
    aws.sqs.send_message(QueueUrl=urls["Sending.Events"], MessageBody="b")
    assert world.busy() == 2
    aws.sqs.receive_message(QueueUrl=urls["Sending.Bulk"])
    assert world.busy() == 2


def test_a_world_without_clinics_is_empty(aws: Aws) -> None:
    _due_table(aws, "t-clinics")
    world = Deployment(aws, {}, "t-", shards=1)
    assert world.empty()
    item = {"pk": "clinics", "sk": "riverbend", "due_shard": "0", "due_at": "x"}
    aws.dynamodb.put_item(TableName="t-clinics", Item={name: {"S": value} for name, value in item.items()})
    assert not world.empty()


def _due_table(aws: Aws, name: str) -> None:
    aws.dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": attribute, "AttributeType": "S"} for attribute in ("pk", "sk", "due_shard", "due_at")
        ],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "due",
                "KeySchema": [
                    {"AttributeName": "due_shard", "KeyType": "HASH"},
                    {"AttributeName": "due_at", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
    )
