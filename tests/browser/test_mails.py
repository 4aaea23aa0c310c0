"""The mails as a reader sees them: desk and phone, light and dark. PRM_PICTURES names a folder to keep them in."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from prm.clinics.model import Language
from tests.golden.letters import ALL, EVERY, TO_PATIENTS

pytestmark = pytest.mark.browser

CHROMIUM = shutil.which("chromium")
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = [800, 600, 390, 360, 320]
HOST_PAGE = {"landmark-one-main": {"enabled": False}, "region": {"enabled": False}}
"""A mail is shown inside the mail program's page, which has the landmarks."""

TARGETS = """
() => [...document.querySelectorAll('a')].map(link => {
  const box = link.getBoundingClientRect();
  return {text: link.textContent, width: box.width, height: box.height, top: box.top, left: box.left};
})
"""


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Start the machine's own Chromium, which looks nothing up."""
    return {"executable_path": CHROMIUM, "args": ["--no-sandbox", "--no-proxy-server"]}


def show(page: Page, name: str, language: Language, width: int, scheme: str = "light") -> None:
    """Open a mail in a window this wide."""
    page.set_viewport_size({"width": width, "height": 700})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_content(ALL[name](language).html)
    pictures = os.environ.get("PRM_PICTURES")
    if pictures:
        page.screenshot(path=f"{pictures}/{name}.{language}-{width}-{scheme}.png", full_page=True)


def tiles(page: Page) -> list[dict[str, Any]]:
    """Return the boxes of the eleven scores."""
    return [one for one in page.evaluate(TARGETS) if one["text"].isdigit() and len(one["text"]) < 3]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", Language)
def test_axe_finds_nothing(page: Page, language: Language, scheme: str) -> None:
    for name in ALL:
        show(page, name, language, 390, scheme)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("rules => axe.run(document, {rules})", HOST_PAGE)
        assert [(name, one["id"]) for one in found["violations"]] == []


def test_nothing_is_wider_than_the_window(page: Page) -> None:
    for name, language in EVERY:
        for width in WIDTHS:
            show(page, name, language, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, language)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", ["survey", "follow_up"])
def test_scores_are_44_pixels_on_every_screen(page: Page, name: str, language: Language) -> None:
    for width in WIDTHS:
        show(page, name, language, width)
        boxes = tiles(page)
        assert len(boxes) == 11
        assert min(min(one["width"], one["height"]) for one in boxes) >= 44, width


@pytest.mark.parametrize(("width", "rows"), [(800, [11]), (616, [11]), (600, [6, 5]), (390, [6, 5]), (320, [6, 5])])
def test_scores_stand_in_one_row_on_a_desk_and_in_six_and_five_on_a_phone(
    page: Page, width: int, rows: list[int]
) -> None:
    show(page, "survey", Language.ENGLISH, width)
    tops = [round(one["top"]) for one in tiles(page)]
    assert [tops.count(top) for top in sorted(set(tops))] == rows


def test_zooming_on_a_desk_leaves_the_row_whole(page: Page) -> None:
    show(page, "survey", Language.ENGLISH, 1400)
    for zoom in (0.5, 0.67, 0.75, 0.8, 0.9, 1.1, 1.25, 1.5, 1.75):
        page.evaluate("zoom => document.documentElement.style.zoom = zoom", zoom)
        assert len({round(one["top"]) for one in tiles(page)}) == 1, zoom


@pytest.mark.parametrize("language", Language)
def test_stopping_is_44_pixels_high(page: Page, language: Language) -> None:
    for name in TO_PATIENTS:
        show(page, name, language, 390)
        assert page.evaluate(TARGETS)[-1]["height"] >= 44, name


def test_buttons_are_48_pixels_high(page: Page) -> None:
    show(page, "review_request", Language.ENGLISH, 390)
    heights = page.eval_on_selector_all(".button", "all => all.map(one => one.getBoundingClientRect().height)")
    assert min(heights) >= 48


def test_without_its_style_sheets_a_mail_is_still_whole(page: Page) -> None:
    for name, language in EVERY:
        show(page, name, language, 360)
        page.evaluate("document.querySelectorAll('style').forEach(one => one.remove())")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert (
            page.evaluate("getComputedStyle(document.querySelector('.card')).backgroundColor") == "rgb(254, 254, 254)"
        )
        assert min([one["width"] for one in tiles(page)], default=44) >= 44, name


def test_the_preheader_is_not_seen(page: Page) -> None:
    show(page, "survey", Language.ENGLISH, 390)
    assert not page.get_by_text("It takes about ten seconds.").is_visible()
