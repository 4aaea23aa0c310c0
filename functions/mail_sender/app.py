"""SQS `now` and `bulk` -> one touch a message -> SES, once."""

import time
from dataclasses import replace
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel

from prm import wiring
from prm.core.batch import process
from prm.mail.model import TouchKey
from prm.mail.pace import BULK_SHARE, URGENT_SHARE, Pace, rate_of
from prm.mail.sending import Sender

logger = Logger()
house = wiring.house()
senders: dict[float, Sender] = {}


class TouchMessage(BaseModel, extra="forbid"):
    """What a message says: three ids."""

    clinic: str
    recipient: str
    touch: str


def send(record: SQSRecord) -> None:
    """Send the touch of one message; what raises comes again, and after some tries rests in the dead-letter queue."""
    logger.remove_keys(["clinic", "touch"])  # those of the message before: this one may not even have any
    message = TouchMessage.model_validate_json(record.body)
    logger.append_keys(clinic=message.clinic, touch=message.touch)
    share = URGENT_SHARE if _queue(record) == house.settings.queue_now.rsplit("/", 1)[-1] else BULK_SHARE
    _sender(share).send(TouchKey(message.clinic, message.recipient, message.touch))


def _queue(record: SQSRecord) -> str:
    return record.event_source_arn.rsplit(":", 1)[-1]


def _sender(share: float) -> Sender:
    """Return this worker's sender for a queue. The account's rate is asked for once in a worker's life."""
    if share not in senders:
        rate = rate_of(house.ses.max_send_rate(), share, house.settings.send_concurrency)
        senders[share] = replace(house.sender, pace=Pace(rate, time.monotonic, time.sleep).wait)
    return senders[share]


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Send one batch."""
    logger.info("batch", extra={"messages": len(event.get("Records", ()))})
    return process(event, context, send, logger)
