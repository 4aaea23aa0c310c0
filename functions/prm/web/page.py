"""From a template to an answer: escaped HTML under headers that let a browser do nothing we did not write."""

import functools
from dataclasses import dataclass
from pathlib import Path

from chalice import Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from prm.clinics import looks
from prm.clinics.model import Clinic
from prm.core import formats
from prm.core.text import Texts
from prm.core.urls import Urls
from prm.surveys.model import group_of
from prm.web import assets, navigation

HTML = "text/html; charset=utf-8"

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "same-origin",  # no-referrer would make browsers send `Origin: null` with a form
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=63072000",
    "X-Robots-Tag": "noindex, nofollow",
}
PRIVATE = {"Cache-Control": "no-store", **SECURITY}
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable", **SECURITY}


_STRONG = Markup("<strong>{}</strong>")


@dataclass(frozen=True)
class Scene:
    """What a page is set with. `clinic`, `phone` and `token` are there only behind a real link.

    `is_test`: staff look at what patients see.
    """

    texts: Texts
    urls: Urls
    clinic: Clinic | None = None
    phone: str = ""
    token: str = ""
    is_test: bool = False


@functools.cache
def _templates() -> Environment:
    folder = Path(__file__).parent / "templates"
    env = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals.update(icon=assets.icon, asset=lambda name: assets.by_file()[name].name)
    env.globals.update(phone_link=phone_link, group_of=group_of, style_sheet=looks.style_sheet)
    env.globals.update(areas_first=navigation.first, areas_rest=navigation.rest)
    env.filters.update(tel=formats.phone_link, whole=whole, initials=initials, strong=_STRONG.format)
    return env


def render(template: str, scene: Scene, *, status: int = 200, **values: object) -> Response:
    """Return the page made of `template`, which finds texts as `t`, addresses as `url` and the rest by name."""
    page = _templates().get_template(template)
    body = page.render(
        t=scene.texts,
        url=scene.urls,
        clinic=scene.clinic,
        phone=scene.phone,
        token=scene.token,
        is_test=scene.is_test,
        **values,
    )
    return Response(body, status_code=status, headers={"Content-Type": HTML, **PRIVATE})


def see_other(address: str) -> Response:
    """Return the way on after a form: a reload there sends nothing again (RFC 9110, 303)."""
    return Response("", status_code=303, headers={"Content-Type": HTML, "Location": address, **PRIVATE})


def elsewhere(address: str) -> Response:
    """Return the way to another site. The address comes from a clinic's settings, never from the request."""
    return Response("", status_code=302, headers={"Content-Type": HTML, "Location": address, **PRIVATE})


def bare(status: int = 204) -> Response:
    """Return a status alone, for a script or a program."""
    return Response("", status_code=status, headers={"Content-Type": HTML, **PRIVATE})


def phone_link(number: str) -> Markup:
    """Return a telephone number as the link that dials it."""
    return Markup('<a href="{}">{}</a>').format(formats.phone_link(number), whole(number))


def whole(number: str) -> Markup:
    """Return a telephone number that never breaks over two lines."""
    return Markup('<span class="whole">{}</span>').format(formats.phone(number))


def initials(name: str) -> str:
    """Return the first letters of a name's first two words, to stand where a logo would."""
    return "".join(word[0] for word in name.split()[:2]).upper()
