"""The digits of mailed codes."""

import re

from hypothesis import given
from hypothesis import strategies as st

from prm.accounts import codes

KEY = b"a key of the deployment"


@given(st.text(max_size=40))
def test_they_are_six_digits_the_same_each_time_and_different_under_another_key(touch: str) -> None:
    digits = codes.digits(KEY, touch)

    assert re.fullmatch(r"\d{6}", digits)
    assert digits == codes.digits(KEY, touch)


def test_codes_of_different_touches_or_keys_differ_nearly_always() -> None:
    drawn = {codes.digits(key, str(number)) for number in range(300) for key in (KEY, b"another")}

    assert len(drawn) > 590  # of 600, among a million


def test_people_may_group_the_digits() -> None:
    digits = codes.digits(KEY, "t1")

    assert codes.matches(KEY, "t1", f" {digits[:3]}-{digits[3:]} ")
    assert codes.matches(KEY, "t1", f"{digits[:3]}\u00a0{digits[3:]}")


@given(st.text(max_size=30))
def test_anything_else_is_no_match(text: str) -> None:
    digits = codes.digits(KEY, "t1")
    plain = "".join(char for char in text if not char.isspace() and char != "-")

    assert codes.matches(KEY, "t1", text) == (plain == digits)
