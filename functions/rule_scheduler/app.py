"""EventBridge, every minute: what is due anywhere? SQS `work`: work through one shard."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel

from prm import wiring
from prm.core.batch import process
from prm.core.due import ALARM_AT
from prm.core.table import DueKey

logger = Logger()
metrics = Metrics()
house = wiring.house()

SPARE_MS = 20_000
"""A worker stops this long before its time-out: the item in hand still gets done."""


class WorkMessage(BaseModel, extra="forbid"):
    """Which due index, and which shard of it."""

    index: str
    shard: int


class Failures:
    """Says in logs and metrics what failed, by id."""

    def failed(self, line: str, key: DueKey, error: Exception, failures: int) -> None:
        """Log one failure, and ring the alarm when it keeps failing."""
        logger.error("work failed", extra={"index": line, "pk": key.pk, "error": type(error).__name__})
        if failures >= ALARM_AT:
            metrics.add_metric(name="DueFailures", unit=MetricUnit.Count, value=1)
            metrics.flush_metrics()


def overtaken(line: str, key: DueKey) -> None:
    """Log a lost race: one is an everyday thing, the same item again and again is a defect that nothing else shows."""
    logger.info("overtaken", extra={"index": line, "pk": key.pk})


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> Mapping[str, object]:
    """Tick, or work."""
    if "Records" not in event:
        return tick()

    def work(record: SQSRecord) -> None:
        message = WorkMessage.model_validate_json(record.body)
        done = replace(house.schedule, overtaken=overtaken).drain(
            message.index, message.shard, lambda: context.get_remaining_time_in_millis() > SPARE_MS, Failures()
        )
        logger.info("worked", extra={"index": message.index, "shard": message.shard, "items": done})

    return process(event, context, work, logger)


def tick() -> Mapping[str, object]:
    """Queue one message for each shard that holds something due."""
    waiting = list(house.schedule.waiting())
    for index, shard in waiting:
        house.work_queue.put(index, shard)
    logger.info("tick", extra={"shards": len(waiting)})
    return {"shards": len(waiting)}
