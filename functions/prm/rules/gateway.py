"""The queue between the tick, which finds what is due, and the workers that do it."""

import json
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from prm.core.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class WorkQueue:
    """One message per due index and shard with work; two workers on one shard are harmless."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client: SQSClient = boto3.client("sqs")

    def put(self, index: str, shard: int) -> None:
        """Ask for one shard to be worked through. What is lost here is found again by the next tick."""
        try:
            self._client.send_message(QueueUrl=self._url, MessageBody=json.dumps({"index": index, "shard": shard}))
        except (BotoCoreError, ClientError) as err:
            raise Unavailable("the queue did not take a message") from err
