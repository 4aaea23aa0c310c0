"""Configuration-set events as SES publishes them to SNS.

Shapes: SES developer guide, "Contents of event data that Amazon SES publishes to Amazon SNS" and its examples.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any

from local.places import REGION
from local.sesv2.behaviour import Behaviour
from local.sesv2.mime import Outgoing

ACCOUNT = "000000000000"
type Event = dict[str, Any]


@dataclass(frozen=True)
class Sent:
    """A mail SES took: what its events tell about it."""

    message_id: str
    mail: Outgoing
    at: dt.datetime


def of(sent: Sent, behaviour: Behaviour) -> Iterator[Event]:
    """Yield the events of this mail in the order in which they usually come."""
    yield {"eventType": "Send", "mail": _mail(sent), "send": {}}
    if behaviour is Behaviour.REJECT:
        yield {"eventType": "Reject", "mail": _mail(sent), "reject": {"reason": "Bad content"}}
        return
    if behaviour.arrives:
        yield {"eventType": "Delivery", "mail": _mail(sent), "delivery": _delivery(sent)}
    else:
        yield {"eventType": "Bounce", "mail": _mail(sent), "bounce": _bounce(sent, behaviour)}
    if behaviour is Behaviour.COMPLAINT:
        yield {"eventType": "Complaint", "mail": _mail(sent), "complaint": _complaint(sent)}


def _mail(sent: Sent) -> Event:
    message = sent.mail.message
    sender = parseaddr(sent.mail.sender)[1]
    domain = sender.rpartition("@")[2]
    return {
        "timestamp": stamp(sent.at),
        "source": sent.mail.sender,
        "sourceArn": f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/{domain}",
        "sendingAccountId": ACCOUNT,
        "messageId": sent.message_id,
        "destination": list(sent.mail.recipients),
        "headersTruncated": False,
        "headers": [{"name": name, "value": str(value)} for name, value in message.items()],
        "commonHeaders": {
            "from": [sent.mail.sender],
            "replyTo": [str(value) for value in message.get_all("Reply-To", [])],
            "date": str(message["Date"]),
            "to": list(sent.mail.recipients),
            "messageId": sent.message_id,
            "subject": str(message["Subject"] or ""),
        },
        "tags": {
            "ses:operation": ["SendEmail"],
            "ses:configuration-set": [sent.mail.configuration_set],
            "ses:source-ip": ["127.0.0.1"],
            "ses:from-domain": [domain],
            "ses:caller-identity": ["local"],
            **sent.mail.tags,
        },
    }


def _delivery(sent: Sent) -> Event:
    return {
        "timestamp": stamp(sent.at + dt.timedelta(milliseconds=546)),
        "processingTimeMillis": 546,
        "recipients": list(sent.mail.recipients),
        "smtpResponse": "250 2.6.0 Message received",
        "reportingMTA": "a0-0.smtp-out.amazonses.com",
    }


# bounceType, bounceSubType, status, diagnosticCode
_BOUNCES = {
    Behaviour.BOUNCE: ("Permanent", "General", "5.1.1", "smtp; 550 5.1.1 user unknown"),
    Behaviour.DELAY: ("Transient", "MailboxFull", "4.2.2", "smtp; 452 4.2.2 mailbox full"),
    Behaviour.SUPPRESSED: (
        "Permanent",
        "OnAccountSuppressionList",
        "5.1.1",
        "Amazon SES did not send the message to this address because it is on the suppression list for your account.",
    ),
}


def _bounce(sent: Sent, behaviour: Behaviour) -> Event:
    kind, detail, status, diagnostic = _BOUNCES[behaviour]
    return {
        "feedbackId": f"{sent.message_id}-bounce",
        "bounceType": kind,
        "bounceSubType": detail,
        "bouncedRecipients": [
            {"emailAddress": address, "action": "failed", "status": status, "diagnosticCode": diagnostic}
            for address in sent.mail.recipients
        ],
        "timestamp": stamp(sent.at + dt.timedelta(seconds=1)),
        "reportingMTA": "dns; amazonses.com",
    }


def _complaint(sent: Sent) -> Event:
    at = stamp(sent.at + dt.timedelta(seconds=2))
    return {
        "feedbackId": f"{sent.message_id}-complaint",
        "complaintSubType": None,
        "complainedRecipients": [{"emailAddress": address} for address in sent.mail.recipients],
        "timestamp": at,
        "userAgent": "Amazon SES Mailbox Simulator",
        "complaintFeedbackType": "abuse",
        "arrivalDate": at,
    }


def stamp(at: dt.datetime) -> str:
    """Return a time as SES writes it: UTC, milliseconds, Z."""
    return at.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
