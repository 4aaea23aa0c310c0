"""The bucket as browsers and the check use it: presigned forms in, documents out."""

import shutil
import tempfile
from collections.abc import Callable
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from prm.core.errors import NotFound, Unavailable
from prm.patients import cells
from prm.patients.csvfile import MAX_FILE
from prm.uploads.files import Arrived, Target

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_GONE = {"NoSuchKey", "404"}
_HOUR = 3600
_MINUTE = 60
_NAME_LONG = 120
# Only the region's own address takes a form without sending the browser elsewhere.
_CONFIG = Config(
    signature_version="s3v4", s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"}
)


class UploadGateway:
    """Signs forms and links, and reads what came."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket
        self._client: S3Client = boto3.client("s3", config=_CONFIG)

    def target(self, key: str, by: str, back: str) -> Target:
        """Return where a browser may put one file under `key`, for an hour; S3 itself refuses one that is too large.

        The file's own name goes into its metadata, which no log has. A script cannot follow S3's redirect to us, so it
        gets a form of its own.
        """
        form, script = (
            self._sign(key, by, "success_action_redirect", back),
            self._sign(key, by, "success_action_status", "201"),
        )
        return Target(form["url"], form["fields"], script["fields"])

    def _sign(self, key: str, by: str, answer: str, value: str) -> dict[str, Any]:
        fields = {"Content-Type": "text/csv", "x-amz-meta-by": by, answer: value}
        named = {"x-amz-meta-name": "${filename}"}  # S3 puts the file's own name there
        conditions = [{name: text} for name, text in fields.items()]
        return self._client.generate_presigned_post(
            self._bucket,
            key,
            Fields=fields | named,
            Conditions=[*conditions, ["starts-with", "$x-amz-meta-name", ""], ["content-length-range", 0, MAX_FILE]],
            ExpiresIn=_HOUR,
        )

    def find(self, key: str) -> Arrived:
        """Return what is known of a file. Raises NotFound."""
        head = self._ask(lambda: self._client.head_object(Bucket=self._bucket, Key=key))
        said = head["Metadata"]
        name, by = _name(said.get("name", "")), said.get("by", "")
        return Arrived(head["ContentLength"], head["LastModified"], name, by, head["ETag"])

    def open(self, key: str) -> BinaryIO:
        """Return a file's bytes, kept on disk until closed."""
        content = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115 - handed on, the reader closes it
        try:
            answer = self._ask(lambda: self._client.get_object(Bucket=self._bucket, Key=key))
            self._ask(lambda: shutil.copyfileobj(answer["Body"], content))
        except (NotFound, Unavailable):
            content.close()
            raise
        content.seek(0)
        return content

    def put(self, key: str, content: bytes | BinaryIO, content_type: str = "text/plain", name: str = "") -> None:
        """Keep a document; `name` is what a browser saves it as."""
        more = {"ContentDisposition": f'attachment; filename="{name}"'} if name else {}
        self._ask(
            lambda: self._client.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=content,
                ContentType=content_type,
                **more,  # type: ignore[arg-type]
            )
        )

    def read(self, key: str) -> bytes:
        """Return a document. Raises NotFound."""
        answer = self._ask(lambda: self._client.get_object(Bucket=self._bucket, Key=key))
        return self._ask(answer["Body"].read)

    def remove(self, key: str) -> None:
        """Delete a file."""
        self._ask(lambda: self._client.delete_object(Bucket=self._bucket, Key=key))

    def link(self, key: str) -> str:
        """Return an address that gives the document to whoever holds it, for a minute."""
        given = {"Bucket": self._bucket, "Key": key}
        return self._client.generate_presigned_url("get_object", Params=given, ExpiresIn=_MINUTE)

    @staticmethod
    def _ask[T](call: Callable[[], T]) -> T:
        try:
            return call()
        except ClientError as err:
            if err.response.get("Error", {}).get("Code") in _GONE:
                raise NotFound("This file is gone") from err
            raise Unavailable("the files cannot be reached") from err
        except BotoCoreError as err:
            raise Unavailable("the files cannot be reached") from err


def _name(text: str) -> str:
    """Return a file's own name for a page. What is not ASCII comes back from S3 as RFC 2047 words, from others raw."""
    try:
        said = str(make_header(decode_header(text))) if text.startswith("=?") else text.encode("latin-1").decode()
    except (HeaderParseError, LookupError, ValueError):
        said = text
    return cells.clean(said)[:_NAME_LONG]
