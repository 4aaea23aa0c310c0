"""SES events (SNS -> SQS) -> the state of a touch, and stops for addresses that bounce or complain."""

from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from prm import wiring
from prm.core.batch import process
from prm.mail import events

logger = Logger()
house = wiring.house()


def take_in(record: SQSRecord) -> None:
    """Take in one event; what is not ours, or changes nothing, is passed over."""
    found = events.read(record.body)
    if found is None:
        return
    key, news = found
    house.mail.news(key, news)
    logger.info("event", extra={"clinic": key.clinic, "touch": key.id, "state": news.state})


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Take in one batch."""
    return process(event, context, take_in, logger)
