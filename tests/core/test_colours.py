"""Contrast as WCAG reckons it, and shades that can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prm.core import colours

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#767676", "#ffffff", 4.54),
        ("#ff0000", "#ffffff", 4.0),
    ],
)
def test_contrast_is_what_wcag_says(one: str, other: str, ratio: float) -> None:
    assert colours.contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert colours.contrast(other, one) == colours.contrast(one, other)


@given(COLOURS, st.sampled_from(["#ffffff", "#f5f5f2", "#1b2225", "#000000"]))
def test_the_nearest_shade_can_be_read(colour: str, ground: str) -> None:
    assert colours.contrast(colours.nearest(colour, ground), ground) >= colours.ENOUGH


@given(COLOURS)
def test_a_colour_that_can_be_read_stays_as_it_is(colour: str) -> None:
    shade = colours.nearest(colour, "#ffffff")
    assert colours.nearest(shade, "#ffffff") == shade


@pytest.mark.parametrize(
    "text", ["", "#fff", "#FFFFFF", "#fffffg", "ffffff", "#ffffff ", "#\u0660\u0660\u0660\u0660\u0660\u0660"]
)
def test_what_is_no_colour(text: str) -> None:
    assert not colours.is_colour(text)
