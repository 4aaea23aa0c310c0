"""The machine's own Chromium, and the patients' pages behind a small server."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.site import Site, mail_to, served
from tests.golden import scenes

START = 1_795_000_000
"""Any moment, in seconds."""
HIDE_WEBDRIVER = "Object.defineProperty(Navigator.prototype, 'webdriver', {get: () => false})"


def chromium() -> str | None:
    """Return the browser `make browser` found or installed."""
    return next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Start a Chromium that reaches this machine only, and looks nothing up."""
    rules = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
    return {"executable_path": chromium(), "args": ["--no-sandbox", "--no-proxy-server", rules]}


@pytest.fixture
def site(tables: None) -> Iterator[Site]:
    """The pages behind a mail to Maria."""
    with served(mail_to(clinic=scenes.clinic())) as one:
        yield one


@pytest.fixture
def person(page: Page) -> Page:
    """A browser that does not say it is driven by a program; its time stands still until a test moves it."""
    page.add_init_script(HIDE_WEBDRIVER)
    page.clock.install(time=START)
    page.clock.pause_at(START + 60)
    return page
