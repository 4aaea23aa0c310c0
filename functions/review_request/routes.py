"""The way from a mail to a review site, in one click.

Opening a page or going to a site changes nothing but `hits`. A HEAD is a program's, so it is not even noted: these hits
are what a clinic's count of opened links is made of.
"""

from chalice import Chalice, Response

from prm.links.model import Purpose
from prm.web import page
from prm.web.house import House
from prm.web.routes import LinkPages, new_app
from prm.web.visit import Visit

_NO_SUCH_SITE = 404


def build(house: House) -> Chalice:
    """Return the app with all its routes."""
    app = new_app("review_request")
    pages = LinkPages(app, house, Purpose.REVIEW)
    pages.at("/r/{token}")(listed)
    pages.at("/r/{token}/{site}")(gone_to)
    return app


def listed(visit: Visit) -> Response:
    """Show the sites."""
    return _list(visit, _client(visit))


def gone_to(visit: Visit, site: str) -> Response:
    """Go to a site of the clinic's settings; show the list where it has no such site."""
    found = visit.house.reviews.site(visit.link, site, _client(visit))
    if found is None:
        return _list(visit, None, status=_NO_SUCH_SITE)
    return page.elsewhere(found.url)


def _list(visit: Visit, client: str | None, status: int = 200) -> Response:
    sites = visit.house.reviews.sites(visit.link, client)
    return page.render("review/sites.html", visit.scene, status=status, sites=sites)


def _client(visit: Visit) -> str | None:
    return None if visit.request.method == "HEAD" else visit.client
