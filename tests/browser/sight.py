"""What tests of looks ask of any page: how wide, what axe says, a picture to keep. PRM_PICTURES names where."""

import os
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

WIDTHS = [1280, 390, 320]
SCHEMES = ["light", "dark"]
SPACED = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
    "p { margin-bottom: 2em !important }"
)
"""The spacing of text that a page has to bear (WCAG 2.2, 1.4.12)."""
_AXE = (Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
_RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']}"


def size(page: Page, width: int, scheme: Any = "light") -> None:
    """Make the window this wide."""
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)


def violations(page: Page) -> list[tuple[str, str]]:
    """Return what axe finds, each with the first place where it does."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE)
    found = page.evaluate(f"axe.run(document, {_RULES})")
    return [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]]


def is_too_wide(page: Page) -> bool:
    """Tell whether one would have to scroll sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def keep(page: Page, name: str) -> None:
    """Keep a picture for whoever wants to look."""
    folder = os.environ.get("PRM_PICTURES")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
