"""Net Promoter Score and how sure it is.

NPS is the share of promoters less that of detractors (Reichheld, Harvard Business Review, December 2003), from -100 to
100. Its range is the adjusted Wald interval of Rocks, "Interval Estimation for the Net Promoter Score", The American
Statistician 70(4), 2016 (arXiv 1601.07235): three answers are added, 3/4 to promoters, 3/2 to passives, 3/4 to
detractors, and a Wald interval is taken from the sum. It holds its 95% for few answers too, where a plain one does not.
"""

import math
from dataclasses import dataclass

ADDED = 3.0
ADDED_EACH_END = 0.75
Z_95 = 1.959963984540054
"""The 97.5% quantile of the normal distribution."""
_FULL = 100.0


@dataclass(frozen=True)
class Range:
    """A 95% interval in points of NPS. With very few answers it may leave out the score itself: it is that unsure."""

    low: float
    high: float


def score(promoters: int, answered: int, detractors: int) -> float | None:
    """Return the NPS, or None without answers: nobody's score is not zero."""
    return _FULL * (promoters - detractors) / answered if answered else None


def interval(promoters: int, answered: int, detractors: int) -> Range | None:
    """Return the 95% interval, cut at -100 and 100, or None without answers."""
    if not answered:
        return None
    total = answered + ADDED
    pro = (promoters + ADDED_EACH_END) / total
    contra = (detractors + ADDED_EACH_END) / total
    middle = pro - contra
    half = Z_95 * math.sqrt((pro + contra - middle**2) / total)
    return Range(max(-_FULL, _FULL * (middle - half)), min(_FULL, _FULL * (middle + half)))
