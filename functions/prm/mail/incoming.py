"""A received mail, read without trusting it: any header or part may be broken, endless, or made to break us.

Python's parser raises on crafted headers (AttributeError, IndexError, RecursionError, LookupError) and takes time
quadratic in their length and in the depth of parts. So what it gets is cut short first, every read is wrapped, and what
cannot be read counts as absent.
"""

import contextlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import Compat32
from typing import Any

from prm.core.errors import Invalid

MOST_BYTES = 512 * 1024
"""Words come before attachments: what lies beyond is never read."""
_MOST_BOUNDARIES = 60
_MOST_PARTS = 100
_MOST_HEADERS = 500
_LONGEST_HEADER = 2000
_LONGEST_TEXT = 100_000
_LONGEST_MARKUP = 400_000
_BOUNDARY = re.compile(rb"boundary\s{0,9}\*?[\d*]{0,9}=", re.IGNORECASE)
_FALLBACKS = ("utf-8", "windows-1252", "latin-1")


@dataclass(frozen=True)
class Part:
    """One leaf of a mail: its type ("text/plain"), whether it is a file, and its text unless it is one."""

    type: str
    is_file: bool
    text: str = ""


@dataclass(frozen=True)
class Incoming:
    """A mail as far as it can be read. Header names are lower-case, values one line; `parts` are the leaves in order.

    `report` is the kind of a multipart/report (RFC 6522), such as "delivery-status".
    """

    headers: tuple[tuple[str, str], ...]
    type: str
    report: str
    parts: tuple[Part, ...]

    def header(self, name: str) -> str:
        """Return the first header of that name, or ""."""
        return next((value for key, value in self.headers if key == name), "")

    def has(self, name: str) -> bool:
        """Tell whether a header is there at all, even an empty one."""
        return any(key == name for key, _ in self.headers)

    def text(self, kind: str) -> str:
        """Return all texts of a type in their order: phones put pictures between the parts of what was written."""
        return "\n".join(part.text for part in self.parts if part.type == kind and part.text.strip())


class _Short(Compat32):
    """Cuts headers as they are read, before anything takes them apart."""

    def header_source_parse(self, sourcelines: Any) -> tuple[str, str]:  # noqa: ANN401  # a list of lines
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_LONGEST_HEADER]


_POLICY = _Short()


def read(raw: bytes) -> Incoming:
    """Read the first `MOST_BYTES` of a mail. Raises Invalid where the parser fails or would take too long."""
    raw = raw[:MOST_BYTES]
    if len(_BOUNDARY.findall(raw)) > _MOST_BOUNDARIES:
        raise Invalid("this mail has too many parts", reason="parts")
    try:
        message = BytesParser(policy=_POLICY).parsebytes(raw)
        headers = tuple(_headers(message))
    except Exception as err:  # there is no telling what the parser raises; nothing is lost, the original is kept
        raise Invalid("this mail cannot be read", reason=type(err).__name__) from err
    return Incoming(headers, _type(message), _report(message), tuple(_parts(message)))


def _headers(message: Message) -> Iterator[tuple[str, str]]:
    for name, value in list(message.raw_items())[:_MOST_HEADERS]:
        yield str(name).strip().lower(), _decoded(str(value))


def _decoded(value: str) -> str:
    """Return a header's value with its encoded words (RFC 2047) read, or as it stands where that fails."""
    text = value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    with contextlib.suppress(Exception):  # as above; the raw value is still worth looking at
        text = "".join(_word(word, charset) for word, charset in decode_header(text))
    return " ".join(text.split())


def _word(word: bytes | str, charset: str | None) -> str:
    return word if isinstance(word, str) else _text(word, charset)


def _type(message: Message) -> str:
    try:
        return message.get_content_type()
    except Exception:  # noqa: BLE001  # as above
        return "text/plain"


def _report(message: Message) -> str:
    try:
        return str(message.get_param("report-type") or "").strip().lower()
    except Exception:  # noqa: BLE001  # as above
        return ""


def _parts(message: Message) -> Iterator[Part]:
    """Yield the leaves. A mail inside a mail is one leaf without text: its words are not the writer's."""
    waiting, seen = [message], 0
    while waiting and seen < _MOST_PARTS:
        part = waiting.pop()
        seen += 1
        kind, payload = _type(part), part.get_payload()
        if isinstance(payload, list) and kind.startswith("multipart/"):
            waiting.extend(reversed([one for one in payload if isinstance(one, Message)]))
        else:
            yield _leaf(part, kind)


def _leaf(part: Message, kind: str) -> Part:
    try:
        is_file = part.get_content_disposition() == "attachment" or bool(part.get_filename())
        if is_file or not kind.startswith("text/"):
            return Part(kind, is_file=True)
        payload: Any = part.get_payload(decode=True)
        return Part(kind, is_file=False, text=_clean(_text(payload or b"", part.get_content_charset()), kind))
    except Exception:  # noqa: BLE001  # as above
        return Part(kind, is_file=False)


def _text(data: bytes, charset: str | None) -> str:
    """Decode by what the mail claims, else by what is likely; never fails."""
    for name in (charset, *_FALLBACKS):
        try:
            return data.decode(name or "utf-8")
        except (LookupError, ValueError):
            continue
    return data.decode("ascii", "replace")


def _clean(text: str, kind: str) -> str:
    """Return lines that end in newlines, cut to what a person would write, without control characters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    cut = lines[: _LONGEST_MARKUP if kind == "text/html" else _LONGEST_TEXT]
    return "".join(one for one in cut if one in "\n\t" or unicodedata.category(one) not in {"Cc", "Cs"})
