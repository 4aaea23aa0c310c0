"""What SES tells a function about a mail it received.

Shape: SES developer guide, "Contents of notifications for Amazon SES email receiving". Nothing is verified here, so
the verdicts that need DNS are GRAY, which is what SES says when it cannot tell.
"""

import datetime as dt
import email
import email.policy
from dataclasses import dataclass
from email.errors import MessageError
from typing import Any

from local.receiving.rules import Call
from local.sesv2.events import stamp

_MAX_HEADERS = 10_000  # characters; SES cuts what is beyond


@dataclass(frozen=True)
class Received:
    """One mail as it came in."""

    message_id: str
    sender: str
    recipients: tuple[str, ...]
    source: bytes
    at: dt.datetime

    def stored(self) -> bytes:
        """Return the mail as SES puts it into the bucket: with the headers it adds on top."""
        added = (
            f"Return-Path: <{self.sender}>\r\n"
            f"Received: from localhost by inbound-smtp.local with SMTP id {self.message_id};"
            f" {self.at:%a, %d %b %Y %H:%M:%S} +0000 (UTC)\r\n"
            "X-SES-Spam-Verdict: PASS\r\n"
            "X-SES-Virus-Verdict: PASS\r\n"
        )
        return added.encode("utf-8", "surrogateescape") + self.source


def event(mail: Received, recipients: tuple[str, ...], call: Call) -> dict[str, Any]:
    """Return the event of a Lambda action; `recipients` are those the rule matched."""
    headers, truncated = _headers(mail.stored())
    return {
        "Records": [
            {
                "eventSource": "aws:ses",
                "eventVersion": "1.0",
                "ses": {
                    "mail": {
                        "timestamp": stamp(mail.at),
                        "source": mail.sender,
                        "messageId": mail.message_id,
                        "destination": list(mail.recipients),
                        "headersTruncated": truncated,
                        "headers": headers,
                        "commonHeaders": _common(headers),
                    },
                    "receipt": _receipt(mail, recipients, call),
                },
            }
        ]
    }


def _receipt(mail: Received, recipients: tuple[str, ...], call: Call) -> dict[str, Any]:
    return {
        "timestamp": stamp(mail.at),
        "processingTimeMillis": 574,
        "recipients": list(recipients),
        "spamVerdict": {"status": "PASS"},
        "virusVerdict": {"status": "PASS"},
        "spfVerdict": {"status": "GRAY"},
        "dkimVerdict": {"status": "GRAY"},
        "dmarcVerdict": {"status": "GRAY"},
        "action": {"type": "Lambda", "functionArn": call.function, "invocationType": call.invocation},
    }


def _headers(source: bytes) -> tuple[list[dict[str, str]], bool]:
    """Return names and values as they stand, without trusting them to parse."""
    try:
        parsed = email.message_from_bytes(source, policy=email.policy.compat32)
    except (MessageError, LookupError, ValueError):
        return [], True
    kept: list[dict[str, str]] = []
    length = 0
    for name, value in parsed.raw_items():
        text = " ".join(str(value).encode("utf-8", "replace").decode("utf-8").split())
        length += len(name) + len(text)
        if length > _MAX_HEADERS:
            return kept, True
        kept.append({"name": name, "value": text})
    return kept, False


def _common(headers: list[dict[str, str]]) -> dict[str, Any]:
    """Return the headers that SES repeats under names of their own."""
    found = {header["name"].lower(): header["value"] for header in reversed(headers)}
    single = {"date": "date", "message-id": "messageId", "return-path": "returnPath", "subject": "subject"}
    several = {"from": "from", "to": "to", "cc": "cc", "reply-to": "replyTo"}
    common: dict[str, Any] = {key: found[name] for name, key in single.items() if name in found}
    return common | {key: [found[name]] for name, key in several.items() if name in found}
