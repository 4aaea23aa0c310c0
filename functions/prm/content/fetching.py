"""From an address that somebody pasted to the bytes of the page: redirects, robots.txt, turns, and what went wrong.

Who talks HTTP comes as a callable (`gateway.Web.get`), so nothing here knows the network.
"""

import re
import time
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from urllib.parse import quote

from prm.content import robots
from prm.content.addresses import Address, join, parse
from prm.content.exchange import Answer, Ask, Deadline
from prm.content.robots import MAX_ROBOTS, Robots
from prm.content.turns import Turn, Turns
from prm.core.errors import Forbidden, Invalid, NotFound, PrmError, Unavailable

NAME = "OpenPRM"
"""What we go by: at the start of the user agent, and in sites' robots.txt."""

SECONDS = 15.0
"""For everything: the name, robots.txt, all redirects, the body."""

REDIRECTS = 3

PAGES = frozenset({"text/html", "application/xhtml+xml"})
FEEDS = frozenset(
    {
        "application/atom+xml",
        "application/feed+json",
        "application/json",
        "application/rdf+xml",
        "application/rss+xml",
        "application/xml",
        "text/xml",
    }
)

_OK = 200
_UNCHANGED = 304
_MOVED = frozenset({301, 302, 303, 307, 308})
_FOR_GOOD = frozenset({301, 308})
_SIGN_IN = frozenset({401, 407})
_REFUSED = frozenset({402, 403, 406, 418, 451, 999})
_GONE = frozenset({404, 410})
_BUSY = frozenset({408, 425, 429})
_SERVER = 500
_HOUR = 3600.0
_KEPT_SITES = 500
_MARK_LENGTH = 500
_MARK = re.compile(r"[\x21-\x7e][\x20-\x7e]*")
_ACCEPT = "text/html,application/xhtml+xml,application/atom+xml,application/rss+xml,application/xml;q=0.9,*/*;q=0.1"
_KINDS = {"image": "a picture", "video": "a video", "audio": "a recording", "font": "a font"}


@dataclass(frozen=True)
class Marks:
    """What a server said about the version it sent, to be given back when asking again. Empty where it said nothing."""

    etag: str = ""
    last_modified: str = ""

    def headers(self) -> dict[str, str]:
        """Return the headers of a conditional request."""
        named = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True)
class Fetched:
    """A page or a feed as a server sent it.

    `address` is where it was found, `moved_to` the same address if all redirects to it were for good (a feed is to be
    asked there from now on). `unchanged`: the server still has what the marks named, and `body` is empty.
    """

    asked: Address
    address: Address
    type: str = ""
    charset: str = ""
    body: bytes = b""
    marks: Marks = Marks()
    unchanged: bool = False
    moved_to: Address | None = None

    @property
    def content_type(self) -> str:
        """Type and charset as one header's value, as a reader of pages takes it."""
        return f"{self.type}; charset={self.charset}" if self.charset else self.type

    @property
    def is_page(self) -> bool:
        """Whether the server calls it HTML; a feed may be called so too."""
        return self.type in PAGES


type Kept = MutableMapping[str, tuple[float, Robots]]
"""By origin: until when (by the deadline's clock) its robots.txt is taken as known, and what it says."""


@dataclass(frozen=True)
class Fetcher:
    """Fetches pages and feeds. One may serve for the life of a process."""

    get: Callable[[Ask], Answer]
    turn: Turn = field(default_factory=Turns)
    allowed: frozenset[str] = frozenset()
    seconds: float = SECONDS
    tick: Callable[[], float] = time.monotonic
    kept: Kept = field(default_factory=dict[str, tuple[float, Robots]])

    def fetch(self, text: str, marks: Marks = Marks()) -> Fetched:
        """Fetch what the address in `text` shows now; with `marks`, only if it is no longer what they name.

        Raises Invalid, NotFound (no such site or page), Forbidden (sign-in, robots.txt, refused) or Unavailable, each
        with a sentence for the person who pasted the address. A redirect to an address that may not be asked is
        refused like one that was pasted.
        """
        asked = parse(text, self.allowed)
        deadline = Deadline.within(self.seconds, self.tick)
        address, for_good = asked, True
        for _ in range(REDIRECTS + 1):
            answer = self._visit(address, deadline, marks)
            if answer.status not in _MOVED:
                return _found(Fetched(asked, address, moved_to=_moved(asked, address, for_good=for_good)), answer)
            for_good = for_good and answer.status in _FOR_GOOD
            address = self._next(address, answer)
        raise Unavailable("That address leads from page to page without end.", permanent=True)

    def _visit(self, address: Address, deadline: Deadline, marks: Marks) -> Answer:
        with self.turn(address.host, deadline.left()):
            if not self._robots(address, deadline).allows(address):
                raise Forbidden("That site asks programs not to read this page (in its robots.txt).")
            headers = {"Accept": _ACCEPT, **marks.headers()}
            return self.get(Ask(address, deadline, PAGES | FEEDS, headers))

    def _next(self, address: Address, answer: Answer) -> Address:
        place = answer.headers.get("location", "")
        if not place:
            raise Unavailable("That page leads on without saying where.", permanent=True)
        # Servers send bytes beyond ASCII as they are; HTTP reads them as Latin-1, and they mean UTF-8.
        return join(address, quote(place.encode("latin-1", "replace"), safe=_ASCII), self.allowed)

    def _robots(self, address: Address, deadline: Deadline) -> Robots:
        until, known = self.kept.get(address.origin, (0.0, Robots()))
        if self.tick() < until:
            return known
        found = self._ask_robots(Address(address.scheme, address.host, address.port, "/robots.txt"), deadline)
        if len(self.kept) >= _KEPT_SITES:
            self.kept.clear()
        self.kept[address.origin] = (self.tick() + _HOUR, found)
        return found

    def _ask_robots(self, address: Address, deadline: Deadline) -> Robots:
        """RFC 9309, 2.3.1: no file allows all, a file that a server cannot give just now allows nothing."""
        for _ in range(REDIRECTS + 1):
            answer = self.get(Ask(address, deadline, most=MAX_ROBOTS, cuts=True))
            if answer.status in _MOVED:
                try:
                    address = self._next(address, answer)
                except PrmError:
                    return Robots()
                continue
            if answer.status in _BUSY or answer.status >= _SERVER:
                raise Unavailable(
                    f"That site's robots.txt, which says what may be read, answered {answer.status}. Try again later."
                )
            return robots.read(answer.body)
        return Robots()


def agent(contact_page: str) -> str:
    """Return the user agent: who asks, and where a site learns more about that."""
    return f"{NAME} (+{contact_page})" if contact_page else NAME


_ASCII = "".join(map(chr, range(0x20, 0x7F)))


def _moved(asked: Address, address: Address, *, for_good: bool) -> Address | None:
    return address if for_good and address != asked else None


def _found(place: Fetched, answer: Answer) -> Fetched:
    marks = Marks(_mark(answer, "etag"), _mark(answer, "last-modified"))
    if answer.status == _UNCHANGED:
        return _with(place, answer, marks, unchanged=True)
    if answer.status != _OK:
        raise _refusal(answer)
    if answer.type not in PAGES | FEEDS:
        raise Invalid(_no_page(answer.type), field="address")
    return _with(place, answer, marks, unchanged=False)


def _with(place: Fetched, answer: Answer, marks: Marks, *, unchanged: bool) -> Fetched:
    return Fetched(
        asked=place.asked,
        address=place.address,
        type=answer.type,
        charset=answer.charset,
        body=answer.body,
        marks=marks,
        unchanged=unchanged,
        moved_to=place.moved_to,
    )


def _mark(answer: Answer, name: str) -> str:
    """Return a header that goes back to the server later, or nothing where it could not go back as it came."""
    value = answer.headers.get(name, "").strip()
    return value if len(value) <= _MARK_LENGTH and _MARK.fullmatch(value) else ""


def _refusal(answer: Answer) -> PrmError:
    status = answer.status
    if status in _GONE:
        return NotFound(f"That page answered {status}: it is not there.")
    if status in _SIGN_IN:
        return Forbidden(f"Pages behind a sign-in can't be read (the site answered {status}).")
    if status in _REFUSED:
        return Forbidden(f"That site refuses to show its page to programs (it answered {status}).")
    if status in _BUSY or status >= _SERVER:
        return Unavailable(f"That site could not show the page just now (it answered {status}). Try again later.")
    return Unavailable(f"That page answered {status}, which is no page.", permanent=True)


def _no_page(type_: str) -> str:
    if type_ == "application/pdf":
        return "That address is a PDF; only web pages can be read."
    kind = _KINDS.get(type_.partition("/")[0], "no web page")
    return f"That address is {kind}; only web pages can be read."
