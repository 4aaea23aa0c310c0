"""What a page holds of a secret."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prm.core import tokens


@given(st.text("abcdefghijklmnopqrstuvwxyz234567", max_size=40))
def test_what_was_masked_is_what_it_was(secret: str) -> None:
    assert tokens.unmasked(tokens.masked(secret)) == secret


def test_no_two_pages_hold_the_same() -> None:
    assert len({tokens.masked("abcdefghijklmnopqrst") for _ in range(50)}) == 50


@pytest.mark.parametrize("text", ["", "zz", "abc", "aé", "0" * 80, "ff" * 500, "\x00"])
def test_what_was_never_masked_is_no_secret(text: str) -> None:
    assert tokens.unmasked(text) != "abcdefghijklmnopqrst"
