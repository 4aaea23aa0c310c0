import re

import pytest

from prm.clinics.model import Language
from prm.core.errors import Invalid
from prm.reviews import letters
from tests.golden.letters import ANSWERED_AT, SITES, TOKEN, URLS, occasion


@pytest.mark.parametrize("language", Language)
def test_each_site_has_one_button_that_leads_through_us(language: Language) -> None:
    letter = letters.review_request(occasion(language), "downtown", ANSWERED_AT, TOKEN)
    buttons = re.findall(r'<a class="button-words" href="([^"]+)"', letter.html)
    assert buttons == [URLS.review(TOKEN, site.id) for site in SITES]
    assert [link for link in re.findall(r'href="([^"]+)"', letter.html) if "g.example" in link] == []


def test_outlook_gets_the_same_buttons() -> None:
    letter = letters.review_request(occasion(), "downtown", ANSWERED_AT, TOKEN)
    drawn = re.findall(r'<v:roundrect href="([^"]+)"', letter.html)
    assert drawn == re.findall(r'<a class="button-words" href="([^"]+)"', letter.html)


def test_the_words_do_not_depend_on_the_answer() -> None:
    letter = letters.review_request(occasion(), "downtown", ANSWERED_AT, TOKEN)
    assert "Good or bad, every honest review helps. We give nothing in return, and you never have to." in letter.text
    assert not re.search(r"\b(10|9|8|7|glad|happy|love|star|five)\b", letter.text.split("--")[0])


def test_a_location_without_a_site_sends_no_request() -> None:
    with pytest.raises(Invalid, match="no review site"):
        letters.review_request(occasion(), "north", ANSWERED_AT, TOKEN)


def test_an_unknown_location_falls_back_to_the_first() -> None:
    known = letters.review_request(occasion(), "downtown", ANSWERED_AT, TOKEN)
    assert letters.review_request(occasion(), None, ANSWERED_AT, TOKEN) == known
