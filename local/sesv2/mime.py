"""A SendEmail request becomes the mail SES would have built, after the checks SES makes.

Limits: SES developer guide, "Service quotas", and API reference, `MessageHeader` and `MessageTag`.
"""

import base64
import datetime as dt
import email
import email.policy
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, getaddresses
from typing import Any

MAX_RECIPIENTS = 50
MAX_BYTES = 40 * 1024 * 1024
_HEADER_NAME = re.compile(r"[!-9;-~]{1,126}")  # printable ASCII without the colon (RFC 5322)
_HEADER_VALUE = re.compile(r"[ -~]{1,870}")
_TAG = re.compile(r"[A-Za-z0-9_\-.@]{1,256}")
_MAX_HEADERS = 15


class BadRequestError(Exception):
    """What SES answers with BadRequestException."""


@dataclass(frozen=True)
class Outgoing:
    """A mail that passed SES's checks."""

    source: bytes
    sender: str
    recipients: tuple[str, ...]
    configuration_set: str
    tags: dict[str, list[str]]

    @property
    def message(self) -> EmailMessage:
        """The mail, parsed."""
        return email.message_from_bytes(self.source, policy=email.policy.default)


def build(request: dict[str, Any], message_id: str, at: dt.datetime) -> Outgoing:
    """Return the mail of this request; raises BadRequestError where SES would."""
    content = request.get("Content") or {}
    _check(_written(request))
    if "Simple" in content:
        message = _simple(request, content["Simple"])
    elif "Raw" in content:
        message = _raw(content["Raw"])
    else:
        msg = "Content must hold Simple or Raw."
        raise BadRequestError(msg)
    _stamp(message, message_id, at)
    recipients = _recipients(request, message)
    _check(recipients)
    try:
        source = message.as_bytes(policy=email.policy.SMTP)
    except (ValueError, LookupError, UnicodeError) as err:
        msg = f"The message cannot be written: {err}"
        raise BadRequestError(msg) from err
    if len(source) > MAX_BYTES:
        msg = "Message length is more than 41943040 bytes long."
        raise BadRequestError(msg)
    return Outgoing(source, str(message["From"]), recipients, request.get("ConfigurationSetName") or "", _tags(request))


def _simple(request: dict[str, Any], simple: dict[str, Any]) -> EmailMessage:
    message = EmailMessage(policy=email.policy.SMTP)
    destination = request.get("Destination") or {}
    fields = {
        "From": request.get("FromEmailAddress") or "",
        "To": ", ".join(destination.get("ToAddresses") or []),
        "Cc": ", ".join(destination.get("CcAddresses") or []),
        "Reply-To": ", ".join(request.get("ReplyToAddresses") or []),
        "Subject": (simple.get("Subject") or {}).get("Data") or "",
    }
    for name, value in fields.items():
        if value:
            _set(message, name, value)
    for header in _headers(simple):
        _set(message, header["Name"], header["Value"])
    _bodies(message, simple.get("Body") or {})
    return message


def _headers(simple: dict[str, Any]) -> list[dict[str, str]]:
    headers: list[dict[str, str]] = simple.get("Headers") or []
    if len(headers) > _MAX_HEADERS:
        msg = f"A message can have up to {_MAX_HEADERS} custom headers."
        raise BadRequestError(msg)
    for header in headers:
        if not _HEADER_NAME.fullmatch(header["Name"]) or not _HEADER_VALUE.fullmatch(header["Value"]):
            msg = f"Invalid header: {header['Name']!r}."
            raise BadRequestError(msg)
    return headers


def _set(message: EmailMessage, name: str, value: str) -> None:
    try:
        message[name] = value
    except (ValueError, IndexError, AttributeError, RecursionError) as err:
        msg = f"Invalid {name} header."
        raise BadRequestError(msg) from err


def _bodies(message: EmailMessage, body: dict[str, Any]) -> None:
    text = (body.get("Text") or {}).get("Data")
    html = (body.get("Html") or {}).get("Data")
    if text is None and html is None:
        msg = "Message body is empty."
        raise BadRequestError(msg)
    if text is not None:
        message.set_content(text)
    if html is None:
        return
    if text is None:
        message.set_content(html, subtype="html")
    else:
        message.add_alternative(html, subtype="html")


def _raw(raw: dict[str, Any]) -> EmailMessage:
    source = base64.b64decode(raw.get("Data") or "")
    if not source:
        msg = "Raw message is empty."
        raise BadRequestError(msg)
    return email.message_from_bytes(source, policy=email.policy.SMTP)


def _stamp(message: EmailMessage, message_id: str, at: dt.datetime) -> None:
    """SES replaces both, whatever the sender wrote."""
    del message["Message-ID"], message["Date"]
    message["Message-ID"] = f"<{message_id}@email.amazonses.com>"
    message["Date"] = format_datetime(at)


def _recipients(request: dict[str, Any], message: EmailMessage) -> tuple[str, ...]:
    """Those the request names; for a raw mail that names none, those of its headers."""
    written = _written(request) or [str(message[name]) for name in ("To", "Cc", "Bcc") if message[name]]
    found = tuple(address for _, address in getaddresses(written) if address)
    if not message["From"] or not found:
        msg = "Missing final '@domain'." if message["From"] else "Missing From address."
        raise BadRequestError(msg)
    return found


def _written(request: dict[str, Any]) -> list[str]:
    destination = request.get("Destination") or {}
    return [address for kind in ("To", "Cc", "Bcc") for address in destination.get(f"{kind}Addresses") or []]


def _check(recipients: Sequence[str]) -> None:
    if len(recipients) > MAX_RECIPIENTS:
        msg = f"Recipient count exceeds {MAX_RECIPIENTS}."
        raise BadRequestError(msg)
    if not all(address.isascii() and address.count("@") == 1 for address in recipients):
        msg = "Local address contains control or non-ASCII characters."
        raise BadRequestError(msg)


def _tags(request: dict[str, Any]) -> dict[str, list[str]]:
    tags: dict[str, list[str]] = {}
    for tag in request.get("EmailTags") or []:
        if not _TAG.fullmatch(tag["Name"]) or not _TAG.fullmatch(tag["Value"]):
            msg = f"Invalid tag: {tag['Name']!r}."
            raise BadRequestError(msg)
        tags[tag["Name"]] = [tag["Value"]]
    return tags
