"""What passes between the fetching and whoever talks HTTP for it: one question, one answer, one deadline."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from prm.content.addresses import Address

MAX_BODY = 5_000_000
"""Bytes of a page or feed, as sent and as unpacked."""


@dataclass(frozen=True)
class Deadline:
    """The moment by which everything must be over: names looked up, redirects followed, the last byte read."""

    ends: float
    tick: Callable[[], float] = time.monotonic

    @classmethod
    def within(cls, seconds: float, tick: Callable[[], float] = time.monotonic) -> "Deadline":
        """Return the deadline that many seconds from now."""
        return cls(tick() + seconds, tick)

    def left(self) -> float:
        """Seconds that are left, 0 when none are."""
        return max(0.0, self.ends - self.tick())


@dataclass(frozen=True)
class Ask:
    """One GET request to one address. No redirect is followed.

    A body is read only of a 200 whose media type is in `types` (None: any), and only up to `most` bytes; what is longer
    is refused, or cut where `cuts` says so.
    """

    address: Address
    deadline: Deadline
    types: frozenset[str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    most: int = MAX_BODY
    cuts: bool = False


@dataclass(frozen=True)
class Answer:
    """What a server said. Names of headers are in lower case; of two headers with one name the first counts."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def type(self) -> str:
        """The media type without its parameters, lower case; empty when the server names none."""
        return media_type(self.headers.get("content-type", ""))

    @property
    def charset(self) -> str:
        """The charset that the server names, empty when it names none; it may be none that exists."""
        for parameter in self.headers.get("content-type", "").split(";")[1:]:
            name, _, value = parameter.partition("=")
            if name.strip().lower() == "charset":
                return value.strip().strip("\"'").lower()
        return ""


def media_type(content_type: str) -> str:
    """Return the type of a Content-Type header: `text/html` of `Text/HTML; charset=x`."""
    return content_type.partition(";")[0].strip().lower()
