"""How sure a share, a mean and a difference are: 95% ranges, each with its source."""

import math
from dataclasses import dataclass
from statistics import NormalDist

from prm.insights.nps import Z_95, Range

_NORMAL = NormalDist()


def share(part: int, whole: int) -> Range | None:
    """Return the range of a share in percent, or None of nothing.

    Wilson's score interval (JASA 22, 1927), which Brown, Cai and DasGupta (Statistical Science 16, 2001) advise for
    few answers too: it neither leaves 0 to 100 nor shrinks to nothing at its ends.
    """
    if not whole:
        return None
    found = part / whole
    spread = Z_95**2 / whole
    middle = (found + spread / 2) / (1 + spread)
    half = Z_95 / (1 + spread) * math.sqrt(found * (1 - found) / whole + spread / (4 * whole))
    return Range(max(0.0, 100 * (middle - half)), min(100.0, 100 * (middle + half)))


@dataclass(frozen=True)
class Sample:
    """Numbers, as far as their mean goes: how many, their sum, the sum of their squares."""

    count: int = 0
    total: float = 0.0
    squares: float = 0.0

    @property
    def mean(self) -> float | None:
        """Their mean, or None of nothing."""
        return self.total / self.count if self.count else None

    @property
    def range(self) -> Range | None:
        """The range of the mean by Student's t, or None below two."""
        if self.mean is None or self.count < 2:  # noqa: PLR2004  # one number has no spread
            return None
        variance = max(0.0, self.squares - self.count * self.mean**2) / (self.count - 1)
        half = students_t(self.count - 1) * math.sqrt(variance / self.count)
        return Range(self.mean - half, self.mean + half)


def students_t(freedom: int) -> float:
    """Return the 97.5% quantile of Student's t with so many degrees of freedom.

    Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.5: off by less than 0.001 from 5 degrees on, which
    is why the first four stand here as numbers.
    """
    exact = (12.706205, 4.302653, 3.182446, 2.776445)
    if freedom <= len(exact):
        return exact[max(freedom, 1) - 1]
    z = Z_95
    return (
        z
        + (z**3 + z) / (4 * freedom)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3)
        + (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / (92160 * freedom**4)
    )


@dataclass(frozen=True)
class Estimate:
    """A number with its range."""

    value: float
    range: Range


def difference(now: Estimate, then: Estimate) -> Range:
    """Return the range of `now` less `then`, two estimates from different answers.

    Zou and Donner, Statistics in Medicine 27 (2008): each limit from the two single ranges, however lopsided.
    """
    change = now.value - then.value
    low = math.hypot(now.value - now.range.low, then.range.high - then.value)
    high = math.hypot(now.range.high - now.value, then.value - then.range.low)
    return Range(change - low, change + high)


def z_for(comparisons: int) -> float:
    """Return how many standard errors a range must reach so that all of so many hold together with 95% (Bonferroni)."""
    return _NORMAL.inv_cdf(1 - 0.025 / max(comparisons, 1))
