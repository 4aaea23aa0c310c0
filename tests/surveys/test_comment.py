import pytest
from hypothesis import given
from hypothesis import strategies as st

from prm.core.errors import Invalid
from prm.surveys.comment import LIMIT, clean, cut, limited


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  thank you \n", "thank you"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("a\tb", "a\tb"),
        ("bell\x07 null\x00 escape\x1b[31m", "bell null escape[31m"),
        ("next line\x85 here", "next line here"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("👩‍⚕️ 👍🏽", "👩‍⚕️ 👍🏽"),
        ("شكرا جزيلا \u200fנהדר", "شكرا جزيلا \u200fנהדר"),
        ("half \ud800 a pair", "half  a pair"),
        ("\x00\x01 \n", ""),
    ],
)
def test_a_comment_keeps_its_words_and_loses_what_is_no_text(written: str, kept: str) -> None:
    assert clean(written) == kept


@given(st.text(st.characters(codec=None)))
def test_a_cleaned_comment_can_be_stored_and_cleaned_again(written: str) -> None:
    kept = clean(written)
    assert kept.encode().decode() == kept
    assert clean(kept) == kept


def test_a_comment_of_the_full_length_is_kept() -> None:
    assert limited("x" * LIMIT) == cut("x" * LIMIT) == "x" * LIMIT


def test_one_character_more_is_refused_or_cut() -> None:
    with pytest.raises(Invalid, match="4,000 characters; it has 4,001"):
        limited("x" * (LIMIT + 1))
    assert cut("x" * (LIMIT + 1)) == "x" * (LIMIT - 1) + "…"
