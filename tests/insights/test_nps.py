import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prm.insights.nps import interval, score

COUNTS = st.integers(0, 400)


def by_observations(promoters: int, passives: int, detractors: int) -> tuple[float, float]:
    """Return Rocks' adjusted Wald interval from single answers of 1, 0 and -1 with weighted pseudo-answers.

    Independent of the formula under test: mean and variance of the sample, four quarter-answers for each one added.
    """
    quarters = [1] * (4 * promoters + 3) + [0] * (4 * passives + 6) + [-1] * (4 * detractors + 3)
    middle = statistics.fmean(quarters)
    error = math.sqrt(statistics.pvariance(quarters) / (len(quarters) / 4))
    half = statistics.NormalDist().inv_cdf(0.975) * error
    return 100 * (middle - half), 100 * (middle + half)


@pytest.mark.parametrize(
    ("promoters", "answered", "detractors", "expected"),
    [(1, 1, 0, 100), (0, 1, 1, -100), (0, 1, 0, 0), (1, 2, 1, 0), (7, 10, 1, 60), (1, 3, 0, 100 / 3)],
)
def test_the_score_is_the_share_of_promoters_less_that_of_detractors(
    promoters: int, answered: int, detractors: int, expected: float
) -> None:
    assert score(promoters, answered, detractors) == pytest.approx(expected)


def test_without_answers_there_is_no_score_and_no_range() -> None:
    assert score(0, 0, 0) is None
    assert interval(0, 0, 0) is None


@given(COUNTS, COUNTS, COUNTS)
def test_the_range_is_that_of_the_sample_with_three_answers_added(
    promoters: int, passives: int, detractors: int
) -> None:
    found = interval(promoters, promoters + passives + detractors, detractors)
    if promoters + passives + detractors == 0:
        assert found is None
        return
    assert found is not None
    low, high = by_observations(promoters, passives, detractors)
    assert found.low == pytest.approx(max(-100, low))
    assert found.high == pytest.approx(min(100, high))


def test_the_range_of_ten_answers_worked_out_by_hand() -> None:
    # 7 promoters, 2 passives, 1 detractor: (7.75 - 1.75) / 13 = 6/13; variance 9.5/13 - (6/13)^2 = 87.5/169
    found = interval(7, 10, 1)
    assert found is not None
    half = 1.959964 * math.sqrt(87.5 / 169 / 13)
    assert found.low == pytest.approx(100 * (6 / 13 - half), abs=1e-4)
    assert found.high == pytest.approx(100 * (6 / 13 + half), abs=1e-4)


def test_a_range_never_leaves_the_scale() -> None:
    for answers in range(1, 50):
        best, worst = interval(answers, answers, 0), interval(0, answers, answers)
        assert best is not None
        assert worst is not None
        assert best.high <= 100
        assert worst.low >= -100


def test_more_answers_make_a_narrower_range() -> None:
    widths = [found.high - found.low for n in (10, 40, 160) if (found := interval(n // 2, n, n // 4))]
    assert widths == sorted(widths, reverse=True)
