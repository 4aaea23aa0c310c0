"""The console's one style sheet, made of several."""

import re
from pathlib import Path

import pytest

from prm.web import assets

CONSOLE = Path(assets.__file__).parent / "assets" / "console"
ICONS = sorted((Path(assets.__file__).parent / "assets" / "icons").glob("*.svg"))
TEMPLATES = sorted((Path(assets.__file__).parent / "templates").rglob("*.html"))


def sheet() -> str:
    return assets.by_file()["console.css"].text


def test_pico_lies_in_a_layer_below_our_own_rules() -> None:
    assert sheet().startswith("@layer pico {\n/*!")
    assert sheet().index("--pico-font-family-emoji") < sheet().index("\n}\n/* The console:")


def test_every_part_of_the_sheet_is_in_it() -> None:
    for part in CONSOLE.glob("*.css"):
        assert part.read_text(encoding="utf-8").splitlines()[0] in sheet(), part.name


def test_pictures_in_the_sheet_have_the_names_they_are_served_under() -> None:
    ours = sheet().partition("/* The console:")[2]
    addresses = re.findall(r"url\((.*?)\)", ours)
    assert addresses
    assert all(address.strip('"') in assets.by_name() for address in addresses)


def test_none_of_picos_own_pictures_is_left_in_use() -> None:
    """They are data: addresses, which the pages' policy refuses, and each would be an error in a browser's console."""
    ours = sheet().partition("/* The console:")[2]
    used = set(re.findall(r"--pico-icon-[a-z]+(?=:url|: url)", sheet()))
    assert used
    assert {name for name in used if f"{name}: none;" not in ours} == set()


def test_dark_gives_every_colour_anew() -> None:
    tokens = (CONSOLE / "tokens.css").read_text(encoding="utf-8")
    light, dark = tokens.split("@media (prefers-color-scheme: dark)")
    names = set(re.findall(r"(--[a-z0-9-]+): (?:#|rgb)", light))
    assert names == set(re.findall(r"(--[a-z0-9-]+): (?:#|rgb)", dark))


def test_a_console_without_pico_is_no_console_and_patients_do_not_notice(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(assets, "_PICO", tmp_path / "pico.min.css")
    found = assets.by_file.__wrapped__()
    assert "console.css" not in found
    assert "patient.css" in found


@pytest.mark.parametrize("path", ICONS, ids=lambda path: str(path.stem))
def test_an_icon_is_drawn_in_the_colour_of_its_text_and_read_out_by_nobody(path: Path) -> None:
    drawing = assets.icon(path.stem)
    assert 'aria-hidden="true"' in drawing
    assert "currentColor" in drawing
    assert "#" not in drawing


def test_every_icon_a_template_names_is_there() -> None:
    known = {path.stem for path in ICONS}
    for template in TEMPLATES:
        named = set(re.findall(r'\bicon\("([a-z_]+)"\)', template.read_text(encoding="utf-8")))
        assert named <= known, template.name


def test_no_rule_of_the_console_needs_to_shout() -> None:
    for part in CONSOLE.glob("*.css"):
        assert "!important" not in part.read_text(encoding="utf-8"), part.name
