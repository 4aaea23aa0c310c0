"""The mailbox's routes, under `/mailbox` of the front door.

They work without script; with it the list renews itself.
"""

import asyncio
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from itertools import islice
from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from local.mailbox.letter import Letter, read
from local.outbox import Outbox

SHOWN = 200  # mails on one page
_FOLDER = Path(__file__).parent
_ASSETS = {"style.css": "text/css", "renew.js": "text/javascript"}
_VIEWS = {"html": "Mail", "text": "Plain text", "headers": "Headers", "source": "Source"}

# The pages of the mailbox itself.
_OWN = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; frame-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
# A mail: no script, no forms, no origin of its own; what it links to opens as an ordinary page.
_MAIL = {
    "Content-Security-Policy": (
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
        "img-src 'self' data:; frame-ancestors 'self'"
    ),
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

_TEMPLATES = Environment(
    loader=FileSystemLoader(_FOLDER / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)

type Send = Callable[[EmailMessage], None]


@dataclass(frozen=True)
class Mailbox:
    """`send` hands a reply to the SMTP door and blocks."""

    outbox: Outbox
    send: Send

    def routes(self, app: web.Application) -> None:
        """Add the mailbox's pages to the front door."""
        app.router.add_get("/mailbox", self.overview)
        app.router.add_get("/mailbox/{asset:style.css|renew.js}", self.asset)
        app.router.add_get("/mailbox/{id}", self.show)
        app.router.add_get("/mailbox/{id}/body", self.body)
        app.router.add_post("/mailbox/{id}/reply", self.reply)

    async def overview(self, request: web.Request) -> web.Response:
        """Show the newest mails, those to one address if asked."""
        wanted = request.query.get("to", "").strip().lower()
        letters, more = await asyncio.to_thread(self._letters, wanted)
        return _page("list.html", letters=letters, to=wanted, more=more, shown=SHOWN)

    def _letters(self, wanted: str) -> tuple[list[Letter], bool]:
        every = (read(kept) for kept in self.outbox.newest())
        found = list(islice((one for one in every if wanted in one.recipient.lower()), SHOWN + 1))
        return found[:SHOWN], len(found) > SHOWN

    async def asset(self, request: web.Request) -> web.Response:
        """Answer with a style sheet or script of the mailbox."""
        name = request.match_info["asset"]
        text = (_FOLDER / "assets" / name).read_text(encoding="utf-8")
        return web.Response(text=text, content_type=_ASSETS[name], headers={"Cache-Control": "no-cache"})

    async def show(self, request: web.Request) -> web.Response:
        """Show one mail."""
        letter = self._letter(request)
        view = request.query.get("as", "html" if letter.html else "text")
        return _page(
            "letter.html",
            letter=letter,
            view=view if view in _VIEWS else "text",
            views=_VIEWS,
            phone=request.query.get("width") == "phone",
            sent="sent" in request.query,
        )

    async def body(self, request: web.Request) -> web.Response:
        """Answer with the mail's own HTML, for the frame."""
        html = self._letter(request).html
        return web.Response(text=html, content_type="text/html", headers=_MAIL)

    async def reply(self, request: web.Request) -> web.Response:
        """Send a reply as the recipient's mail program would."""
        if request.headers.get("Origin", f"http://{request.host}") != f"http://{request.host}":
            raise web.HTTPForbidden(text="This form belongs to the mailbox.")
        letter = self._letter(request)
        form = await request.post()
        message = reply_to(letter, str(form.get("text", "")))
        try:
            await asyncio.to_thread(self.send, message)
        except (smtplib.SMTPException, OSError) as err:
            return _page("refused.html", letter=letter, reason=str(err), status=502)
        raise web.HTTPSeeOther(f"/mailbox/{letter.id}?sent=1")

    def _letter(self, request: web.Request) -> Letter:
        kept = self.outbox.find(request.match_info["id"])
        if kept is None:
            raise web.HTTPNotFound(text="No such mail is here.")
        return read(kept)


def reply_to(letter: Letter, text: str) -> EmailMessage:
    """Return what a mail program makes of a reply: threaded, with the original quoted below."""
    message = EmailMessage()
    message["From"] = letter.recipient
    message["To"] = letter.reply_to
    subject = letter.header("Subject")
    message["Subject"] = subject if subject.lower().startswith("re:") else f"Re: {subject}"
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain="mailbox.local")
    if original := letter.header("Message-ID").strip():
        message["In-Reply-To"] = original
        message["References"] = original
    quoted = "\n".join(f"> {line}" for line in letter.text.splitlines())
    body = text.replace("\r\n", "\n")
    message.set_content(f"{body}\n\nOn {letter.at:%a, %b %d, %Y} {letter.sender} wrote:\n{quoted}\n")
    return message


def through(host: str, port: int) -> Send:
    """Return what sends by SMTP to this address."""

    def send(message: EmailMessage) -> None:
        with smtplib.SMTP(host, port, timeout=30) as connection:
            connection.send_message(message)

    return send


def _page(template: str, *, status: int = 200, **values: object) -> web.Response:
    html = _TEMPLATES.get_template(template).render(values)
    return web.Response(text=html, content_type="text/html", headers=_OWN, status=status)
