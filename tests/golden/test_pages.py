"""The patients' pages as they are served. `PRM_UPDATE_GOLDEN=1` writes them anew; the diff is what a review reads."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from prm.clinics.model import Language
from tests.browser.site import mail_to
from tests.golden import scenes
from tests.golden.test_letters import compare
from tests.mailed import Mailed

HERE = Path(__file__).parent / "pages"
IS_UPDATE = os.environ.get("PRM_UPDATE_GOLDEN") == "1"
EVERY = [(name, language) for name in scenes.PAGES for language in Language]


def served(mail: Mailed, page: Callable[[Mailed], str]) -> str:
    """Return a page without what changes from run to run: the token, and the hashes of assets."""
    return re.sub(r"\.[0-9a-f]{12}\.", ".hash.", page(mail).replace(mail.token, "token"))


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_the_page_is_the_golden_one(tables: None, name: str, language: Language) -> None:
    mail = mail_to(language=language, clinic=scenes.clinic())
    compare(HERE / f"{name}.{language}.html", served(mail, scenes.PAGES[name]))


@pytest.mark.skipif(IS_UPDATE, reason="the files are being written")
def test_no_golden_page_is_left_over() -> None:
    assert {file.name for file in HERE.iterdir()} == {f"{name}.{language}.html" for name, language in EVERY}
