"""An aiohttp application behind a real port, for clients that block: boto3, smtplib, urllib."""

import asyncio
import contextlib
import http.client
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from queue import Queue

from aiohttp import web
from yarl import URL

from local.places import HOST

_MOMENT = 0.02


@dataclass(frozen=True)
class Answer:
    """What a server said."""

    status: int
    headers: http.client.HTTPMessage
    text: str


def ask(
    address: str, path: str, method: str = "GET", body: bytes | None = None, headers: dict[str, str] | None = None
) -> Answer:
    """Ask once, following nothing."""
    url = URL(address)
    connection = http.client.HTTPConnection(str(url.host), url.port, timeout=60)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read().decode("utf-8", "replace"))
    finally:
        connection.close()


@contextlib.contextmanager
def served(app: web.Application) -> Iterator[str]:
    """Serve `app` in a thread of its own and give its address."""
    told: Queue[tuple[str, asyncio.AbstractEventLoop, asyncio.Event]] = Queue()
    thread = threading.Thread(target=lambda: asyncio.run(_serve(app, told)))
    thread.start()
    address, loop, stop = told.get(timeout=10)
    try:
        yield address
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()


async def _serve(app: web.Application, told: "Queue[tuple[str, asyncio.AbstractEventLoop, asyncio.Event]]") -> None:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, HOST, 0).start()
    stop = asyncio.Event()
    told.put((f"http://{HOST}:{runner.addresses[0][1]}", asyncio.get_running_loop(), stop))
    await stop.wait()
    server = runner.server
    assert server
    await runner.cleanup()
    await asyncio.sleep(_MOMENT)  # a browser connects ahead of need: what was being accepted is closed too
    await server.shutdown(_MOMENT)
    await asyncio.sleep(_MOMENT)
