"""The bucket into which clinics drop files, and from which they fetch the reports."""

import datetime as dt
import shutil
import tempfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, cast

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from prm.core.errors import NotFound, Unavailable
from prm.patients.records import Dropped

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_GONE = {"NoSuchKey", "404"}


class RecordsGateway:
    """Reads drops and writes reports. A file goes to disk first: it may be larger than what memory is meant for."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket
        self._client: S3Client = boto3.client("s3")

    def list_recent(self, prefix: str, since: dt.datetime) -> Iterator[Dropped]:
        """Yield what was dropped under a prefix since then."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
        try:
            for page in pages:
                for item in page.get("Contents", ()):
                    if item["LastModified"] >= since:
                        yield Dropped(item["Key"], item["Size"], item["LastModified"])
        except (ClientError, BotoCoreError) as err:
            raise Unavailable("the records cannot be listed") from err

    def find(self, key: str) -> Dropped:
        """Return one file's size and age. Raises NotFound when there is none, or none any more."""
        try:
            head = self._client.head_object(Bucket=self._bucket, Key=key)
        except ClientError as err:
            if err.response.get("Error", {}).get("Code") in _GONE:
                raise NotFound("This file is gone") from err
            raise Unavailable("the records cannot be read") from err
        return Dropped(key, head["ContentLength"], head["LastModified"])

    def open(self, key: str) -> BinaryIO:
        """Return a file's bytes, kept on disk until closed."""
        content = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115 - handed on, the reader closes it
        try:
            shutil.copyfileobj(self._client.get_object(Bucket=self._bucket, Key=key)["Body"], content)
        except (ClientError, BotoCoreError) as err:
            content.close()
            raise Unavailable("the records cannot be read") from err
        content.seek(0)
        return content

    def stands(self, key: str, since: dt.datetime) -> bool:
        """Tell whether a report was written there since then."""
        try:
            return self.find(key).at >= since
        except NotFound:
            return False

    def put_report(self, key: str, document: bytes) -> None:
        """Keep a report."""
        try:
            self._client.put_object(Bucket=self._bucket, Key=key, Body=document, ContentType="application/json")
        except (ClientError, BotoCoreError) as err:
            raise Unavailable("the report cannot be written") from err
