"""Where we stand: the path before our own, and whether a form was sent from one of our pages."""

from urllib.parse import urlsplit

from chalice.app import Request

from prm.core.errors import Forbidden
from prm.core.urls import Urls
from prm.web.adapter import Event, path_of
from prm.web.refusals import Stale


def urls_of(event: Event, base_url: str) -> Urls:
    """Return addresses for links within pages: paths only, so that nothing depends on a Host header.

    The path comes from the configured base or else, at the address API Gateway gives, from what stands before our own
    path in the request: the stage.
    """
    if base_url:
        return Urls(urlsplit(base_url).path.rstrip("/"))
    whole, own = str(event["requestContext"].get("path", "")), path_of(event)
    return Urls(whole.removesuffix(own).rstrip("/") if whole.endswith(own) else "")


def check(request: Request, base_url: str) -> None:
    """Raise Forbidden when a browser says that another site's page sent this form.

    The token in the address is what permits; this spares a reader whose address another site got hold of. So what
    names no origin passes: mail programs and old browsers.
    """
    origin = request.headers.get("origin")
    if origin is not None and not _is_ours(request, origin, base_url):
        raise Forbidden("this form was sent from another site")


def check_sent(request: Request, base_url: str) -> None:
    """Raise Stale unless a browser says that our own page sent this form: staff's browsers always say."""
    if not _is_ours(request, request.headers.get("origin", ""), base_url):
        raise Stale("this form was not sent from our page")


def _is_ours(request: Request, origin: str, base_url: str) -> bool:
    hosts = {request.headers.get("host"), request.context.get("domainName"), urlsplit(base_url).netloc}
    return _host_of(origin.lower()) in {host.lower() for host in hosts if host}


def _host_of(origin: str) -> str:
    """Return the host and port of an origin, "" for what has none or is no address at all."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""
