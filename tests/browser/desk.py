"""The console behind a small HTTP server on this machine, for a browser of someone who is signed in."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from playwright.sync_api import BrowserContext

from prm.accounts.model import Stage
from prm.web.assets import by_name
from tests.console import Console
from tests.mailed import request


class Desk:
    """Where a browser finds the console."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.base = ""
        self.asked: list[str] = []
        self._lock = threading.Lock()

    def url(self, path: str) -> str:
        """Return the address of a page."""
        return f"{self.base}/clinic/{path}"

    def let_in(self, context: BrowserContext, member: str, clinic: str = "riverbend") -> None:
        """Sign a browser in."""
        self.keep(context, self.console.house.sessions.open(Stage.IN, clinic, member))

    def keep(self, context: BrowserContext, token: str) -> None:
        """Give a browser the cookie of a session, as it would keep it over TLS."""
        base = self.base.replace("http:", "https:")
        context.add_cookies([{"name": "__Host-session", "value": token, "url": base, "secure": True, "httpOnly": True}])

    def answer(self, method: str, path: str, headers: dict[str, str], body: str) -> dict[str, Any]:
        """Ask the functions, one request at a time as in Lambda."""
        own, _, query = path.partition("?")
        if own.startswith("/assets/"):
            asset = by_name().get(own.removeprefix("/assets/"))
            found = asset or next(iter(by_name().values()))
            return {
                "statusCode": 200 if asset else 404,
                "headers": {"Content-Type": found.content_type},
                "body": asset.text if asset else "",
            }
        event = request(method, own, body=body or None, headers=headers, stage="")
        if query:
            from urllib.parse import parse_qsl

            pairs = dict(parse_qsl(query, keep_blank_values=True))
            event["queryStringParameters"] = pairs
            event["multiValueQueryStringParameters"] = {name: [value] for name, value in pairs.items()}
        with self._lock:
            answer: dict[str, Any] = self.console.handler(event, None)
            said = {**answer["headers"], **answer.get("multiValueHeaders", {})}.get("Set-Cookie", "")
            self.asked.append(f"{method} {path} with {headers.get('Cookie')} -> {answer['statusCode']} {said}")
            return answer


@contextmanager
def served(console: Console) -> Iterator[Desk]:
    """Serve the console's pages while the block runs."""
    desk = Desk(console)

    class Gateway(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            answer = desk.answer(self.command, self.path, dict(self.headers), self.rfile.read(size).decode())
            body = answer["body"].encode()
            self.send_response(answer["statusCode"])
            for name, value in answer["headers"].items():
                self.send_header(name, value)
            for name, values in answer.get("multiValueHeaders", {}).items():
                for value in values:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_HEAD = do_GET  # noqa: N815 - http.server looks for these names

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    desk.base = f"http://127.0.0.1:{server.server_port}"
    console.house.settings.__dict__["base_url"] = desk.base
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield desk
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
