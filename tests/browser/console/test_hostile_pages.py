"""Whatever people write into every field, nothing of it runs in a real browser under the real policy."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request

from tests.browser.console.every import PAGES, Stand, standing
from tests.clinic_console.test_hostile import FIELDS, fill, spread
from tests.payloads import PAYLOADS

pytestmark = pytest.mark.browser

EVERYTHING = "\n".join(one for one in PAYLOADS if "\x00" not in one)
WORDS = {"all of them in each field": dict.fromkeys(FIELDS, EVERYTHING), "one in each": spread(0)}


@pytest.fixture(scope="module", params=list(WORDS.values()), ids=list(WORDS))
def written(request: Any, aws: None, browser: Browser) -> Iterator[Stand]:
    """The clinic whose every field someone means harm with."""
    with standing(browser) as one:
        one.names = fill(one.whole, request.param)
        yield one


@pytest.mark.parametrize("name", PAGES)
def test_nothing_that_was_written_runs_or_asks_another_site(written: Stand, name: str) -> None:
    happened: list[str] = []

    def asked(request: Request) -> None:
        if not request.url.startswith(written.desk.base):
            happened.append(request.url[:80])

    def said(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:  # the rest is advice
            happened.append(message.text)

    def stop(dialog: Dialog) -> None:
        happened.append(dialog.message)
        dialog.dismiss()

    def watch(page: Page) -> None:
        page.on("dialog", stop)
        page.on("request", asked)
        page.on("console", said)
        page.on("pageerror", lambda error: happened.append(str(error)))

    written.context.on("page", watch)
    page = written.open(name)
    for _ in range(12):
        page.keyboard.press("Tab")
    page.mouse.move(300, 300)
    page.mouse.move(400, 500)
    assert page.locator("h1").count() == 1
    assert page.evaluate("window.ran") is None
    assert page.evaluate("said") == []
    assert happened == []
    assert page.url.startswith(written.desk.base)
    page.close()
    written.context.remove_listener("page", watch)


def test_the_watch_would_see_what_runs(written: Stand) -> None:
    """The same page with one word that was not made text, and without the policy: else silence says nothing."""
    page = written.context.new_page()
    page.route("**/evil", lambda route: route.fulfill(body=f"<h1>x</h1>{PAYLOADS[0]}", content_type="text/html"))
    page.goto(f"{written.desk.base}/evil")
    assert page.evaluate("window.ran") == 1
    page.close()
