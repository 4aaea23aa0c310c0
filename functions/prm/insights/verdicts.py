"""Above, below, or too close to call: a word only where the whole range lies on one side of the mark."""

from dataclasses import dataclass
from enum import StrEnum

from prm.insights.model import Figures
from prm.insights.nps import Range
from prm.insights.ranges import Estimate, difference

ENOUGH = 10
"""From so many answers on a score is shown: below, its range spans most of the scale."""


class Mark(StrEnum):
    """What the score is held against."""

    LOWEST_TENTH = "lowest_tenth"
    AVERAGE = "average"
    TOP_TENTH = "top_tenth"


MARKS = {Mark.LOWEST_TENTH: 75, Mark.AVERAGE: 84, Mark.TOP_TENTH: 90}
"""NPS of US physical therapy practices, WebPT Ascend 2017: a tenth under 75, the average 84, a tenth above 90."""


class Word(StrEnum):
    """What can be said."""

    BELOW = "below"
    ABOVE = "above"
    TOO_CLOSE = "too_close"


@dataclass(frozen=True)
class Verdict:
    """The word for one mark."""

    mark: Mark
    value: int
    word: Word


@dataclass(frozen=True)
class Progress:
    """The score against that of the first 90 days: both, their difference with its range, and the word for it."""

    then: float
    change: float
    range: Range
    word: Word


def word(found: Range, mark: float) -> Word:
    """Return what a range allows to be said of a mark. A range that ends on the mark does not clear it."""
    if found.high < mark:
        return Word.BELOW
    return Word.ABOVE if found.low > mark else Word.TOO_CLOSE


def verdicts(figures: Figures) -> tuple[Verdict, ...]:
    """Return the word for each mark; none below 10 answers."""
    found = figures.range
    if found is None or figures.answered < ENOUGH:
        return ()
    return tuple(Verdict(mark, value, word(found, value)) for mark, value in MARKS.items())


def progress(figures: Figures, first_days: Figures | None) -> Progress | None:
    """Hold the score against the first 90 days. None where either has fewer than 10 answers, or there are none yet.

    The two must share no answer: ask only for a time that begins after the first 90 days.
    """
    if first_days is None or min(figures.answered, first_days.answered) < ENOUGH:
        return None
    now, then = estimate(figures), estimate(first_days)
    if now is None or then is None:
        return None
    found = difference(now, then)
    return Progress(then.value, now.value - then.value, found, word(found, 0))


def estimate(figures: Figures) -> Estimate | None:
    """Return a score with its range, or None without answers. The range is widened to hold the score itself."""
    score, found = figures.nps, figures.range
    if score is None or found is None:
        return None
    return Estimate(score, Range(min(found.low, score), max(found.high, score)))
