"""Leaving the list, and coming back: a page with a button, and the one-click address of RFC 8058.

A mail program's one-click POST names no origin and may come as either kind of form; it is answered on the spot, without
the redirect the RFC forbids. Opening the page changes nothing.
"""

from chalice import Chalice, Response

from prm.links.model import Purpose
from prm.mail.model import StopKind
from prm.web import forms, page
from prm.web.house import House
from prm.web.routes import SEND, LinkPages
from prm.web.visit import Visit

_UNPROCESSABLE = 422
_OK = 200


def register(app: Chalice, house: House) -> None:
    """Add the routes."""
    pages = LinkPages(app, house, Purpose.STOP)
    pages.at("/u/{token}")(opened)
    pages.at("/u/{token}/done")(done)
    pages.at("/u/{token}", SEND)(sent)


def opened(visit: Visit) -> Response:
    """Ask what to stop, or say what is stopped already."""
    stopped = visit.house.preferences.stopped(visit.link)
    return _show(visit, "already" if stopped else "ask", stopped)


def done(visit: Visit) -> Response:
    """Say what is so now; a form leads here."""
    stopped = visit.house.preferences.stopped(visit.link)
    return _show(visit, "done" if stopped else "resumed", stopped)


def sent(visit: Visit) -> Response:
    """Stop what was chosen, or start again."""
    if forms.is_one_click(visit.request):
        visit.house.preferences.stop(visit.link, StopKind.ALL)
        return page.bare(_OK)
    form = visit.form()
    kind = form.one("kind")
    if form.one("again"):
        visit.house.preferences.resume(visit.link)
    elif kind in set(StopKind):
        visit.house.preferences.stop(visit.link, StopKind(kind))
    else:
        return _show(visit, "ask", frozenset(), visit.scene.texts("stop_page.error"))
    return page.see_other(f"{visit.scene.urls.stop(visit.token)}/done")


def masked(address: str) -> str:
    """Return an address that its owner knows and nobody else learns: m•••••@example.com."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}•••••{at}{domain}"


def _show(visit: Visit, state: str, stopped: frozenset[StopKind], problem: str = "") -> Response:
    return page.render(
        f"stop/{state}.html",
        visit.scene,
        status=_UNPROCESSABLE if problem else _OK,
        stopped=_widest(stopped),
        kinds=[str(kind) for kind in StopKind],
        address=masked(visit.patient.address_on(visit.today) or ""),
        problem=problem,
    )


def _widest(stopped: frozenset[StopKind]) -> str:
    """Return the one word for what is stopped: both kinds of optional mail are all of it."""
    if len(stopped) > 1 or StopKind.ALL in stopped:
        return StopKind.ALL
    return next(iter(stopped), "")
