"""What fetching makes of servers: slow, endless, packed, moved, closed, and of what robots.txt says."""

import gzip
import socket
import time
import tracemalloc
import zlib

import pytest

from prm.content.exchange import MAX_BODY
from prm.content.fetching import Fetched, Marks, agent
from prm.content.turns import Turns
from prm.core.errors import Forbidden, Invalid, NotFound, PrmError, Unavailable
from prm.core.settings import load
from tests.content.served import ROBOTS, Page, fetcher, ok, redirect, site, status


def fetched(pages: dict[str, Page], path: str = "/a", marks: Marks | None = None, seconds: float = 5.0) -> Fetched:
    """What is fetched of a site with those pages."""
    with site(pages) as here:
        return fetcher([here.origin], seconds).fetch(here.origin + path, marks or Marks())


def test_a_page_comes_with_its_type_charset_and_marks() -> None:
    page = ok(
        b"<p>Hi", 'ETag: "v1"', "Last-Modified: Mon, 23 Nov 2026 10:00:00 GMT", type_="text/HTML; Charset='UTF-8'"
    )

    found = fetched({"/a": page})

    assert (found.body, found.type, found.charset, found.is_page) == (b"<p>Hi", "text/html", "utf-8", True)
    assert found.marks == Marks('"v1"', "Mon, 23 Nov 2026 10:00:00 GMT")


def test_an_honest_name_and_nothing_else_about_us_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with site({"/a": ok(b"x", "Set-Cookie: a=b")}) as here:
        fetch = fetcher([here.origin]).fetch
        fetch(f"{here.origin}/a")
        fetch(f"{here.origin}/a")

    names = {line.partition(":")[0].lower() for line in here.asked[-1].splitlines()[1:] if line}
    assert names == {"host", "user-agent", "accept", "accept-encoding", "connection"}
    assert "User-Agent: OpenPRM (+https://prm.example.org/reader)" in here.asked[-1]


def test_what_did_not_change_is_not_sent_again() -> None:
    with site({"/a": status(304, 'ETag: "v1"')}) as here:
        found = fetcher([here.origin]).fetch(f"{here.origin}/a", Marks('"v1"', "Mon, 23 Nov 2026 10:00:00 GMT"))

    assert found.unchanged
    assert found.body == b""
    assert 'If-None-Match: "v1"' in here.asked[-1]
    assert "If-Modified-Since: Mon, 23 Nov 2026 10:00:00 GMT" in here.asked[-1]


def test_a_mark_that_could_not_go_back_as_it_came_is_dropped() -> None:
    assert fetched({"/a": ok(b"x", f"ETag: {'x' * 600}", "Last-Modified: caf\xe9")}).marks == Marks()


@pytest.mark.parametrize(
    ("page", "error", "sentence"),
    [
        (status(404), NotFound, "answered 404"),
        (status(410), NotFound, "answered 410"),
        (status(401), Forbidden, "sign-in"),
        (status(403), Forbidden, "refuses"),
        (status(429), Unavailable, "later"),
        (status(503), Unavailable, "later"),
        (status(302), Unavailable, "without saying where"),
        (ok(b"%PDF", type_="application/pdf"), Invalid, "PDF"),
        (ok(b"x", type_="video/mp4"), Invalid, "a video"),
        (ok(b"x", type_="text/plain"), Invalid, "no web page"),
        (ok(b"x", "Content-Encoding: br"), Unavailable, "packs"),
        (ok(b"not gzip", "Content-Encoding: gzip"), Unavailable, "broke"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\nshort", Unavailable, "broke"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            Unavailable,
            "broke",
        ),
        (b"SSH-2.0-OpenSSH_9.2\r\n", Unavailable, "broke"),
        (b"", Unavailable, "broke"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n", Unavailable, "broke"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n", Unavailable, "broke"),
    ],
)
def test_what_goes_wrong_is_said_in_a_sentence(page: bytes, error: type[PrmError], sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        fetched({"/a": page})


def test_a_page_of_the_largest_size_is_read_and_one_byte_more_is_not() -> None:
    assert len(fetched({"/a": ok(b"x" * MAX_BODY)}).body) == MAX_BODY
    with pytest.raises(Invalid, match="larger than 5 MB"):
        fetched({"/a": ok(b"x" * (MAX_BODY + 1))})


def test_a_body_without_end_is_left_at_the_limit() -> None:
    def endless(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while True:
            line.sendall(b"x" * 65_536)

    with pytest.raises(Invalid, match="larger than 5 MB"):
        fetched({"/a": endless})


def test_a_packed_page_is_unpacked() -> None:
    assert fetched({"/a": ok(gzip.compress(b"<p>Hi"), "Content-Encoding: gzip")}).body == b"<p>Hi"
    assert fetched({"/a": ok(zlib.compress(b"<p>Hi"), "Content-Encoding: deflate")}).body == b"<p>Hi"


def test_a_gzip_bomb_is_never_unpacked_beyond_the_limit() -> None:
    packer = zlib.compressobj(1, wbits=31)
    bomb = b"".join(packer.compress(bytes(10_000_000)) for _ in range(20)) + packer.flush()
    assert len(bomb) < 1_000_000

    tracemalloc.start()
    try:
        with pytest.raises(Invalid, match="larger than 5 MB"):
            fetched({"/a": ok(bomb, "Content-Encoding: gzip")})
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 8 * MAX_BODY


def drip_head(line: socket.socket) -> None:
    """Send one byte of a header at a time, for ever."""
    line.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        line.sendall(b"y")
        time.sleep(0.02)


def drip_body(line: socket.socket) -> None:
    """Send one byte of a body at a time, for ever."""
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    while True:
        line.sendall(b"y")
        time.sleep(0.02)


def say_nothing(line: socket.socket) -> None:
    """Take the request and keep the line."""
    line.recv(1)


@pytest.mark.parametrize("server", [drip_head, drip_body, say_nothing])
def test_no_server_holds_us_beyond_the_deadline(server: Page) -> None:
    began = time.monotonic()

    with pytest.raises(Unavailable, match="too long"):
        fetched({"/a": server, ROBOTS: status(404)}, seconds=0.4)

    assert time.monotonic() - began < 2


def test_a_resolver_that_never_answers_ends_at_the_deadline() -> None:
    def never(host: str, port: int) -> list[str]:
        time.sleep(1)
        return []

    with pytest.raises(Unavailable, match="too long"):
        fetcher(seconds=0.2, resolve=never).fetch("https://blog.example.com/")


def test_three_redirects_are_followed_and_a_fourth_is_not() -> None:
    pages: dict[str, Page] = {f"/{n}": redirect(f"/{n + 1}") for n in range(4)}

    assert str(fetched({**pages, "/3": ok()}, "/0").address).endswith("/3")
    with pytest.raises(Unavailable, match="without end"):
        fetched({**pages, "/4": ok()}, "/0")


def test_only_redirects_for_good_move_a_feed() -> None:
    def moved(first: int, second: int) -> bool:
        pages: dict[str, Page] = {"/a": redirect("/b", first), "/b": redirect("/c", second), "/c": ok()}
        return fetched(pages).moved_to is not None

    assert moved(301, 308)
    assert not moved(301, 302)
    assert not moved(307, 301)


def test_a_redirect_may_hold_letters_beyond_ascii() -> None:
    assert fetched({"/a": redirect("/tal\u00f3n"), "/tal%C3%B3n": ok(b"ok")}).body == b"ok"


@pytest.mark.parametrize(
    ("robots", "allowed"),
    [
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /private", True),
        ("User-agent: OpenPRM\nDisallow: /a", False),
        ("User-agent: OpenPRM/2.0\nDisallow: /a", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: openprm\nAllow: /", True),
        ("User-agent: GPTBot\nUser-agent: CCBot\nDisallow: /", True),
        ("User-agent: *\nDisallow: /*a$\nAllow: /a", False),
        ("\ufeffUser-agent: *\nDisallow: /a", False),
        ("<html>not a robots file", True),
        ("", True),
    ],
)
def test_robots_txt_is_honoured(robots: str, allowed: bool) -> None:  # noqa: FBT001
    with site({ROBOTS: ok(robots.encode(), type_="text/plain"), "/a": ok()}) as here:
        fetch = fetcher([here.origin]).fetch
        if allowed:
            fetch(f"{here.origin}/a")
        else:
            with pytest.raises(Forbidden, match=r"robots\.txt"):
                fetch(f"{here.origin}/a")

    assert here.paths() == (["/a"] if allowed else [])


def test_robots_txt_holds_for_where_a_redirect_leads_too() -> None:
    robots = ok(b"User-agent: *\nDisallow: /b", type_="text/plain")

    with pytest.raises(Forbidden):
        fetched({ROBOTS: robots, "/a": redirect("/b"), "/b": ok()})


def test_nothing_is_read_while_a_site_cannot_say_what_may_be() -> None:
    with pytest.raises(Unavailable, match=r"robots\.txt"):
        fetched({ROBOTS: status(503), "/a": ok()})


def test_robots_txt_is_asked_for_once_an_hour() -> None:
    with site({"/a": ok()}) as here:
        fetch = fetcher([here.origin]).fetch
        fetch(f"{here.origin}/a")
        fetch(f"{here.origin}/a")

    assert len(here.asked) == 3


def test_a_robots_txt_of_many_names_and_rules_takes_no_minute() -> None:
    text = "".join(f"User-agent: bot{n}\n" for n in range(12_000)) + "Disallow: /*a*b*c\n" * 14_000
    began = time.process_time()

    fetched({ROBOTS: ok(text.encode(), type_="text/plain"), "/a": ok()})

    assert time.process_time() - began < 3


def test_a_site_is_asked_again_only_after_a_pause() -> None:
    now, waited = [100.0], list[float]()
    turns = Turns(1.0, lambda: now[0], waited.append)

    for host in ("a.example.com", "b.example.com", "a.example.com"):
        with turns(host, 10):
            now[0] += 0.25

    assert waited == [0.75]


def test_a_turn_that_would_come_too_late_is_not_waited_for() -> None:
    turns = Turns(1.0, lambda: 100.0, lambda _: None)
    with turns("a.example.com", 10), pytest.raises(Unavailable, match="Another page"), turns("a.example.com", 0.01):
        pass
    with pytest.raises(Unavailable, match="Another page"), turns("a.example.com", 0.5):
        pass


def test_the_user_agent_says_where_to_ask_about_us() -> None:
    assert agent("https://prm.example.org/reader") == "OpenPRM (+https://prm.example.org/reader)"
    assert agent("") == "OpenPRM"


def test_the_origins_of_the_local_run_are_a_list_in_one_setting() -> None:
    env = {"PRM_FETCH_ALLOWED": "http://127.0.0.1:8090 http://localhost:8091"}

    assert load(env).fetch_allowed == {"http://127.0.0.1:8090", "http://localhost:8091"}
    assert load({}).fetch_allowed == frozenset()
