"""The tables are those the stores use, and everything personal is encrypted, kept and forgotten as promised."""

import functools
import importlib
import pkgutil
from dataclasses import dataclass
from typing import Any

import pytest
from pynamodb.attributes import TTLAttribute

import prm
from prm.core.table import DueRow, Row
from tests.infra.stack import child, main

PREFIX = "open-prm-production-"


@dataclass(frozen=True)
class Shape:
    """What a table and its row must agree on."""

    keys: tuple[str, ...]
    indexes: dict[str, tuple[tuple[str, ...], str, frozenset[str]]]
    types: dict[str, str]
    expires: str | None


@functools.cache
def rows() -> dict[str, type[Row]]:
    """Every row class of the whole package by its table's short name."""
    for module in pkgutil.walk_packages(prm.__path__, "prm."):
        if module.name.endswith(".store"):
            importlib.import_module(module.name)
    return {row.Meta.table_name.rsplit("-", 1)[-1]: row for row in leaves(Row) if row is not DueRow}


def leaves(base: type[Row]) -> set[type[Row]]:
    found = {base} if base is not Row else set()
    return found.union(*(leaves(one) for one in base.__subclasses__()))


def of_row(row: type[Row]) -> Shape:
    schema: dict[str, Any] = {**row._get_schema()}
    indexes = {one["index_name"]: index_shape(one) for one in schema.get("global_secondary_indexes", [])}
    expiring = [name for name, one in row.get_attributes().items() if isinstance(one, TTLAttribute)]
    return Shape(
        keys=by_role(schema["key_schema"]),
        indexes=indexes,
        types={one["AttributeName"]: one["AttributeType"] for one in schema["attribute_definitions"]},
        expires=row.get_attributes()[expiring[0]].attr_name if expiring else None,
    )


def by_role(schema: list[dict[str, str]]) -> tuple[str, ...]:
    """Hash key first; pynamodb lists them by name."""
    return tuple(key["AttributeName"] for key in sorted(schema, key=lambda key: key["KeyType"]))


def index_shape(one: dict[str, Any]) -> tuple[tuple[str, ...], str, frozenset[str]]:
    projection = one["projection"]
    return (
        by_role(one["key_schema"]),
        projection["ProjectionType"],
        frozenset(projection.get("NonKeyAttributes", ())),
    )


def of_table(table: dict[str, Any]) -> Shape:
    indexes = {
        one["IndexName"]: index_shape({"key_schema": one["KeySchema"], "projection": one["Projection"]})
        for one in table.get("GlobalSecondaryIndexes", [])
    }
    return Shape(
        keys=by_role(table["KeySchema"]),
        indexes=indexes,
        types={one["AttributeName"]: one["AttributeType"] for one in table["AttributeDefinitions"]},
        expires=table.get("TimeToLiveSpecification", {}).get("AttributeName"),
    )


def tables() -> dict[str, dict[str, Any]]:
    return {
        one["TableName"].removeprefix(PREFIX): one
        for one in child("storage").properties("AWS::DynamoDB::Table").values()
    }


def test_every_row_has_its_table_and_every_table_its_row() -> None:
    assert set(rows()) == set(tables())


@pytest.mark.parametrize("name", sorted(tables()))
def test_a_table_is_as_its_row_describes_it(name: str) -> None:
    assert of_table(tables()[name]) == of_row(rows()[name])


@pytest.mark.parametrize("name", sorted(tables()))
def test_a_table_is_encrypted_can_be_restored_and_outlives_its_stack(name: str) -> None:
    table = tables()[name]
    (resource,) = [
        one
        for one in child("storage").resources("AWS::DynamoDB::Table").values()
        if one["Properties"]["TableName"]["Fn::Sub"] == f"${{Prefix}}{name}"
    ]

    assert table["SSESpecification"]["SSEType"] == "KMS"
    assert "Key.Arn" in table["SSESpecification"]["KMSMasterKeyId"]
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["DeletionProtectionEnabled"] == "true"
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_only_what_may_be_forgotten_expires() -> None:
    expiring = {name for name, one in tables().items() if "TimeToLiveSpecification" in one}

    assert expiring == {
        *("clinics", "quotas", "links", "hits", "jobs", "audit", "sessions", "codes", "attempts"),
        "uploads",
    }


def buckets() -> dict[str, dict[str, Any]]:
    return child("storage", InboundDays="30").properties("AWS::S3::Bucket")


@pytest.mark.parametrize("bucket", ["Records", "Inbound"])
def test_a_bucket_is_closed_encrypted_and_emptied(bucket: str) -> None:
    one = buckets()[bucket]
    (encryption,) = one["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    (rule,) = one["LifecycleConfiguration"]["Rules"]

    assert set(one["PublicAccessBlockConfiguration"].values()) == {True}
    assert encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    assert (rule["ExpirationInDays"], rule["Status"]) == ("30", "Enabled")


@pytest.mark.parametrize("bucket", ["Records", "Inbound"])
def test_nothing_is_read_or_written_without_tls(bucket: str) -> None:
    policy = child("storage").properties("AWS::S3::BucketPolicy")[f"{bucket}Policy"]
    denied = [one for one in policy["PolicyDocument"]["Statement"] if one["Effect"] == "Deny"]

    assert [one["Condition"] for one in denied] == [{"Bool": {"aws:SecureTransport": "false"}}]
    assert denied[0]["Action"] == "s3:*"


def test_ses_puts_mail_under_inbound_for_rules_of_this_account_alone() -> None:
    policy = child("storage").properties("AWS::S3::BucketPolicy")["InboundPolicy"]
    (allowed,) = [one for one in policy["PolicyDocument"]["Statement"] if one["Effect"] == "Allow"]

    assert allowed["Principal"] == {"Service": "ses.amazonaws.com"}
    assert allowed["Resource"].endswith("/inbound/*")
    assert allowed["Condition"]["StringEquals"]["aws:SourceAccount"]
    assert ":receipt-rule-set/" in allowed["Condition"]["ArnLike"]["aws:SourceArn"]


def test_the_key_is_renewed_each_year_and_outlives_its_stack() -> None:
    (key,) = child("storage").resources("AWS::KMS::Key").values()

    assert key["Properties"]["EnableKeyRotation"] is True
    assert key["DeletionPolicy"] == "Retain"


def test_a_dropped_file_wakes_the_import_that_may_read_it() -> None:
    pattern = main().properties("AWS::Events::Rule")["EmrImportDrop"]["EventPattern"]

    assert buckets()["Records"]["NotificationConfiguration"]["EventBridgeConfiguration"]["EventBridgeEnabled"] is True
    assert pattern["source"] == ["aws.s3"]
    assert "Storage.Outputs.RecordsBucket" in pattern["detail"]["bucket"]["name"][0]
    assert pattern["detail"]["object"]["key"] == [{"prefix": "records/"}, {"prefix": "uploads/"}]
