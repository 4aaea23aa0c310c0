"""Names and numbers made of any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prm.core import ids


@given(st.text(st.characters()), st.text(st.characters(categories=["Cs", "Ll"])))
def test_any_text_has_a_name(one: str, other: str) -> None:
    assert ids.name_of(one, other) == ids.name_of(one, other)
    assert len(ids.keyed(b"key", one, other)) == 20
    assert ids.shard_of(other, 4) in range(4)


@pytest.mark.parametrize(
    ("one", "other"), [(("a", "b"), ("ab", "")), (("a#b", "c"), ("a", "b#c")), (("\ud800",), ("?",))]
)
def test_other_parts_make_another_name(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert ids.name_of(*one) != ids.name_of(*other)
    assert ids.keyed(b"key", *one) != ids.keyed(b"key", *other)


def test_a_name_stays_what_it_was() -> None:
    assert ids.name_of("riverbend", "1001") == "xpvgf5577y6q74oa26cv"
