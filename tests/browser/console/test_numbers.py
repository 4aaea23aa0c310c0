"""Home and the reports in a browser: names, contrast, no sideways scroll, with much to show and with nothing."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.desk import Desk, served
from tests.clinic_console.numbers import answered, counted, says
from tests.cognito import FakeCognito, in_place
from tests.console import console
from tests.fakes import FakeClock

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parents[3] / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
PAGES = [
    "home",
    "reports",
    "reports/therapists",
    "reports/themes",
    "reports/themes?theme=waiting",
    "reports/retention",
    "reports/coverage",
]
WORDS = [
    (10, "Mei-Lin explained every exercise until I really had it. I can lift my grandson again."),
    (4, "I had to explain my knee all over again to another therapist each time."),
    (6, "Got a bill I do not understand. The care is fine."),
    (8, ""),
    (3, "Waited 25 minutes twice last week and nobody told me why. " * 4),
]
SIZES = [(1280, "light"), (1280, "dark"), (390, "light"), (320, "dark")]


@pytest.fixture
def desk(tables: None, clock: FakeClock, context: BrowserContext) -> Iterator[Desk]:
    with in_place(FakeCognito(clock)) as cognito, served(console(clock, cognito)) as one:
        one.let_in(context, "nora")
        yield one


def looked_at(page: Page, desk: Desk, folder: str) -> list[str]:
    """Open every page in every size and return what is wrong."""
    wrong = []
    for name in PAGES:
        page.goto(desk.url(name))
        page.evaluate(AXE)
        for width, scheme in SIZES:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found = page.evaluate(
                "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})"
            )
            wrong += [f"{name} {width}: {one['id']} {one['nodes'][0]['target']}" for one in found["violations"]]
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wrong.append(f"{name} {width}: scrolls sideways")
            if kept := os.environ.get("PRM_PICTURES"):
                page.screenshot(
                    path=Path(kept) / f"{folder}-{name.replace('/', '-').partition('=')[0]}-{width}-{scheme}.png",
                    full_page=True,
                )
    return wrong


def test_numbers_are_read_by_everyone_and_on_every_screen(page: Page, desk: Desk) -> None:
    answered(desk.console, 30)
    answered(desk.console, 3, 8, prefix="q")
    answered(desk.console, 4, 2, location="north", prefix="r")
    for number, (score, words) in enumerate(WORDS):
        says(desk.console, score, words, f"s{number}")
    counted(desk.console)
    assert looked_at(page, desk, "full") == []


def test_so_is_a_clinic_without_any(page: Page, desk: Desk) -> None:
    assert looked_at(page, desk, "empty") == []
