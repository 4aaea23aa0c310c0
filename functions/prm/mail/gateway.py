"""SES and the two queues. An error says whether the mail may have gone: all that the send core needs to know."""

import json
from collections.abc import Iterator, Sequence
from email.header import Header
from email.utils import formataddr
from itertools import batched
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError

from prm.core.addresses import is_example
from prm.core.errors import Invalid, Unavailable
from prm.mail.dead import Dead, key_in
from prm.mail.incoming import MOST_BYTES
from prm.mail.model import Letter, TouchKey

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sqs import SQSClient

_BATCH = 10
_HIDDEN_FOR = 0
_SERVER_ERROR = 500
_SLOW_DOWN = {"TooManyRequestsException", "ThrottlingException", "Throttling", "LimitExceededException"}
_REFUSED = {"MessageRejected", "BadRequestException", "ValidationException", "InvalidParameterValue"}


class NotSent(Unavailable):
    """The mail certainly did not go. `throttled` asks for a pause; `permanent` says it never will."""

    def __init__(self, message: str, *, throttled: bool = False, permanent: bool = False, code: str = "") -> None:
        super().__init__(message, permanent=permanent, code=code)
        self.throttled = throttled
        self.code = code


class MaybeSent(Unavailable):
    """Nobody knows: the answer was lost, or the service failed half-way."""


class MailGateway:
    """Hands a letter to SES exactly once: the SDK's own retries are off, a time-out would send it again."""

    def __init__(self, domain: str, reply_domain: str, configuration_set: str) -> None:
        self._domain = domain
        self._reply_domain = reply_domain
        self._configuration_set = configuration_set
        self._client: SESV2Client = boto3.client(
            "sesv2", config=Config(retries={"total_max_attempts": 1}, connect_timeout=3, read_timeout=10)
        )

    def send(self, letter: Letter, key: TouchKey, token: str | None) -> str:
        """Send, and return SES's id of the message. Raises NotSent or MaybeSent."""
        if is_example(letter.to):
            raise NotSent("nobody is written to at an example address", permanent=True, code="ExampleAddress")
        try:
            answer = self._client.send_email(**self._request(letter, key, token))
        except (ConnectTimeoutError, EndpointConnectionError) as err:
            raise NotSent("SES cannot be reached") from err
        except ClientError as err:
            raise _meaning(err) from err
        except BotoCoreError as err:
            raise MaybeSent("SES did not answer") from err
        return answer["MessageId"]

    def max_send_rate(self) -> float:
        """Return how many mails a second the account may send; 1 in the sandbox."""
        try:
            return float(self._client.get_account()["SendQuota"]["MaxSendRate"])
        except (BotoCoreError, ClientError) as err:
            raise Unavailable("SES does not tell its send rate") from err

    def _request(self, letter: Letter, key: TouchKey, token: str | None) -> dict[str, Any]:
        request: dict[str, Any] = {
            "FromEmailAddress": _mailbox(_one_line(letter.sender), f"{letter.local_part}@{self._domain}"),
            "Destination": {"ToAddresses": [letter.to]},
            "Content": {
                "Simple": {
                    "Subject": {"Data": _one_line(letter.subject), "Charset": "UTF-8"},
                    "Body": {
                        "Text": {"Data": letter.text, "Charset": "UTF-8"},
                        "Html": {"Data": letter.html, "Charset": "UTF-8"},
                    },
                    "Headers": [{"Name": name, "Value": _one_line(value)} for name, value in letter.headers],
                }
            },
            "EmailTags": [{"Name": "clinic", "Value": key.clinic}, {"Name": "touch", "Value": key.tag}],
        }
        if token and letter.replies:
            request["ReplyToAddresses"] = [f"r-{token}@{self._reply_domain}"]
        if self._configuration_set:
            request["ConfigurationSetName"] = self._configuration_set
        return request


def _meaning(err: ClientError) -> Unavailable:
    """Map SES's refusals; https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html#API_SendEmail_Errors."""
    code = err.response.get("Error", {}).get("Code", "")
    status = err.response.get("ResponseMetadata", {}).get("HTTPStatusCode", _SERVER_ERROR)
    if code in _SLOW_DOWN:
        return NotSent("SES asks us to slow down", throttled=True, code=code)
    if status >= _SERVER_ERROR:
        return MaybeSent("SES failed", code=code)
    return NotSent("SES refused the mail", permanent=code in _REFUSED, code=code)


def _mailbox(name: str, address: str) -> str:
    """Return the name beside the address; RFC 2047 section 2 bounds an encoded word: long names take several."""
    if name.isascii():
        return formataddr((name, address))
    return f"{Header(name, 'utf-8', maxlinelen=75).encode(linesep='')} <{address}>"


def _one_line(text: str) -> str:
    """Refuse what would begin a header of its own (CWE-93)."""
    if any(ord(char) < ord(" ") for char in text):
        raise Invalid("a header holds a control character", field="header")
    return text


class QueueGateway:
    """The two queues towards the sender. A message is three ids: no address, no token, no name."""

    def __init__(self, now_url: str, bulk_url: str) -> None:
        self._urls = {True: now_url, False: bulk_url}
        self._client: SQSClient = boto3.client("sqs")

    def put(self, keys: Sequence[TouchKey], *, urgent: bool) -> None:
        """Queue touches; what is refused raises Unavailable, and the due index brings it back in any case."""
        for batch in batched(keys, _BATCH, strict=False):
            try:
                answer = self._client.send_message_batch(QueueUrl=self._urls[urgent], Entries=list(_entries(batch)))
            except (BotoCoreError, ClientError) as err:
                raise Unavailable("the queue did not take a message") from err
            if answer.get("Failed"):
                raise Unavailable("the queue did not take a message")


def _entries(keys: Sequence[TouchKey]) -> Iterator[Any]:
    for number, key in enumerate(keys):
        yield {
            "Id": str(number),
            "MessageBody": json.dumps({"clinic": key.clinic, "recipient": key.recipient, "touch": key.id}),
        }


class DeadLetterGateway:
    """One queue of messages that were given up."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client: SQSClient = boto3.client("sqs")

    def look(self) -> Iterator[Dead]:
        """Yield up to ten messages, which stay in sight: who looks again sees them again."""
        try:
            answer = self._client.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=_BATCH,
                VisibilityTimeout=_HIDDEN_FOR,
                MessageSystemAttributeNames=["ApproximateReceiveCount"],
            )
        except (BotoCoreError, ClientError) as err:
            raise Unavailable("the queue cannot be read") from err
        for one in answer.get("Messages", ()):
            times = int(one.get("Attributes", {}).get("ApproximateReceiveCount", 1))
            yield Dead(one["ReceiptHandle"], key_in(one["Body"]), times)

    def drop(self, handle: str) -> None:
        """Remove a message that was looked at."""
        try:
            self._client.delete_message(QueueUrl=self._url, ReceiptHandle=handle)
        except (BotoCoreError, ClientError) as err:
            raise Unavailable("the message cannot be removed: look again") from err


class InboundGateway:
    """The mails SES received, as it stored them."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket
        self._client: S3Client = boto3.client("s3")

    def read(self, message_id: str) -> bytes:
        """Return as much of a mail as anyone reads. Raises Unavailable."""
        try:
            answer = self._client.get_object(
                Bucket=self._bucket, Key=f"inbound/{message_id}", Range=f"bytes=0-{MOST_BYTES - 1}"
            )
            return answer["Body"].read()
        except ClientError as err:
            if err.response.get("Error", {}).get("Code") == "InvalidRange":  # nothing in it, so no first byte either
                return b""
            raise Unavailable("a received mail cannot be read") from err
        except BotoCoreError as err:
            raise Unavailable("a received mail cannot be read") from err
