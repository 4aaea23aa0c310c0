"""Entry point: API Gateway sends requests for pages, SES the mails that patients reply with."""

from typing import Any

from prm import wiring
from prm.core import table
from prm.web.adapter import Event
from prm.web.routes import serve
from survey_webhook.routes import build

house = wiring.house()
pages = serve(build(house), house)
table.warm()


def handler(event: Event, context: object) -> dict[str, Any] | None:
    """Answer a request for a page, or take in a mail."""
    if "httpMethod" in event:
        return pages(event, context)
    from survey_webhook import inbound  # no page waits for what reading mail takes

    inbound.handle(event, house)
    return None
