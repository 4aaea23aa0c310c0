"""Every page of the console in Chromium, made from its routes: accessible, never too wide, its focus seen.

One server and one browser for all pages: what a page costs here is drawing it.
"""

import pytest
from playwright.sync_api import Page

from tests.browser.console.every import PAGES, Stand, stand
from tests.browser.console.test_looks import FOCUSED, TARGETS
from tests.browser.sight import SCHEMES, WIDTHS, is_too_wide, keep, size, violations

__all__ = ["stand"]

pytestmark = pytest.mark.browser

MOVING = """() => [...document.querySelectorAll('*')].filter(one => {
    const style = getComputedStyle(one);
    return style.transitionDuration.split(', ').some(time => parseFloat(time) > 0.01) || style.animationName !== 'none'
}).map(one => one.outerHTML.slice(0, 80))"""
ELSEWHERE = """() => document.activeElement.matches(
    'iframe, input:is([type=date], [type=time], [type=month]):not(:focus-visible)')"""
"""The focus is within a frame, or on the button that opens a calendar: the browser draws it."""
STOPS = 40
"""As many steps with the Tab key as are looked at on one page."""


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_fits_and_shows_its_focus(stand: Stand, name: str) -> None:
    page = stand.open(name)
    problems: dict[str, object] = {}
    for width in WIDTHS:
        for scheme in SCHEMES:
            size(page, width, scheme)
            problems[f"axe {width} {scheme}"] = violations(page)
            keep(page, f"every{name.partition(' ')[2].replace('/', '-')}-{width}-{scheme}")
        problems[f"wide {width}"] = is_too_wide(page)
        problems[f"small {width}"] = page.evaluate(TARGETS)
    for width in (1280, 390):
        size(page, width)
        problems[f"focus {width}"] = unseen(page)
    problems["moving"] = page.evaluate(MOVING)
    problems["refused by the policy"] = page.evaluate("said")
    problems["headings"] = page.locator("h1").count() - 1
    size(page, 640)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    problems["wide at 200%"] = is_too_wide(page)
    page.close()
    assert {what: found for what, found in problems.items() if found} == {}


def unseen(page: Page) -> list[object]:
    """Press Tab through the page and return where the focus does not show, or something covers it."""
    page.evaluate("document.activeElement.blur()")
    found = []
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        if at["tag"] == "BODY":
            break
        if (at["line"] != "solid 3px" or at["covered"]) and not page.evaluate(ELSEWHERE):
            found.append(at)
    return found
