"""Did a person or a machine open this mail's links? Mail scanners fetch every link, and some run its script.

A machine shows by what no reader does: one client fetches several different scores of the same mail.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from prm.links.model import Hit, HitKind

SCORES = 3
"""Different scores by one client at any time."""
SCORES_ON_ARRIVAL = 2
"""Different scores by one client around the delivery."""
ARRIVAL = dt.timedelta(seconds=60)


def is_machine(hits: Iterable[Hit], delivered_at: dt.datetime | None) -> bool:
    """Tell whether one client fetched `SCORES` different scores, or `SCORES_ON_ARRIVAL` within `ARRIVAL` of delivery.

    Scanners fetch before the receiving server accepts the mail, so the minute counts on both sides of the delivery.
    Without a delivery event only the first test can be made.
    """
    ever: dict[str, set[int]] = defaultdict(set)
    on_arrival: dict[str, set[int]] = defaultdict(set)
    for hit in hits:
        if hit.kind is not HitKind.SURVEY or hit.score is None:
            continue
        ever[hit.client].add(hit.score)
        if delivered_at is not None and abs(hit.at - delivered_at) <= ARRIVAL:
            on_arrival[hit.client].add(hit.score)
    return _any(ever, SCORES) or _any(on_arrival, SCORES_ON_ARRIVAL)


def _any(scores: dict[str, set[int]], least: int) -> bool:
    return any(len(seen) >= least for seen in scores.values())
