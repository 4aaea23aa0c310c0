"""Comparing therapists, or locations, without taking luck for skill.

With few answers a score swings a lot by chance. Each is pulled towards the clinic's: the more, the fewer its answers
and the less the whole group differs. Morris, "Parametric Empirical Bayes Inference: Theory and Applications", JASA 78
(1983): the spread between them is estimated from all of them, the pull is damped for having estimated it, and the range
grows by what that estimate is unsure of. It needs four; two or three teach too little about each other, and stay as
they are.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from prm.insights.model import Figures
from prm.insights.nps import ADDED, ADDED_EACH_END, Z_95, Range
from prm.insights.ranges import z_for
from prm.insights.verdicts import ENOUGH

CLEAR_FROM = 30
"""From so many answers on a difference may be called clear."""
_LEAST = 4
_ROUNDS = 100
_CLOSE = 1e-9


class Stand(StrEnum):
    """How one stands against the clinic."""

    HIGHER = "higher"
    LOWER = "lower"
    NO_CLEAR_DIFFERENCE = "no_clear_difference"


@dataclass(frozen=True)
class Part:
    """A therapist or a location with its answers."""

    key: str
    name: str
    figures: Figures


@dataclass(frozen=True)
class Compared:
    """One row: `adjusted`, its 95% range, and how it stands; all None below 10 answers."""

    part: Part
    adjusted: float | None = None
    range: Range | None = None
    stand: Stand | None = None


@dataclass(frozen=True)
class _Seen:
    """A mean answer (promoter 1, passive 0, detractor -1) and the variance of that mean."""

    mean: float
    variance: float


def compare(parts: Sequence[Part], clinic: Figures) -> tuple[Compared, ...]:
    """Return a row for each part, sorted by name: nobody is ranked."""
    shown = [one for one in parts if one.figures.answered >= ENOUGH]
    middle = (clinic.nps or 0.0) / 100
    seen = [_seen(one.figures) for one in shown]
    spread = between(seen, middle)
    z = z_for(sum(one.figures.answered >= CLEAR_FROM for one in shown))
    rows = {
        part.key: _row(part, one, _pulled(one, seen, middle, spread), (middle, z))
        for part, one in zip(shown, seen, strict=True)
    }
    return tuple(rows.get(one.key, Compared(one)) for one in sorted(parts, key=lambda one: (one.name, one.key)))


def between(seen: Sequence[_Seen], middle: float) -> float:
    """Return the estimated variance between the parts' true means, 0 where chance explains all of it."""
    if len(seen) < _LEAST:
        return 0.0
    spread = sum((one.mean - middle) ** 2 for one in seen) / len(seen)
    for _ in range(_ROUNDS):
        weights = [1 / (one.variance + spread) for one in seen]
        excess = sum(
            weight * (len(seen) / (len(seen) - 1) * (one.mean - middle) ** 2 - one.variance)
            for weight, one in zip(weights, seen, strict=True)
        )
        better = max(0.0, excess / sum(weights))
        if abs(better - spread) < _CLOSE:
            return better
        spread = better
    return spread


def _pulled(one: _Seen, seen: Sequence[_Seen], middle: float, spread: float) -> _Seen:
    """Return the mean pulled towards the clinic's, and its variance."""
    count = len(seen)
    if count < _LEAST:
        return one
    pull = (count - 3) / (count - 1) * one.variance / (one.variance + spread)
    weights = [1 / (other.variance + spread) for other in seen]
    typical = sum(w * other.variance for w, other in zip(weights, seen, strict=True)) / sum(weights)
    unsure = 2 / (count - 3) * pull**2 * (typical + spread) / (one.variance + spread)
    mean = one.mean + pull * (middle - one.mean)
    return _Seen(mean, one.variance * (1 - (count - 1) / count * pull) + unsure * (one.mean - middle) ** 2)


def _seen(figures: Figures) -> _Seen:
    """Return the plain mean, its variance from three answers more (see nps.py): never nought where all say the same."""
    total = figures.answered + ADDED
    pro, contra = (figures.promoters + ADDED_EACH_END) / total, (figures.detractors + ADDED_EACH_END) / total
    return _Seen((figures.nps or 0.0) / 100, (pro + contra - (pro - contra) ** 2) / figures.answered)


def _row(part: Part, plain: _Seen, pulled: _Seen, held: tuple[float, float]) -> Compared:
    """Return the row of a part, `held` against the clinic's mean by so many standard errors.

    A difference is clear where two ranges lie on one side of the clinic: the plain one, widened so that all comparisons
    together hold with 95%, and the adjusted one, which is what the reader sees.
    """
    middle, z = held
    half = Z_95 * math.sqrt(pulled.variance)
    stand = Stand.NO_CLEAR_DIFFERENCE
    clears = abs(plain.mean - middle) > z * math.sqrt(plain.variance) and abs(pulled.mean - middle) > half
    if part.figures.answered >= CLEAR_FROM and clears:
        stand = Stand.HIGHER if plain.mean > middle else Stand.LOWER
    low, high = 100 * (pulled.mean - half), 100 * (pulled.mean + half)
    return Compared(part, 100 * pulled.mean, Range(max(-100.0, low), min(100.0, high)), stand)
