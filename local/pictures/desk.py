"""What the demo clinic's staff see in the console: the dashboard, the inbox, a case, patients, rules, a report."""

from typing import TYPE_CHECKING

from local.commands.demo import PASSWORD
from local.pictures.studio import Studio, keep

if TYPE_CHECKING:
    from playwright.sync_api import Page, ViewportSize

OWNER, CALLER = "karen.whitfield@example.com", "dana.moore@example.com"
DESK: "ViewportSize" = {"width": 1280, "height": 960}
PHONE: "ViewportSize" = {"width": 390, "height": 844}

_SHOWN = (
    ("dashboard", "home", False),
    ("inbox", "inbox", True),
    ("patients", "patients", False),
    ("rules", "rules", True),
    ("therapists", "reports/therapists", True),
)
"""Pictures with their pages; whether what is below the edge of the screen is on them too."""


def take(studio: Studio) -> None:
    """Take the owner's pages, then the case of someone who is about to call, on a desktop and on a phone."""
    page = _signed_in(studio, OWNER)
    for name, path, whole in _SHOWN:
        page.goto(studio.console(path))
        keep(page, name, whole=whole)
    page.context.close()
    _case(studio, _signed_in(studio, CALLER))


def _signed_in(studio: Studio, email: str) -> "Page":
    page = studio.page(DESK)
    page.goto(studio.console("sign-in"))
    page.get_by_label("Work email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Sign out").wait_for()
    return page


def _case(studio: Studio, page: "Page") -> None:
    page.goto(studio.console("inbox?show=mine"))
    page.get_by_role("table").get_by_role("link").first.click()
    page.get_by_role("heading", name="The answer").wait_for()
    keep(page, "case")
    phone = studio.context(PHONE, like=page.context).new_page()
    phone.goto(page.url)
    keep(phone, "case-phone", whole=False)
    phone.context.close()
    page.get_by_role("link", name="Close the case…").click()
    page.get_by_role("heading", name="Close this case").wait_for()
    keep(page, "close")
    page.go_back()
    page.get_by_role("link", name="Patient page").click()
    page.get_by_role("heading", name="Timeline").wait_for()
    keep(page, "patient", whole=False)
    page.context.close()
