"""Reading stored mails from S3."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest

from prm.core.errors import Unavailable
from prm.mail.gateway import InboundGateway
from prm.mail.incoming import MOST_BYTES

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BUCKET = "inbound-mails"


@pytest.fixture
def stored(aws: None) -> Iterator["S3Client"]:
    client = boto3.client("s3")
    client.create_bucket(Bucket=BUCKET)
    yield client
    for one in client.list_objects_v2(Bucket=BUCKET).get("Contents", ()):
        client.delete_object(Bucket=BUCKET, Key=one["Key"])
    client.delete_bucket(Bucket=BUCKET)


def test_a_mail_is_read_by_its_id(stored: "S3Client") -> None:
    stored.put_object(Bucket=BUCKET, Key="inbound/abc", Body=b"From: m\r\n\r\n9")
    assert InboundGateway(BUCKET).read("abc") == b"From: m\r\n\r\n9"


def test_no_more_is_read_than_anyone_looks_at(stored: "S3Client") -> None:
    stored.put_object(Bucket=BUCKET, Key="inbound/big", Body=b"x" * (MOST_BYTES + 5))
    assert len(InboundGateway(BUCKET).read("big")) == MOST_BYTES


def test_an_empty_mail_is_empty(stored: "S3Client") -> None:
    stored.put_object(Bucket=BUCKET, Key="inbound/empty", Body=b"")
    assert InboundGateway(BUCKET).read("empty") == b""


def test_a_mail_that_is_not_there_is_worth_another_try(stored: "S3Client") -> None:
    with pytest.raises(Unavailable):
        InboundGateway(BUCKET).read("gone")
