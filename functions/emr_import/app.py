"""S3, when a clinic drops or uploads a file -> patients and visits, and a report beside it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import unquote_plus

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from prm import wiring
from prm.core.errors import NotFound, Unavailable
from prm.patients.columns import FileKind
from prm.patients.report import Counts

logger = Logger()
house = wiring.house()

UPLOADS = "uploads/"
SPARE_MS = 60_000
"""An import ends this long before the time-out: the patients in hand still get written, and the report."""


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Take in each file of the event. A name may be a patient's, so the log has clinics and counts alone.

    What time runs out for raises: Lambda calls again, and what is known by then costs a read.
    """
    taken = 0

    def time_left() -> bool:
        return context.get_remaining_time_in_millis() > SPARE_MS

    for key in keys(event):
        take = hear if key.startswith(UPLOADS) else take_in
        try:
            taken += take(key, time_left)
        except NotFound as err:
            logger.warning("drop ignored", extra={"reason": err.message})
    return {"files": taken}


def take_in(key: str, time_left: Callable[[], bool]) -> bool:
    """Import what a clinic dropped. Raises NotFound for what is no drop."""
    clinic, report = house.drops.take_in(key, time_left)
    logger.info("imported", extra={"clinic": clinic, "rows": rows(report.counts), "problems": len(report.problems)})
    if report.left:
        raise Unavailable("an import ran out of time", clinic=clinic, left=report.left)
    return True


def hear(key: str, time_left: Callable[[], bool]) -> bool:
    """Look at what someone uploaded, or import it. Raises NotFound for what is no upload."""
    upload = house.intake.hear(key, time_left)
    if upload and upload.found:
        logger.info(upload.stage.value, extra={"clinic": upload.clinic, "rows": rows(upload.found.counts)})
    return upload is not None


def rows(counts: Mapping[FileKind, Counts]) -> dict[str, dict[str, int]]:
    """Return counts as a log shows them."""
    return {kind.value: asdict(one) for kind, one in counts.items()}


def keys(event: dict[str, Any]) -> Iterator[str]:
    """Yield the keys an event names: plain from EventBridge, form-encoded in S3's own notifications."""
    if "detail" in event:
        yield event["detail"]["object"]["key"]
    for item in event.get("Records", ()):
        yield unquote_plus(item["s3"]["object"]["key"])
