"""The mail that asks for a public review: the same sites in the same words for everyone who is asked."""

import datetime as dt

from prm.core.errors import Invalid
from prm.mail import letter
from prm.mail.model import Letter
from prm.surveys.letters import Occasion


def review_request(occasion: Occasion, location: str | None, answered_at: dt.datetime, token: str) -> Letter:
    """Return the request with one button for each review site of the location where care was given.

    It knows when the patient answered, not what. Raises Invalid where there is no site to go to.
    """
    sites = occasion.clinic.review_sites(location)
    if not sites:
        raise Invalid("this location has no review site", field="review_sites")
    day = occasion.formats.past_day(answered_at, occasion.now)
    draft = occasion.draft(
        "review_request",
        occasion.texts("review_request_mail.subject"),
        token,
        lead=occasion.texts("review_request_mail.lead", day=day),
        sites=[(letter.one_line(site.name), occasion.urls.review(token, site.id)) for site in sites],
    )
    return letter.write(draft)
