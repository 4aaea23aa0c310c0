"""Comparisons: small numbers are pulled in, chance is not called a difference, and a real one is found."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prm.insights.model import Figures
from prm.insights.shrink import Compared, Part, Stand, compare

COUNTS = st.tuples(st.integers(0, 60), st.integers(0, 30), st.integers(0, 30))


def rows(*counts: tuple[int, int, int]) -> tuple[Compared, ...]:
    parts = [Part(f"t{n:02}", f"Name {n:02}", Figures(0, *one)) for n, one in enumerate(counts)]
    return compare(parts, sum((one.figures for one in parts), Figures()))


def by_definition(counts: list[tuple[int, int, int]]) -> list[float]:
    """Return Morris's adjusted means, written out anew; the variance between is found by halving, not by iteration."""
    answers = [[1] * p + [0] * s + [-1] * d for p, s, d in counts]
    middle = sum(map(sum, answers)) / sum(map(len, answers))
    means = [sum(one) / len(one) for one in answers]
    variances = []
    for p, s, d in counts:
        quarters = [1] * (4 * p + 3) + [0] * (4 * s + 6) + [-1] * (4 * d + 3)
        mean = sum(quarters) / len(quarters)
        variances.append(sum((one - mean) ** 2 for one in quarters) / len(quarters) / (p + s + d))
    count = len(counts)

    def excess(spread: float) -> float:
        return sum(
            (count / (count - 1) * (mean - middle) ** 2 - variance - spread) / (variance + spread)
            for mean, variance in zip(means, variances, strict=True)
        )

    low, high = 0.0, 4.0
    for _ in range(80):
        mid = (low + high) / 2
        low, high = (mid, high) if excess(mid) > 0 else (low, mid)
    spread = low if excess(0) > 0 else 0.0
    pulls = [(count - 3) / (count - 1) * one / (one + spread) for one in variances]
    return [100 * ((1 - pull) * mean + pull * middle) for pull, mean in zip(pulls, means, strict=True)]


@given(st.lists(COUNTS.filter(lambda one: sum(one) >= 10), min_size=4, max_size=8))
def test_the_adjusted_scores_are_those_of_the_paper(counts: list[tuple[int, int, int]]) -> None:
    found = [one.adjusted for one in rows(*counts)]
    assert found == [pytest.approx(one, abs=0.01) for one in by_definition(counts)]


@given(st.lists(COUNTS, min_size=1, max_size=8))
def test_an_adjusted_score_lies_between_the_plain_one_and_the_clinics(counts: list[tuple[int, int, int]]) -> None:
    total = sum((Figures(0, *one) for one in counts), Figures())
    for row in rows(*counts):
        plain, clinic = row.part.figures.nps, total.nps
        if row.adjusted is None or plain is None or clinic is None or row.range is None:
            assert row.part.figures.answered < 10
            continue
        assert min(plain, clinic) - 1e-9 <= row.adjusted <= max(plain, clinic) + 1e-9
        assert -100 <= row.range.low <= row.range.high <= 100
        assert row.range.low - 1e-9 <= row.adjusted <= row.range.high + 1e-9


def test_fewer_than_ten_answers_show_nothing() -> None:
    few, enough = rows((9, 0, 0), (10, 0, 0))
    assert (few.adjusted, few.range, few.stand) == (None, None, None)
    assert enough.stand is Stand.NO_CLEAR_DIFFERENCE


def test_the_fewer_answers_the_stronger_the_pull() -> None:
    small, large, *_ = rows((10, 0, 0), (100, 0, 0), (60, 20, 20), (62, 20, 18), (58, 20, 22))
    assert small.adjusted is not None
    assert large.adjusted is not None
    assert small.adjusted < large.adjusted < 100


def test_two_or_three_stay_as_they_are() -> None:
    found = rows((60, 20, 20), (10, 0, 2), (30, 5, 5))
    assert [one.adjusted for one in found] == [pytest.approx(one.part.figures.nps) for one in found]


def test_nothing_is_called_clear_below_thirty_answers() -> None:
    found = rows((0, 0, 29), (90, 5, 5), (90, 5, 5), (90, 5, 5))
    assert found[0].stand is Stand.NO_CLEAR_DIFFERENCE
    assert rows((0, 0, 30), (90, 5, 5), (90, 5, 5), (90, 5, 5))[0].stand is Stand.LOWER


def test_a_difference_that_one_comparison_would_call_clear_may_be_none_among_many() -> None:
    average = (60, 20, 20)
    alone, *_ = rows((38, 12, 0), (30, 10, 10))
    among = next(one for one in rows((33, 9, 3), *[average] * 19) if one.part.key == "t00")
    assert alone.stand is Stand.HIGHER
    assert among.stand is Stand.NO_CLEAR_DIFFERENCE


def test_rows_stand_by_name_not_by_score() -> None:
    found = compare(
        [Part("b", "Berta", Figures(0, 50, 0, 0)), Part("a", "Anna", Figures(0, 0, 0, 50))], Figures(0, 50, 0, 50)
    )
    assert [one.part.name for one in found] == ["Anna", "Berta"]


def drawn(source: random.Random, count: int, nps: float) -> tuple[int, int, int]:
    """Return answers of a therapist whose true score is that, one in seven passive."""
    passive = min(0.15, 1 - nps)
    weights = [(1 - passive + nps) / 2, passive, (1 - passive - nps) / 2]
    found = source.choices([0, 1, 2], weights, k=count)
    return found.count(0), found.count(1), found.count(2)


def test_where_nobody_differs_hardly_ever_anyone_is_named() -> None:
    source = random.Random(11)  # noqa: S311  # a simulation
    named = sum(
        any(one.stand is not Stand.NO_CLEAR_DIFFERENCE for one in rows(*[drawn(source, 60, 0.65) for _ in range(8)]))
        for _ in range(400)
    )
    assert named / 400 < 0.08


def test_the_ranges_hold_the_true_scores() -> None:
    source = random.Random(12)  # noqa: S311  # a simulation
    kept, all_ = 0, 0
    for _ in range(300):
        truth = [min(0.95, max(0.0, source.gauss(0.65, 0.12))) for _ in range(8)]
        found = rows(*[drawn(source, source.choice([15, 40, 100]), one) for one in truth])
        for row, true in zip(found, truth, strict=True):
            assert row.range is not None
            kept += row.range.low <= 100 * true <= row.range.high
            all_ += 1
    assert 0.92 < kept / all_ < 0.99
