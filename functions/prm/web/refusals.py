"""What staff's pages refuse: under which status and words, and where to begin again."""

from urllib.parse import quote

from chalice import Chalice
from chalice.app import Request

from prm.core.errors import Conflict, Expired, Forbidden, Invalid, NotFound, PrmError, Unavailable
from prm.core.urls import Urls


class Stale(Forbidden):
    """A form that is not from this browser's page as it is now: open too long, another tab's turn, another site's."""


_ANSWERS: dict[type[PrmError], tuple[int, str]] = {
    Invalid: (400, "invalid"),
    Forbidden: (403, "forbidden"),
    Stale: (403, "stale"),
    NotFound: (404, "notfound"),
    Conflict: (409, "conflict"),
    Expired: (410, "expired"),
    Unavailable: (503, "unavailable"),
}


def told(err: PrmError) -> tuple[int, str]:
    """Return status and key of the words for an error. Raises what is not in the table: a defect of ours."""
    if type(err) in _ANSWERS:
        return _ANSWERS[type(err)]
    status = next((status for kind, (status, _) in _ANSWERS.items() if isinstance(err, kind)), None)
    if status is None:
        raise err
    return status, "unavailable"


def again(app: Chalice, request: Request, urls: Urls) -> str:
    """Return the address of the page that a form was sent to, "" where it takes forms alone."""
    route = str(request.context.get("resourcePath"))
    if "GET" not in app.routes.get(route, {}):
        return ""
    area, address = ("/signup", urls.sign_up) if route.startswith("/signup") else ("/clinic", urls.console)
    path = quote(str(request.to_original_event()["path"]))
    return address(path.partition(area)[2].strip("/"))
