"""What SES tells of a mail, in our own words.

SES publishes events of the configuration set (`eventType`, with our tags) and, where someone switched them on,
notifications of the identity (`notificationType`, without tags: those say nothing we could use).
https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
"""

import datetime as dt
import json
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from prm.core.errors import Invalid
from prm.mail.model import News, State, TouchKey

_NOT_SPAM = "not-spam"
_SENT = {"Send", "DeliveryDelay"}
"""What SES could not say of a mail it never took. It publishes `Send` only to who subscribes to it; we need not."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Recipient(_Part):
    address: str = Field(alias="emailAddress")


class _Mail(_Part):
    timestamp: dt.datetime
    destination: tuple[str, ...] = ()
    tags: dict[str, tuple[str, ...]] = {}


class _Delivery(_Part):
    timestamp: dt.datetime | None = None


class _Bounce(_Part):
    timestamp: dt.datetime | None = None
    kind: str = Field(alias="bounceType")
    detail: str = Field(default="", alias="bounceSubType")
    recipients: tuple[_Recipient, ...] = Field(default=(), alias="bouncedRecipients")


class _Complaint(_Part):
    timestamp: dt.datetime | None = None
    feedback: str | None = Field(default=None, alias="complaintFeedbackType")
    recipients: tuple[_Recipient, ...] = Field(default=(), alias="complainedRecipients")


class _Reject(_Part):
    reason: str = ""


class _Event(_Part):
    kind: str = Field(default="", alias="eventType")
    mail: _Mail
    delivery: _Delivery | None = None
    bounce: _Bounce | None = None
    complaint: _Complaint | None = None
    reject: _Reject | None = None


def read(body: str) -> tuple[TouchKey, News] | None:
    """Return which touch an event is about and what it says, or None for one that changes nothing.

    `body` is the event itself or the SNS envelope around it. Raises Invalid for what is no SES event at all.
    """
    try:
        event = _Event.model_validate(_unwrapped(body))
    except (ValidationError, ValueError, TypeError, KeyError) as err:
        raise Invalid("not an event of SES", field="body") from err
    key = _key(event.mail)
    news = _news(event)
    return (key, news) if key and news else None


def _unwrapped(body: str) -> Any:  # noqa: ANN401 - whatever JSON holds; the model refuses what does not fit
    outer = json.loads(body)
    if isinstance(outer, dict) and outer.get("Type") == "Notification":
        return json.loads(outer["Message"])
    return outer


def _key(mail: _Mail) -> TouchKey | None:
    clinic, touch = mail.tags.get("clinic"), mail.tags.get("touch")
    return TouchKey.from_tags(clinic[0], touch[0]) if clinic and touch else None


def _news(event: _Event) -> News | None:
    sent_at = event.mail.timestamp
    if event.kind in _SENT:
        return News(State.SENT, sent_at)
    if event.kind == "Delivery" and event.delivery:
        return News(State.DELIVERED, event.delivery.timestamp or sent_at)
    if event.kind == "Bounce" and event.bounce:
        bounce = event.bounce
        return News(
            State.BOUNCED,
            bounce.timestamp or sent_at,
            tuple(one.address for one in bounce.recipients),
            f"{bounce.kind} {bounce.detail}".strip(),
            permanent=bounce.kind == "Permanent",
        )
    if event.kind == "Complaint" and event.complaint and event.complaint.feedback != _NOT_SPAM:
        complaint = event.complaint
        addresses = tuple(one.address for one in complaint.recipients)
        return News(State.COMPLAINED, complaint.timestamp or sent_at, addresses, complaint.feedback or "")
    if event.kind == "Reject":
        return News(State.BOUNCED, sent_at, event.mail.destination, event.reject.reason if event.reject else "rejected")
    return None
