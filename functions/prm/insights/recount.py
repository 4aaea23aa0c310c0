"""What the tallies should say, counted again from the surveys themselves."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from prm.insights.model import ASKED, Difference, Tally, counters_of, placed, scopes
from prm.surveys.model import Survey, month_of

type Place = tuple[str, str]


@dataclass
class Recount:
    """Counters by scope and month, as the surveys read so far make them."""

    zone: dt.tzinfo
    counts: dict[Place, Counter[str]] = field(default_factory=dict)

    def add(self, surveys: Iterable[Survey]) -> None:
        """Count these surveys too."""
        for survey in surveys:
            if survey.is_test:
                continue
            if survey.asked:
                self._add(survey, month_of(survey.asked_at, self.zone), (ASKED,))
            if survey.is_counted and survey.answer:
                month, day = placed(survey, self.zone)
                self._add(survey, month, counters_of(day, survey.answer.score))

    def scopes(self) -> set[str]:
        """Return every scope that was met."""
        return {scope for scope, _ in self.counts}

    def differences(self, tallies: Iterable[Tally]) -> Iterator[Difference]:
        """Yield where the tallies of all scopes disagree. `asked` is compared where a tally keeps it."""
        kept = {(one.scope, one.month): one for one in tallies}
        for scope, month in sorted(kept.keys() | self.counts.keys()):
            tally = kept.get((scope, month), Tally(scope, month))
            said = dict(tally.counts) | ({} if tally.asked is None else {ASKED: tally.asked})
            counted = self.counts.get((scope, month), Counter())
            for name in sorted(said.keys() | counted.keys()):
                if name == ASKED and tally.asked is None:
                    continue
                if said.get(name, 0) != counted[name]:
                    yield Difference(scope, month, name, said.get(name, 0), counted[name])

    def _add(self, survey: Survey, month: str, names: tuple[str, ...]) -> None:
        for scope in scopes(survey.location, survey.therapist):
            self.counts.setdefault((scope, month), Counter()).update(names)
