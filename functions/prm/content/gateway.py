"""The one place that connects to sites nobody here knows.

A name is looked up once, every address it has must be public, and the connection goes to one of those very addresses:
what the name means a moment later changes nothing (DNS rebinding). Certificates are still checked against the name.
Of the standard library's client alone, so that there is no proxy, no cookie, no retry, no redirect and no password file
to switch off, and no other version of a client in the cloud than in the tests.
"""

import functools
import queue
import socket
import ssl
import threading
import zlib
from collections.abc import Callable, Sequence
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import override

from prm.content.addresses import Address, is_public, is_this_machine
from prm.content.exchange import Answer, Ask, Deadline, media_type
from prm.core.errors import Forbidden, Invalid, NotFound, PrmError, Unavailable

type Resolve = Callable[[str, int], Sequence[str]]
"""A name and a port in, IP addresses out."""

_OK = 200
_PIECE = 65_536
_PER_PLACE = 5.0
"""Seconds for one of several addresses of a site to take the connection."""
_PLACES = 4
_ZLIB_OR_GZIP = zlib.MAX_WBITS | 32


def looked_up(host: str, port: int) -> list[str]:
    """Ask the system's resolver; IPv4 first, as many clouds' functions have no way out over IPv6."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    ordered = sorted(found, key=lambda entry: entry[0] != socket.AF_INET)
    return list(dict.fromkeys(str(entry[4][0]) for entry in ordered))


class Web:
    """Asks one address, once."""

    def __init__(
        self,
        agent: str,
        allowed: frozenset[str] = frozenset(),
        resolve: Resolve = looked_up,
        context: ssl.SSLContext | None = None,
    ) -> None:
        """Take the name to go by, and the origins of the local run that may be this machine."""
        self._agent = agent
        self._allowed = allowed
        self._resolve = resolve
        self._context = context

    def get(self, ask: Ask) -> Answer:
        """Ask, and read the answer as far as it is wanted.

        Raises Invalid (too large, no public site), NotFound (no such name), Forbidden (a certificate that proves
        nothing), Unavailable.
        """
        places = self._places(ask.address, ask.deadline)
        headers = {"User-Agent": self._agent, "Accept-Encoding": "gzip", "Connection": "close", **ask.headers}
        line = _Line(ask.address, places, ask.deadline, self._tls if ask.address.scheme == "https" else None)
        try:
            line.connect()
            line.request("GET", ask.address.target, headers=headers)
            with line.getresponse() as response:
                return _answer(response, ask)
        except PrmError:
            raise
        except ssl.SSLCertVerificationError as err:
            raise Forbidden("That site's certificate is not valid, so nobody can tell whose page it is.") from err
        except (OSError, HTTPException, ValueError) as err:
            raise _broken(ask.deadline) from err
        finally:
            line.close()

    @functools.cached_property
    def _tls(self) -> ssl.SSLContext:
        return self._context or ssl.create_default_context()

    def _places(self, address: Address, deadline: Deadline) -> list[str]:
        """Return the IP addresses to connect to. One that is not public speaks against them all."""
        found = _in_time(lambda: self._resolve(address.host, address.port), deadline)
        fits = is_this_machine if address.origin in self._allowed else is_public
        if not found or not all(fits(place) for place in found):
            raise Invalid("That address is not on the public web.", field="address")
        return list(found)[:_PLACES]


class _Line(HTTPConnection):
    """A connection to IP addresses that were checked, which ends at the deadline whatever the server does."""

    auto_open = 0

    def __init__(
        self, address: Address, places: Sequence[str], deadline: Deadline, context: ssl.SSLContext | None
    ) -> None:
        super().__init__(address.host, address.port)
        self.default_port = 443 if context else 80  # the Host header names a port that is not the scheme's own
        self._places = places
        self._deadline = deadline
        self._context = context
        self._watch: _Watch | None = None

    @override
    def connect(self) -> None:
        plain = _connected(self._places, self.port, self._deadline)
        self._watch = _Watch(plain, self._deadline)
        self.sock = plain
        plain.settimeout(_some(self._deadline))
        if self._context:
            self.sock = self._context.wrap_socket(plain, server_hostname=self.host)

    @override
    def close(self) -> None:
        super().close()
        if self._watch:
            self._watch.end()
            self._watch = None


class _Watch:
    """Cuts a connection at its deadline: a time-out alone begins anew with each byte that a slow server sends."""

    def __init__(self, line: socket.socket, deadline: Deadline) -> None:
        self._line = line.dup()  # encryption takes the socket away, this second handle stays
        self._timer = threading.Timer(deadline.left(), self._cut)
        self._timer.daemon = True
        self._timer.start()

    def _cut(self) -> None:
        try:
            self._line.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it had ended by itself

    def end(self) -> None:
        self._timer.cancel()
        self._timer.join()  # a handle closed under the timer's hands might by then be another connection's
        self._line.close()


def _connected(places: Sequence[str], port: int, deadline: Deadline) -> socket.socket:
    failed: OSError | None = None
    for place in places:
        try:
            return socket.create_connection((place, port), timeout=min(_PER_PLACE, _some(deadline)))
        except OSError as err:
            failed = err
    raise Unavailable("That site doesn't answer.") from failed


def _answer(response: HTTPResponse, ask: Ask) -> Answer:
    _some(ask.deadline)  # headers that were cut off look like headers that ended
    headers: dict[str, str] = {}
    for name, value in response.getheaders():
        headers.setdefault(name.lower(), value)
    wanted = ask.types is None or media_type(headers.get("content-type", "")) in ask.types
    if response.status != _OK or not wanted:
        return Answer(response.status, headers)
    sent = _body(response, ask)
    return Answer(response.status, headers, _unpacked(sent, headers.get("content-encoding", ""), ask))


def _body(response: HTTPResponse, ask: Ask) -> bytes:
    if response.length is not None and response.length > ask.most and not ask.cuts:
        raise _too_large(ask)
    body = bytearray()
    while piece := response.read1(_PIECE):
        body += piece
        if len(body) > ask.most:
            if not ask.cuts:
                raise _too_large(ask)
            return bytes(body[: ask.most])
        _some(ask.deadline)
    _some(ask.deadline)  # a line that was cut looks like the end of a body without a length
    if response.length:
        raise _broken(ask.deadline)
    return bytes(body)


def _unpacked(sent: bytes, coding: str, ask: Ask) -> bytes:
    """Unpack gzip, of which a few KB can make gigabytes, never further than the limit."""
    match coding.strip().lower():
        case "" | "identity":
            return sent
        case "gzip" | "x-gzip" | "deflate":
            pass
        case _:
            raise Unavailable("That site packs its pages in a way that can't be read.", permanent=True)
    try:
        body = _inflated(sent, ask.most + 1)
    except zlib.error as err:
        raise _broken(ask.deadline) from err
    if len(body) > ask.most and not ask.cuts:
        raise _too_large(ask)
    return body[: ask.most]


def _inflated(packed: bytes, most: int) -> bytes:
    """Unpack at most that many bytes. What follows the first packed part is left out, as browsers do."""
    return zlib.decompressobj(_ZLIB_OR_GZIP).decompress(packed, most)


def _in_time(look_up: Callable[[], Sequence[str]], deadline: Deadline) -> Sequence[str]:
    """Look a name up. The system's resolver takes no time limit, so it is left behind when it is too slow."""
    result: queue.SimpleQueue[Sequence[str] | Exception] = queue.SimpleQueue()

    def run() -> None:
        try:
            result.put(look_up())
        except Exception as err:  # noqa: BLE001 - carried over to the thread that waits
            result.put(err)

    threading.Thread(target=run, daemon=True).start()
    try:
        found = result.get(timeout=_some(deadline))
    except queue.Empty as err:
        raise _late() from err
    if isinstance(found, OSError | UnicodeError):
        raise _unknown_name(found) from found
    if isinstance(found, Exception):
        raise found
    return found


def _unknown_name(err: OSError | UnicodeError) -> PrmError:
    if isinstance(err, OSError) and err.errno == socket.EAI_AGAIN:
        return Unavailable("That site's name can't be looked up just now.")
    return NotFound("There is no site of that name: look at the spelling.")


def _some(deadline: Deadline) -> float:
    """Return the seconds that are left, or raise when none are."""
    left = deadline.left()
    if left <= 0:
        raise _late()
    return left


def _broken(deadline: Deadline) -> Unavailable:
    return _late() if deadline.left() <= 0 else Unavailable("That site broke the connection off.")


def _late() -> Unavailable:
    return Unavailable("That site took too long to answer.")


def _too_large(ask: Ask) -> Invalid:
    return Invalid(f"That page is larger than {ask.most // 1_000_000} MB.", field="address")
