"""The front door: nice addresses for what API Gateway serves under a long one, with API Gateway's limits.

Everything but the mailbox goes on to the emulator. Only this machine may ask, under the names it has here: a web page
elsewhere that makes its own name point to 127.0.0.1 gets nothing.
"""

import io
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import ClientSession, ClientTimeout, web
from aiohttp.client_exceptions import ClientError
from yarl import URL

from local import limits

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_OURS = {"127.0.0.1", "localhost", "[::1]", "::1"}
# Belong to one connection (RFC 9110, 7.6.1), or are set anew on either side.
_HOP = {
    "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding",
    "upgrade", "host", "content-length", "forwarded", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-port",
    "x-forwarded-host",
}  # fmt: skip
# The client's absence of these must reach the function.
_AUTOMATIC = ("User-Agent", "Accept", "Accept-Encoding", "Content-Type")


@dataclass(frozen=True)
class Front:
    """The way to one stage of one API; `stage` is its address at the emulator."""

    stage: str

    async def pass_on(self, request: web.Request) -> web.StreamResponse:
        """Answer with what the function answers."""
        headers = [(name, value) for name, value in request.headers.items() if name.lower() not in _HOP]
        if limits.headers_too_long(headers):
            return _says(431, "Request header fields too large")
        body = await request.read()
        if limits.too_long(body, headers):
            return _says(413, "Request Too Long")
        headers += _forwarded(request)
        target = URL(self.stage + request.raw_path, encoded=True)
        try:
            return await self._ask(request.method, target, headers, body)
        except TimeoutError:
            return _says(504, "Endpoint request timed out")
        except ClientError:
            return _says(502, "The emulator does not answer; look at the terminal where make run is running.")

    async def _ask(self, method: str, target: URL, headers: list[tuple[str, str]], body: bytes) -> web.StreamResponse:
        async with (
            ClientSession(auto_decompress=False, timeout=ClientTimeout(total=limits.TIMEOUT)) as session,
            session.request(
                method,
                target,
                headers=headers,
                data=io.BytesIO(body) if body else None,
                allow_redirects=False,
                skip_auto_headers=_AUTOMATIC,
            ) as answer,
        ):
            response = web.Response(status=answer.status, body=await answer.read())
            response.headers.popall("Content-Type", None)
            for name, value in answer.headers.items():
                if name.lower() not in _HOP | {"date", "server"}:
                    response.headers.add(name, value)
            return response


def _forwarded(request: web.Request) -> list[tuple[str, str]]:
    """As API Gateway sets them; what the client claims about itself is dropped."""
    host = request.host
    return [
        ("Host", host),
        ("X-Forwarded-For", request.remote or "127.0.0.1"),
        ("X-Forwarded-Proto", "http"),
        ("X-Forwarded-Port", str(URL(f"http://{host}").port or 80)),
        ("X-Amzn-Trace-Id", "Root=1-00000000-000000000000000000000000"),
    ]


def _says(status: int, message: str) -> web.Response:
    return web.json_response({"message": message}, status=status)


@web.middleware
async def only_here(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse names that are not this machine's."""
    if _name_of(request.host) not in _OURS:
        return _says(421, "Open this as http://127.0.0.1")
    return await handler(request)


def _name_of(host: str) -> str:
    """Return a Host header's name without its port, "" for what is no host at all."""
    try:
        return URL(f"http://{host}").host or ""
    except ValueError:
        return ""


def application(front: Front, mailbox: Callable[[web.Application], None]) -> web.Application:
    """Return the front door; `mailbox` adds its own pages."""
    app = web.Application(client_max_size=2 * limits.MAX_REQUEST, middlewares=[only_here])
    mailbox(app)
    app.router.add_get("/", _to_mailbox)
    app.router.add_route("*", "/{path:.*}", front.pass_on)
    return app


async def _to_mailbox(_: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("/mailbox")
