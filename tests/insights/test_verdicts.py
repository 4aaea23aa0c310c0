"""A word is said only where the whole range lies on one side."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prm.insights.model import Figures
from prm.insights.nps import Range
from prm.insights.verdicts import Mark, Word, progress, verdicts, word

COUNTS = st.builds(Figures, st.just(0), st.integers(0, 300), st.integers(0, 100), st.integers(0, 100))


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (61, 77, Word.TOO_CLOSE),
        (61, 74.9, Word.BELOW),
        (61, 75, Word.TOO_CLOSE),
        (75, 80, Word.TOO_CLOSE),
        (75.1, 80, Word.ABOVE),
    ],
)
def test_a_range_that_touches_the_mark_does_not_clear_it(low: float, high: float, said: Word) -> None:
    assert word(Range(low, high), 75) is said


def test_the_clinic_of_the_mock_picture_is_below_average_and_too_close_to_the_lowest_tenth() -> None:
    found = {one.mark: one.word for one in verdicts(Figures(712, 166, 32, 16))}
    assert found == {Mark.LOWEST_TENTH: Word.TOO_CLOSE, Mark.AVERAGE: Word.BELOW, Mark.TOP_TENTH: Word.BELOW}


@given(COUNTS)
def test_a_word_agrees_with_the_range_that_is_shown(figures: Figures) -> None:
    found = figures.range
    for one in verdicts(figures):
        assert found is not None
        sides = {limit > one.value for limit in (found.low, found.high)}
        assert (one.word is Word.TOO_CLOSE) == (len(sides) == 2 or one.value in {found.low, found.high})


def test_nothing_is_said_of_nine_answers() -> None:
    assert verdicts(Figures(0, 9, 0, 0)) == ()
    assert progress(Figures(0, 9, 0, 0), Figures(0, 100, 0, 0)) is None
    assert progress(Figures(0, 100, 0, 0), Figures(0, 9, 0, 0)) is None
    assert progress(Figures(0, 100, 0, 0), None) is None


def test_better_than_the_first_days_means_that_the_range_of_the_difference_clears_nought() -> None:
    found = progress(Figures(0, 166, 32, 16), Figures(0, 70, 25, 18))
    assert found is not None
    assert (round(found.then), round(found.change), found.word) == (46, 24, Word.ABOVE)
    assert 0 < found.range.low < 24 < found.range.high
    close = progress(Figures(0, 30, 5, 5), Figures(0, 28, 6, 6))
    assert close is not None
    assert close.word is Word.TOO_CLOSE


@given(COUNTS, COUNTS)
def test_there_and_back_say_the_same_with_the_sign_turned(one: Figures, other: Figures) -> None:
    there, back = progress(one, other), progress(other, one)
    assert (there is None) == (back is None)
    if there and back:
        assert there.change == pytest.approx(-back.change)
        assert there.range.low == pytest.approx(-back.range.high)
