"""Entry point: API Gateway sends requests for pages, SES the mails that patients reply with."""

from typing import Any

from chalice import Chalice

from prm import wiring
from prm.core import table
from prm.web.adapter import Event
from prm.web.house import House
from prm.web.routes import new_app, serve
from survey_webhook import assets, preferences, survey


def build(house: House) -> Chalice:
    """Return the app with all its routes."""
    app = new_app("survey_webhook")
    survey.register(app, house)
    preferences.register(app, house)
    assets.register(app)
    return app


_house = wiring.house()
_pages = serve(build(_house), _house)
table.warm()


def handler(event: Event, context: object) -> dict[str, Any] | None:
    """Answer a request for a page, or take in a mail."""
    if "httpMethod" in event:
        return _pages(event, context)
    from survey_webhook import inbound  # no page waits for what reading mail takes

    return inbound.handler(event, context)
