"""Who came."""

import pytest

from prm.clinics.model import Language
from prm.web.visit import preferred


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", Language.ENGLISH),
        ("es", Language.SPANISH),
        ("es-419,es;q=0.9,en;q=0.8", Language.SPANISH),
        ("en-US,es;q=0.9", Language.ENGLISH),
        ("fr, de;q=0.9", Language.ENGLISH),
        ("fr;q=1, ES-mx;q=0.2", Language.SPANISH),
        ("*", Language.ENGLISH),
        (",;=,q", Language.ENGLISH),
        ("español", Language.ENGLISH),
    ],
)
def test_the_first_language_we_speak_is_taken(header: str, language: Language) -> None:
    assert preferred(header) is language
