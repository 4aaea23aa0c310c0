"""Style sheet, script and pictures, under names that change with their content."""

from chalice import Chalice, Response

from prm.web import assets
from prm.web.page import FOR_EVER
from prm.web.routes import READ


def register(app: Chalice) -> None:
    """Add the one route."""

    @app.route("/assets/{name}", methods=list(READ), content_types=["*/*"])
    def asset(name: str) -> Response:
        found = assets.by_name().get(name)
        if found is None:
            return Response("", status_code=404, headers={"Content-Type": "text/plain", "Cache-Control": "no-store"})
        return Response(found.text, headers={"Content-Type": found.content_type, **FOR_EVER})
