"""A patient's first score against their next: the same people twice, so nothing but their minds has changed."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from prm.insights.ranges import Sample
from prm.insights.seen import Count, Place, Seen, Watch

_PAIR = 2


@dataclass(frozen=True)
class Paired:
    """Pairs whose second answer came in a span. `changes` are in points of the 0 to 10 scale.

    `groups` counts by first and next group, as "detractor>promoter".
    """

    changes: Sample = field(default_factory=Sample)
    up: int = 0
    down: int = 0
    same: int = 0
    groups: dict[str, int] = field(default_factory=dict)


def paired(seen: Seen, watch: Watch) -> Iterator[Count]:
    """Yield a patient's first pair, under the place of the second answer."""
    answers = [(one, one.answer, one.counted_at) for one in seen.answered[:_PAIR] if one.answer and one.counted_at]
    if len(answers) < _PAIR:
        return
    (_, before, _), (second, after, at) = answers
    change = after.score - before.score
    direction = "up" if change > 0 else "down" if change < 0 else "same"
    place = Place(second.location, second.therapist)
    for span in watch.within(at):
        yield Count(place, f"{span}.pairs.count")
        yield Count(place, f"{span}.pairs.total", change)
        yield Count(place, f"{span}.pairs.squares", change**2)
        yield Count(place, f"{span}.pairs.{direction}")
        yield Count(place, f"{span}.pairs.{before.group}>{after.group}")
