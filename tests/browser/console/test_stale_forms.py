"""A form that is out of date by the time it is sent, in a browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.desk import Desk, served
from tests.browser.sight import SCHEMES, WIDTHS, is_too_wide, keep, size, violations
from tests.cognito import FakeCognito, in_place
from tests.console import console
from tests.fakes import FakeClock

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(tables: None, clock: FakeClock, context: BrowserContext) -> Iterator[Desk]:
    with in_place(FakeCognito(clock)) as cognito, served(console(clock, cognito)) as one:
        yield one


def look(page: Page, name: str) -> None:
    """Hold what every page holds, on every screen."""
    for width in WIDTHS:
        for scheme in SCHEMES:
            size(page, width, scheme)
            assert violations(page) == [], (width, scheme)
            assert not is_too_wide(page), width
            keep(page, f"{name}-{width}-{scheme}")


def test_a_form_whose_page_another_session_took_says_so_and_leads_to_a_fresh_one(page: Page, desk: Desk) -> None:
    desk.let_in(page.context, "nora")
    page.goto(desk.url("settings/limits"))
    desk.let_in(page.context, "nora")  # signed in anew in another tab
    page.locator("main form button[type=submit], main form button:not([type])").first.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("This form is out of date")
    look(page, "stale-signed-in")
    page.get_by_role("link", name="Open the page again").click()

    expect(page).to_have_url(desk.url("settings/limits"))


def test_a_form_on_the_way_in_whose_page_another_took_leads_to_a_fresh_one(page: Page, desk: Desk) -> None:
    page.goto(desk.url("sign-in"))
    page.context.clear_cookies()
    page.get_by_label("Email").fill("nora@clinic.example")
    page.get_by_label("Password").fill("seven quiet river otters")
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("This form is out of date")
    look(page, "stale-way-in")
    page.get_by_role("link", name="Open the page again").click()

    expect(page).to_have_url(desk.url("sign-in"))
