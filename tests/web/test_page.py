"""Pages: what a browser may do with them, and what they may not hold."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from chalice import Response

from prm.core.text import Texts
from prm.core.urls import Urls
from prm.web import assets, page
from prm.web.page import Scene, initials, render, see_other
from tests import examples

TEMPLATES = sorted((Path(page.__file__).parent / "templates").rglob("*.html"))
SCENE = Scene(Texts("en"), Urls(""), examples.riverbend(name="A & B <Therapy>"), "(937) 555-0142", "a" * 26)


def test_a_browser_runs_and_loads_only_what_is_ours() -> None:
    policy = render("stop/link.html", SCENE).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    "answer", [render("stop/link.html", SCENE), see_other("/x"), page.bare(), page.elsewhere("/x")]
)
def test_nothing_personal_is_kept_or_told_to_other_sites(answer: Response) -> None:
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers


def test_a_clinics_name_is_text() -> None:
    body = render("stop/link.html", SCENE).body
    assert "A &amp; B &lt;Therapy&gt;" in body
    assert "<Therapy>" not in body


class Attributes(HTMLParser):
    """Collects the names of attributes, and the elements that hold code or style."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {name for name, _ in attrs} | ({tag} if tag == "style" else set())


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_template_holds_style_or_code(template: Path) -> None:
    parser = Attributes()
    parser.feed(re.sub(r"{%.*?%}|{{.*?}}", "", template.read_text(encoding="utf-8")))
    assert "style" not in parser.found
    assert not {name for name in parser.found if name.startswith("on")}
    assert "<script>" not in template.read_text(encoding="utf-8")


def test_the_style_sheet_stays_small() -> None:
    assert len(assets.by_file()["patient.css"].text.encode()) < 12_000
    assert len(assets.by_file()["survey.js"].text.encode()) < 6_000


def test_a_changed_asset_has_another_name() -> None:
    names = {asset.name for asset in assets.by_file().values()}
    assert len(names) == len(assets.by_file())
    assert all(re.fullmatch(r"[a-z]+\.[0-9a-f]{12}\.(css|js|svg)", name) for name in names)


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Riverbend Physical Therapy", "RP"), ("Riverbend", "R"), ("élan physio", "ÉP"), ("  ", "")],
)
def test_a_clinic_is_marked_by_its_initials(name: str, letters: str) -> None:
    assert initials(name) == letters
