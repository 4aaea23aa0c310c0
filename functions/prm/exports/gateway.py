"""The bucket as exports use it: parts while one is written, one archive at the end."""

from typing import IO, TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from prm.core.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_LIFE = 15 * 60
"""Seconds that a signed address works."""
_CONFIG = Config(
    signature_version="s3v4", s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"}
)


class ExportGateway:
    """Keeps what is exported, encrypted by the bucket, until its life in days is over."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket
        self._client: S3Client = boto3.client("s3", config=_CONFIG)

    def put(self, key: str, content: bytes | IO[bytes], kind: str = "application/json") -> None:
        """Keep a file."""
        try:
            self._client.put_object(Bucket=self._bucket, Key=key, Body=content, ContentType=kind)
        except (ClientError, BotoCoreError) as err:
            raise Unavailable("the export cannot be written") from err

    def read(self, key: str) -> bytes:
        """Return a part."""
        try:
            return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except (ClientError, BotoCoreError) as err:
            raise Unavailable("the export cannot be read") from err

    def link(self, key: str, name: str) -> str:
        """Return an address that gives the file, under a name, to whoever holds it, for 15 minutes."""
        given = {
            "Bucket": self._bucket,
            "Key": key,
            "ResponseContentDisposition": f'attachment; filename="{name}"',
            "ResponseCacheControl": "no-store",
        }
        return self._client.generate_presigned_url("get_object", Params=given, ExpiresIn=_LIFE)
