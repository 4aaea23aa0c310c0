"""The functions behind a small HTTP server on this machine, as API Gateway would stand before them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from prm.web.routes import serve
from prm.wiring import House
from review_request.routes import build as review_pages
from survey_webhook.routes import build as survey_pages
from tests.mailed import Handler, Mailed, mailed, request

STAGE = "prod"


def everything(house: House) -> Handler:
    """Return one handler for all patients' pages: each function has its area of paths."""
    reviews, surveys = serve(review_pages(house), house), serve(survey_pages(house), house)

    def handle(event: dict[str, Any], context: object) -> dict[str, Any]:
        return (reviews if event["path"].startswith("/r") else surveys)(event, context)

    return handle


def mail_to(**changes: Any) -> Mailed:
    """Return a mail to a patient, whose links lead to this server."""
    return mailed(everything, stage=STAGE, **changes)


class Site:
    """Where a browser finds the pages. `requests` keeps what was asked, in order."""

    def __init__(self, mail: Mailed) -> None:
        self.mail = mail
        self.base = ""
        self.requests: list[tuple[str, str, str]] = []
        self._lock = threading.Lock()

    def url(self, path: str) -> str:
        """Return the address of a page; `{token}` in the path is the mail's."""
        return f"{self.base}/{STAGE}{path.format(token=self.mail.token)}"

    def posts(self) -> list[str]:
        """Return the bodies of the forms that were sent."""
        return [body for method, _, body in self.requests if method == "POST"]

    def answer(self, method: str, path: str, headers: dict[str, str], body: str) -> dict[str, Any]:
        """Ask the functions, one request at a time as in Lambda."""
        with self._lock:
            own = path.partition("?")[0].removeprefix(f"/{STAGE}")
            self.requests.append((method, own, body))
            return self.mail.ask(request(method, own, body=body or None, headers=headers, stage=STAGE))


@contextmanager
def served(mail: Mailed) -> Iterator[Site]:
    """Serve a mail's pages while the block runs."""
    site = Site(mail)

    class Gateway(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            answer = site.answer(self.command, self.path, dict(self.headers), self.rfile.read(size).decode())
            body = answer["body"].encode()
            self.send_response(answer["statusCode"])
            for name, value in answer["headers"].items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_HEAD = do_GET  # noqa: N815 - http.server looks for these names

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    site.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
