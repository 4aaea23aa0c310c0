"""The mails as they go out, byte by byte. `PRM_UPDATE_GOLDEN=1` writes them anew; the diff is what a review reads."""

import os
from pathlib import Path

import pytest

from prm.clinics.model import Language
from prm.mail.model import Letter
from tests.golden.letters import ALL, EVERY

HERE = Path(__file__).parent / "mails"
IS_UPDATE = os.environ.get("PRM_UPDATE_GOLDEN") == "1"


def headed(letter: Letter) -> str:
    """Return the text part below what stands in the headers."""
    headers = [("From", letter.sender), ("To", letter.to), ("Subject", letter.subject), *letter.headers]
    return "".join(f"{name}: {value}\n" for name, value in headers) + "\n" + letter.text


def compare(file: Path, written: str) -> None:
    """Compare with the golden file, or replace it."""
    if IS_UPDATE:
        file.write_text(written, encoding="utf-8", newline="")
    assert file.is_file(), f"{file.name} is missing; PRM_UPDATE_GOLDEN=1 writes it"
    assert written == file.read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_the_text_part_is_the_golden_one(name: str, language: Language) -> None:
    compare(HERE / f"{name}.{language}.txt", headed(ALL[name](language)))


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_the_html_part_is_the_golden_one(name: str, language: Language) -> None:
    compare(HERE / f"{name}.{language}.html", ALL[name](language).html)


@pytest.mark.skipif(IS_UPDATE, reason="the files are being written")
def test_no_golden_file_is_left_over() -> None:
    expected = {f"{name}.{language}.{kind}" for name, language in EVERY for kind in ("txt", "html")}
    assert {file.name for file in HERE.iterdir()} == expected
