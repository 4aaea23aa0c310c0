from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from local import limits
from local.front import Front, application
from tests.local.serving import Answer, ask, served


@dataclass
class Asked:
    """What came through the front door, and how to knock."""

    address: str = ""
    requests: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)

    def ask(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
        return ask(self.address, path, method, body, headers)


@pytest.fixture
def asked() -> Iterator[Asked]:
    one = Asked()

    async def emulator(request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        one.requests.append((request.method, request.raw_path, headers, await request.read()))
        response = web.Response(text="hi", content_type="text/html")
        response.headers.add("Set-Cookie", "a=1")
        response.headers.add("Set-Cookie", "b=2")
        return response

    behind = web.Application(client_max_size=20_000_000)
    behind.router.add_route("*", "/{path:.*}", emulator)
    with (
        served(behind) as address,
        served(application(Front(f"{address}/_aws/execute-api/prm/v1"), lambda app: None)) as front,
    ):
        one.address = front
        yield one


def test_a_nice_address_leads_to_the_stage(asked: Asked) -> None:
    assert asked.ask("GET", "/s/token/9?x=1").status == 200
    assert asked.requests[0][:2] == ("GET", "/_aws/execute-api/prm/v1/s/token/9?x=1")


def test_a_path_is_passed_on_as_it_came(asked: Asked) -> None:
    asked.ask("GET", "/s/a%20b/%3Cx%3E")
    assert asked.requests[0][1] == "/_aws/execute-api/prm/v1/s/a%20b/%3Cx%3E"


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS", "DELETE"])
def test_every_method_is_passed_on(asked: Asked, method: str) -> None:
    asked.ask(method, "/s/token")
    assert asked.requests[0][0] == method


def test_the_body_and_its_type_arrive(asked: Asked) -> None:
    asked.ask("POST", "/s/token", b"score=9", {"Content-Type": "application/x-www-form-urlencoded"})
    _, _, headers, body = asked.requests[0]
    assert (headers["content-type"], body) == ("application/x-www-form-urlencoded", b"score=9")


def test_the_client_is_who_connected_whatever_it_claims(asked: Asked) -> None:
    asked.ask("GET", "/s/token", headers={"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"})
    headers = asked.requests[0][2]
    assert (headers["x-forwarded-for"], headers["x-forwarded-proto"]) == ("127.0.0.1", "http")
    assert headers["x-forwarded-port"] == headers["host"].split(":")[1]


def test_what_a_client_leaves_out_stays_out(asked: Asked) -> None:
    asked.ask("GET", "/s/token")
    assert not {"user-agent", "accept", "content-type"} & asked.requests[0][2].keys()


def test_several_cookies_come_back(asked: Asked) -> None:
    answer = asked.ask("GET", "/s/token")
    assert answer.headers.get_all("Set-Cookie") == ["a=1", "b=2"]


@pytest.mark.parametrize("size", [limits.MAX_REQUEST + 1, limits.MAX_LAMBDA])
def test_a_body_beyond_the_limits_never_reaches_the_function(asked: Asked, size: int) -> None:
    assert asked.ask("POST", "/s/token", b"x" * size).status == 413
    assert asked.requests == []


def test_a_body_within_the_limits_does(asked: Asked) -> None:
    assert asked.ask("POST", "/s/token", b"x" * 4_000_000).status == 200


def test_headers_beyond_the_limit_are_refused(asked: Asked) -> None:
    headers = {f"X-{number}": "y" * 2000 for number in range(6)}
    assert asked.ask("GET", "/s/token", headers=headers).status == 431


def test_without_the_emulator_the_answer_says_where_to_look() -> None:
    with served(application(Front("http://127.0.0.1:9"), lambda app: None)) as front:
        assert Asked(front).ask("GET", "/s/token").status == 502


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "[::", "a b:99999999", "127.0.0.1:x"])
def test_only_this_machines_own_names_are_answered(asked: Asked, host: str) -> None:
    assert asked.ask("GET", "/s/token", headers={"Host": host}).status == 421
    assert asked.requests == []
