"""A mail of the outbox as the mailbox shows it. Headers are hostile until they parse."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr

from local.outbox import Kept

_UNSUBSCRIBE = re.compile(r"<(https?://[^>\s]+)>")
_BASE = '<base target="_blank">'


@dataclass(frozen=True)
class Letter:
    """What the pages ask of a mail; nothing in here raises on bad mail."""

    kept: Kept
    message: EmailMessage

    @property
    def id(self) -> str:
        """The name in the mailbox's addresses."""
        return self.kept.id

    @property
    def at(self) -> dt.datetime:
        """When it was sent, by the business clock, in this machine's time zone."""
        return self.kept.kept_at.astimezone()

    def header(self, name: str) -> str:
        """Return one header, or what could not be read of it."""
        return _safely(lambda: str(self.message[name] or ""))

    @property
    def recipient(self) -> str:
        """The address it went to."""
        return parseaddr(self.header("To"))[1] or self.header("To")

    @property
    def sender(self) -> str:
        """The name it came from, or the address where there is no name."""
        name, address = parseaddr(self.header("From"))
        return name or address

    @property
    def reply_to(self) -> str:
        """The address a reply goes to."""
        return parseaddr(self.header("Reply-To") or self.header("From"))[1]

    @property
    def one_click(self) -> str:
        """The address a mail program posts to for "unsubscribe" (RFC 8058), if the mail offers it."""
        found = _UNSUBSCRIBE.search(self.header("List-Unsubscribe"))
        offered = self.header("List-Unsubscribe-Post") == "List-Unsubscribe=One-Click"
        return found[1] if found and offered else ""

    @property
    def headers(self) -> list[tuple[str, str]]:
        """All headers as they stand."""
        return [(name, str(value)) for name, value in self.message.raw_items()]

    @property
    def text(self) -> str:
        """The plain part."""
        return self._part("plain")

    @property
    def html(self) -> str:
        """The HTML part, its links made to open in a new tab."""
        html = self._part("html")
        head = re.search(r"<head[^>]*>", html, re.IGNORECASE)
        at = head.end() if head else 0
        return html[:at] + _BASE + html[at:] if html else ""

    @property
    def source(self) -> str:
        """The mail as it travelled."""
        return self.kept.source().decode("utf-8", "replace")

    def _part(self, kind: str) -> str:
        def content() -> str:
            part = self.message.get_body((kind,))
            return str(part.get_content()) if part is not None else ""

        return _safely(content)


def read(kept: Kept) -> Letter:
    """Return the mail of this file."""
    return Letter(kept, kept.message())


def _safely(look: Callable[[], str]) -> str:
    """The standard library's parser crashes on crafted headers and unknown charsets, each in its own way."""
    try:
        return look()
    except (ValueError, LookupError, AttributeError, RecursionError, TypeError) as err:
        return f"(cannot be read: {type(err).__name__})"
