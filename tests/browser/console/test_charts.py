"""Charts as a reader meets them: one of two drawings shows, its text is readable, and its name says its figures."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.console import charts, scene

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parents[3] / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
WIDTHS = [1280, 900, 390, 320]
READABLE = 12
SMALLEST = """() => [...document.querySelectorAll('svg.chart text')].filter(one => one.checkVisibility()).map(one => {
    const svg = one.ownerSVGElement
    return parseFloat(getComputedStyle(one).fontSize) * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width
})"""
SHOWN = """() => [...document.querySelectorAll('.figure, .row-figure')].map(
    one => [...one.children].filter(part => part.tagName == 'svg' && part.checkVisibility()).length)"""


@pytest.fixture
def shown(page: Page) -> Page:
    body = scene.render("charts.html", pictures=charts.pictures(), comparison=charts.comparison(), nav="reports")
    scene.show(page, body)
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_charts_have_names_contrast_and_no_sideways_scroll(shown: Page, width: int, scheme: str) -> None:
    shown.set_viewport_size({"width": width, "height": 900})
    shown.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    shown.evaluate(AXE)
    found = shown.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})"
    )
    if folder := os.environ.get("PRM_PICTURES"):
        shown.screenshot(path=Path(folder) / f"charts-{width}-{scheme}.png", full_page=True)
    assert [(one["id"], one["nodes"][0]["target"]) for one in found["violations"]] == []
    assert shown.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [1280, 1024, 900, 761, 390, 320])
def test_one_drawing_of_each_picture_shows_and_its_text_is_readable(shown: Page, width: int) -> None:
    shown.set_viewport_size({"width": width, "height": 900})
    assert set(shown.evaluate(SHOWN)) == {1}
    assert min(shown.evaluate(SMALLEST)) >= READABLE - 0.05


def test_a_hatch_paints_in_the_drawing_that_shows(shown: Page) -> None:
    for width in (1280, 390):
        shown.set_viewport_size({"width": width, "height": 900})
        fills = shown.evaluate(
            """() => [...document.querySelectorAll('svg.chart rect[fill^="url"]')].filter(one => one.checkVisibility())
            .map(one => one.ownerSVGElement.querySelector(one.getAttribute('fill').slice(4, -1)) !== null)"""
        )
        assert fills
        assert all(fills)
