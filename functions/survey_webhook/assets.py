"""Style sheets, scripts and pictures, ours and clinics', under names that change with their content."""

from chalice import Chalice, Response

from prm.clinics import looks
from prm.core.errors import NotFound
from prm.web import assets
from prm.web.house import House
from prm.web.page import FOR_EVER
from prm.web.routes import READ

_FOR_MAILS = {"Cross-Origin-Resource-Policy": "cross-origin"}
"""A mail is read on another site's pages."""


def register(app: Chalice, house: House) -> None:
    """Add the routes."""

    @app.route("/assets/{name}", methods=list(READ), content_types=["*/*"])
    def asset(name: str) -> Response:
        found = assets.by_name().get(name)
        if found is None:
            return _branded(name)
        return Response(found.text, headers={"Content-Type": found.content_type, **FOR_EVER})

    @app.route("/assets/pictures/{clinic}/{name}", methods=list(READ), content_types=["*/*"])
    def picture(clinic: str, name: str) -> Response:
        try:
            data = house.clinics.picture(clinic, name)
        except NotFound:
            return _missing()
        return Response(data, headers={"Content-Type": "image/png", **FOR_EVER, **_FOR_MAILS})


def _branded(name: str) -> Response:
    """Return the style sheet with a clinic's colour, which is in its name."""
    styles = looks.styles(name)
    if styles is None:
        return _missing()
    return Response(styles, headers={"Content-Type": "text/css; charset=utf-8", **FOR_EVER})


def _missing() -> Response:
    return Response("", status_code=404, headers={"Content-Type": "text/plain", "Cache-Control": "no-store"})
