"""SES receipt event -> the mail it announces, taken in.

SES stored the mail before it calls. https://docs.aws.amazon.com/ses/latest/dg/receiving-email-action-lambda-event.html
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Protocol

from aws_lambda_powertools import Logger
from pydantic import BaseModel, ConfigDict, Field

from prm.recovery.replies import Outcome, Received

logger = Logger()


class Replies(Protocol):
    """Who takes mails in."""

    def take_in(self, received: Received, /) -> Outcome:
        """Do what a mail asks for."""
        ...


class House(Protocol):
    """What this needs of the house."""

    @property
    def replies(self) -> Replies: ...


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Verdict(_Part):
    status: str = ""


class _Mail(_Part):
    message_id: str = Field(alias="messageId", pattern=r"^[A-Za-z0-9._-]{1,200}$")
    source: str = ""


class _Receipt(_Part):
    timestamp: dt.datetime
    recipients: tuple[str, ...] = ()
    spam: _Verdict = Field(default=_Verdict(), alias="spamVerdict")
    virus: _Verdict = Field(default=_Verdict(), alias="virusVerdict")


class _Notice(_Part):
    mail: _Mail
    receipt: _Receipt


class _Record(_Part):
    ses: _Notice


class _Event(_Part):
    records: tuple[_Record, ...] = Field(alias="Records")


def handle(event: Mapping[str, Any], house: House) -> None:
    """Take in what one event announces. What raises is called again by Lambda, then kept for someone to look at."""
    for record in _Event.model_validate(event).records:
        received = _received(record.ses)
        outcome = house.replies.take_in(received)
        told = {"mail": received.message_id, "kind": outcome.kind, "clinic": outcome.clinic, "why": outcome.why}
        logger.info("reply", extra=told)


def _received(notice: _Notice) -> Received:
    mail, receipt = notice.mail, notice.receipt
    return Received(mail.message_id, receipt.recipients, mail.source, receipt.timestamp, _refused(receipt))


def _refused(receipt: _Receipt) -> str:
    """Name the check a mail failed. GRAY and PROCESSING_FAILED say that SES could not tell: such mail is read."""
    checks = {"virus": receipt.virus, "spam": receipt.spam}
    return next((name for name, verdict in checks.items() if verdict.status == "FAIL"), "")
