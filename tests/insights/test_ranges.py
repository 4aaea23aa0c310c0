"""Shares, means and differences, held against tables, exact sums and simulations by other means than the code's."""

import math
import random
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prm.insights.nps import Range
from prm.insights.ranges import Estimate, Sample, difference, share, students_t, z_for


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(58, 318, 14.4, 22.9), (0, 10, 0, 27.8), (10, 10, 72.2, 100), (81, 263, 25.5, 36.6)],
)
def test_the_range_of_a_share_is_the_published_one(part: int, whole: int, low: float, high: float) -> None:
    found = share(part, whole)
    assert found is not None
    assert [found.low, found.high] == [pytest.approx(low, abs=0.1), pytest.approx(high, abs=0.1)]


@given(st.integers(1, 500), st.data())
def test_the_limits_of_a_share_are_where_the_score_test_just_does_not_reject(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    found = share(part, whole)
    assert found is not None
    for limit in (found.low / 100, found.high / 100):
        if 1e-6 < limit < 1 - 1e-6:
            z = (part / whole - limit) / math.sqrt(limit * (1 - limit) / whole)
            assert abs(z) == pytest.approx(1.959964, abs=1e-3)


def test_a_share_of_nothing_is_none() -> None:
    assert share(0, 0) is None


@pytest.mark.parametrize(
    ("freedom", "quantile"),
    [(1, 12.7062), (2, 4.3027), (4, 2.7764), (5, 2.5706), (9, 2.2622), (15, 2.1314), (29, 2.0452), (100, 1.9840)],
)
def test_students_t_is_that_of_the_tables(freedom: int, quantile: float) -> None:
    assert students_t(freedom) == pytest.approx(quantile, abs=1e-3)


NUMBERS = st.lists(st.integers(-10, 10), min_size=2, max_size=60)


@given(NUMBERS)
def test_the_range_of_a_mean_is_that_of_the_numbers_themselves(numbers: list[int]) -> None:
    found = Sample(len(numbers), sum(numbers), sum(one * one for one in numbers))
    half = students_t(len(numbers) - 1) * statistics.stdev(numbers) / math.sqrt(len(numbers))
    assert found.mean == pytest.approx(statistics.fmean(numbers))
    assert found.range is not None
    assert found.range.high - found.range.low == pytest.approx(2 * half, abs=1e-6)


def test_one_number_has_a_mean_and_no_range() -> None:
    assert (Sample(1, 3, 9).mean, Sample(1, 3, 9).range, Sample().mean) == (3, None, None)


def test_the_range_of_a_difference_is_the_usual_one_where_both_are_even() -> None:
    found = difference(Estimate(70, Range(60, 80)), Estimate(50, Range(45, 55)))
    assert [found.low, found.high] == [pytest.approx(20 - math.sqrt(125)), pytest.approx(20 + math.sqrt(125))]


def test_a_lopsided_range_makes_a_lopsided_difference() -> None:
    found = difference(Estimate(90, Range(70, 95)), Estimate(50, Range(50, 50)))
    assert (found.low, found.high) == (20, 45)


@pytest.mark.parametrize(("comparisons", "z"), [(0, 1.96), (1, 1.96), (2, 2.2414), (8, 2.7344), (10, 2.8070)])
def test_more_comparisons_ask_for_more(comparisons: int, z: float) -> None:
    assert z_for(comparisons) == pytest.approx(z, abs=1e-4)


def test_ranges_of_a_share_hold_what_they_promise() -> None:
    drawn = random.Random(7)  # noqa: S311  # a simulation
    kept = 0
    for _ in range(2000):
        found = share(sum(drawn.random() < 0.2 for _ in range(40)), 40)
        assert found is not None
        kept += found.low <= 20 <= found.high
    assert 0.91 < kept / 2000 < 0.98
