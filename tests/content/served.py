"""Sites for the fetching to ask: raw bytes from a thread on this machine, and names that mean what a test wants."""

import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from ssl import SSLContext

from prm.content.exchange import Ask
from prm.content.fetching import Fetcher
from prm.content.gateway import Web, looked_up
from prm.content.turns import Turns

type Page = bytes | Callable[[socket.socket], None]

ROBOTS = "/robots.txt"
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


def ok(body: bytes = b"<p>Hello", *headers: str, type_: str = "text/html") -> bytes:
    """A 200 with that body."""
    lines = ["HTTP/1.1 200 OK", f"Content-Type: {type_}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def status(code: int, *headers: str) -> bytes:
    """An answer without a body."""
    lines = [f"HTTP/1.1 {code} Whatever", "Content-Length: 0", *headers]
    return "\r\n".join(lines).encode("utf-8") + b"\r\n\r\n"


def redirect(place: str, code: int = 302) -> bytes:
    """Leads on; the place goes out as it is."""
    return status(code, f"Location: {place}")


@dataclass
class Site:
    """One server; `asked` are the requests' heads as they came."""

    origin: str
    port: int
    pages: dict[str, Page] = field(default_factory=dict[str, Page])
    asked: list[str] = field(default_factory=list[str])

    def paths(self) -> list[str]:
        """What was asked for, without robots.txt."""
        return [path for path in (head.split(" ")[1] for head in self.asked) if path != ROBOTS]


def _serve(server: socket.socket, site: Site, context: SSLContext | None) -> None:
    while True:
        try:
            plain, _ = server.accept()
        except OSError:
            return
        threading.Thread(target=_answer, args=(plain, site, context), daemon=True).start()


def _answer(plain: socket.socket, site: Site, context: SSLContext | None) -> None:
    try:
        with context.wrap_socket(plain, server_side=True) if context else plain as line:
            head = b""
            while b"\r\n\r\n" not in head and (piece := line.recv(65_536)):
                head += piece
            if not head:
                return
            site.asked.append(head.decode("latin-1"))
            page = site.pages.get(head.decode("latin-1").split(" ")[1], NOT_FOUND)
            if callable(page):
                page(line)
            else:
                line.sendall(page)
    except OSError:
        return  # the other side went away, as some tests want it to


@contextmanager
def site(pages: Mapping[str, Page], host: str = "127.0.0.1", context: SSLContext | None = None) -> Iterator[Site]:
    """Serve pages on this machine under that name."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        found = Site(f"{'https' if context else 'http'}://{host}:{port}", port, dict(pages))
        thread = threading.Thread(target=_serve, args=(server, found, context), daemon=True)
        thread.start()
        try:
            yield found
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def fetcher(allowed: Sequence[str] = (), seconds: float = 5.0, **web: object) -> Fetcher:
    """A fetcher with the real gateway, allowed to ask those origins, and without pauses."""
    origins = frozenset(allowed)
    gateway = Web("OpenPRM (+https://prm.example.org/reader)", origins, **web)  # type: ignore[arg-type]
    return Fetcher(gateway.get, Turns(pause=0), origins, seconds)


def naming(names: Mapping[str, Sequence[str]]) -> Callable[[str, int], Sequence[str]]:
    """A resolver that knows those names, and reads numbers as the system's own does."""

    def resolve(host: str, port: int) -> Sequence[str]:
        if host in names:
            return names[host]
        socket.inet_aton(host)  # no other name leaves this machine: OSError, as for one that is unknown
        return looked_up(host, port)

    return resolve


@contextmanager
def counted(answer: Exception | None = None) -> Iterator[list[tuple[str, int]]]:
    """Where connections go, at the socket itself; with `answer`, none of them gets through."""
    went: list[tuple[str, int]] = []
    real = socket.socket.connect

    def connect(line: socket.socket, place: tuple[str, int]) -> None:
        went.append((place[0], place[1]))
        if answer:
            raise answer
        real(line, place)

    socket.socket.connect = connect  # type: ignore[method-assign,assignment]
    try:
        yield went
    finally:
        socket.socket.connect = real  # type: ignore[method-assign]


__all__ = ["Ask", "counted", "fetcher", "naming", "ok", "redirect", "site", "status"]
