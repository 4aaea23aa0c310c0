"""A batch of SQS messages, each worked on by itself: what fails comes again alone, and is logged by id and kind."""

import traceback
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext


def process(
    event: dict[str, Any], context: LambdaContext, work: Callable[[SQSRecord], None], logger: Logger
) -> PartialItemFailureResponse:
    """Work on each message and say which failed. An error's text stays out of the log: it may quote what it met."""

    def one(record: SQSRecord) -> None:
        try:
            work(record)
        except Exception as err:
            logger.error("message failed", extra={"message_id": record.message_id, **_kind(err)})  # noqa: TRY400
            raise

    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event=event, record_handler=one, processor=processor, context=context)


def _kind(err: Exception) -> dict[str, str]:
    """Return what of an error may be logged: its class, and where it was raised."""
    raised = traceback.extract_tb(err.__traceback__)[-1]
    return {"error": type(err).__name__, "at": f"{raised.name}:{raised.lineno}"}
