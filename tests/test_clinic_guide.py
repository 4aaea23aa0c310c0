"""The clinic's guide names buttons and pages as the console does, and shows pictures that are there."""

import re
import tomllib
from collections.abc import Iterator

from local.places import REPOSITORY

DOCS = REPOSITORY / "docs"
GUIDE = (DOCS / "clinic-guide.md").read_text(encoding="utf-8")
OTHERS = {"Save as", "CSV"}
"""What another program's menus say."""


def said() -> Iterator[str]:
    """Yield every sentence of the console and of patients' mails and pages, in English."""
    for file in (REPOSITORY / "functions" / "prm" / "text" / "en").glob("*.toml"):
        for value in tomllib.loads(file.read_text(encoding="utf-8")).values():
            yield from value if isinstance(value, list) else [str(value)]


def test_each_name_in_italics_stands_on_a_page() -> None:
    plain = re.sub(r"\*\*.*?\*\*", "", GUIDE, flags=re.DOTALL)
    named = {" ".join(one.split()) for one in re.findall(r"\*([^*|]+)\*", plain)} - OTHERS
    sentences = [re.sub(r"\{\w+\}", "…", one) for one in said()]

    assert len(named) > 30
    assert sorted(one for one in named if not any(one in sentence for sentence in sentences)) == []


def test_each_picture_of_the_guide_and_the_readme_is_there() -> None:
    pages = {DOCS: GUIDE, REPOSITORY: (REPOSITORY / "README.md").read_text(encoding="utf-8")}
    shown = [folder / name for folder, text in pages.items() for name in re.findall(r"[\w/-]+\.png", text)]

    assert len(shown) > 20
    assert [str(path) for path in shown if not path.is_file()] == []
