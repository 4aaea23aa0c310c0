"""Reading what a form sent: small, urlencoded, each field once. Whatever else comes is refused, not guessed at."""

import re
from binascii import Error as BadBase64
from collections.abc import Mapping
from dataclasses import dataclass, field
from email import policy
from email.message import Message
from email.parser import BytesParser
from urllib.parse import parse_qs

from chalice.app import Request

from prm.core.errors import Invalid

BODY_LIMIT = 64 * 1024
"""A comment of 4,000 characters, each sent as twelve bytes (`%F0%9F%99%82`), with room to spare."""

FILE_LIMIT = 4 * 1024 * 1024
"""A form with a picture in it, as bytes: a photograph too large still gets its answer beside the field."""

_FIELDS = 20
_WITH_FILE = "multipart/form-data"
_ONE_CLICK_PART = re.compile(rb'name="?List-Unsubscribe"?\r?\n\r?\nOne-Click\s', re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
_SCORE = re.compile(r"10|[0-9]", re.ASCII)


@dataclass(frozen=True)
class Form:
    """The fields of a form."""

    fields: Mapping[str, list[str]]
    files: Mapping[str, bytes] = field(default_factory=dict)

    def many(self, name: str) -> tuple[str, ...]:
        """Return all texts of a field that may come more than once: boxes that were ticked."""
        return tuple(self.fields.get(name, ()))

    def one(self, name: str) -> str:
        """Return a field's text, "" where it is missing. Raises Invalid where it came twice."""
        values = self.fields.get(name, [])
        if len(values) > 1:
            raise Invalid("a field came twice", field=name)
        return values[0] if values else ""

    def number(self, name: str) -> int | None:
        """Return a field's whole number, None for anything but the few digits that our own pages put there."""
        text = self.one(name)
        return int(text) if _NUMBER.fullmatch(text) else None


def read(request: Request, most: int = _FIELDS) -> Form:
    """Return the form in a request, of `most` fields. Raises Invalid; bytes that are no UTF-8 become U+FFFD."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise Invalid("this is not how our form is sent", field="content-type")
    text = body(request).decode("utf-8", "replace")
    try:
        return Form(parse_qs(text, keep_blank_values=True, max_num_fields=most))
    except ValueError as err:
        raise Invalid("our form has fewer fields") from err


def read_with_file(request: Request, most: int = _FIELDS) -> Form:
    """Return the form in a request that may hold a small file (RFC 7578), or any other. Raises Invalid."""
    kind = request.headers.get("content-type", "")
    if not kind.lower().startswith(_WITH_FILE):
        return read(request, most)
    head = f"Content-Type: {kind}\r\n\r\n".encode("ascii", "replace")
    sent = BytesParser(policy=policy.HTTP).parsebytes(head + body(request, FILE_LIMIT))
    parts = sent.get_payload()
    if not isinstance(parts, list) or sent.defects or len(parts) > most:
        raise Invalid("the form did not arrive in one piece")
    fields: dict[str, list[str]] = {}
    files: dict[str, bytes] = {}
    for part in parts:
        name, filename, data = _part(part)
        if filename is None:
            fields.setdefault(name, []).append(data.decode("utf-8", "replace"))
        elif name in files:
            raise Invalid("a file came twice", field=name)
        elif data:
            files[name] = data
    return Form(fields, files)


def _part(part: object) -> tuple[str, str | None, bytes]:
    """Return the name of a part of a form, the name of its file where it is one, and what it holds."""
    name = part.get_param("name", header="content-disposition") if isinstance(part, Message) else None
    data = part.get_payload(decode=True) if isinstance(part, Message) else None
    if not isinstance(name, str) or not isinstance(data, bytes):
        raise Invalid("the form did not arrive in one piece")
    return name, part.get_filename() if isinstance(part, Message) else None, data


def is_one_click(request: Request) -> bool:
    """Tell whether a mail program asks to leave the list (RFC 8058, 3.2); it may send either kind of form."""
    if request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        return _ONE_CLICK_PART.search(body(request)) is not None
    return read(request).one("List-Unsubscribe") == "One-Click"


def body(request: Request, most: int = BODY_LIMIT) -> bytes:
    """Return the body as bytes. Raises Invalid when it is too long or wrongly encoded."""
    try:
        raw = request.raw_body
    except (BadBase64, ValueError) as err:
        raise Invalid("the form did not arrive in one piece") from err
    sent = raw.encode() if isinstance(raw, str) else raw
    if len(sent) > most:
        raise Invalid("this is too long for our form", field="comment")
    return sent


def score(text: str) -> int | None:
    """Return the score in `text`, or None for anything but 0 to 10 as we write them."""
    return int(text) if _SCORE.fullmatch(text) else None
