"""Each error of the house has its page."""

import pytest

from prm.clinics.model import Language
from prm.core.errors import Conflict, Expired, Forbidden, Invalid, NotFound, PrmError, Unavailable
from prm.core.text import Texts
from prm.core.urls import Urls
from prm.links.model import Purpose
from prm.web.errors import ANSWERS, sorry
from prm.web.page import Scene
from tests import examples

STRANGER = Scene(Texts("en"), Urls(""))


@pytest.mark.parametrize(
    ("err", "status"),
    [
        (Invalid("x"), 400),
        (Forbidden("x"), 403),
        (NotFound("x"), 404),
        (Conflict("x"), 409),
        (Expired("x"), 410),
        (Unavailable("x"), 503),
    ],
)
@pytest.mark.parametrize("purpose", [Purpose.ANSWER, Purpose.STOP, Purpose.REVIEW])
@pytest.mark.parametrize("language", Language)
def test_an_error_is_a_page_in_the_readers_language(
    err: PrmError, status: int, purpose: Purpose, language: Language
) -> None:
    clinic = examples.riverbend()
    known = Scene(Texts(language), Urls("/v1"), clinic, clinic.phone, "a" * 26)
    for scene in (known, Scene(Texts(language), Urls("/v1"))):
        page = sorry(err, scene, purpose)
        assert page.status_code == status
        assert f'<html lang="{language}">' in page.body
        assert (clinic.name in page.body) is (scene is known)


def test_every_kind_of_error_has_an_answer() -> None:
    assert set(ANSWERS) == set(PrmError.__subclasses__()) & set(ANSWERS)
    assert {Invalid, NotFound, Forbidden, Conflict, Expired, Unavailable} == set(ANSWERS)


def test_the_words_of_an_error_are_not_shown() -> None:
    assert "secret" not in sorry(Conflict("secret detail"), STRANGER, Purpose.ANSWER).body


def test_an_error_without_a_page_is_raised_on() -> None:
    with pytest.raises(PrmError, match="a defect"):
        sorry(PrmError("a defect"), STRANGER, Purpose.ANSWER)
