"""Who would get a rule's mail if it were switched on: counted before anyone is written to."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from prm.rules.decide import decide
from prm.rules.model import Decision, Facts, Rule, Send, Wait
from prm.rules.plan import undecided


@dataclass
class Preview:
    """What a rule would do now. `left_out` counts by reason those it looked at and leaves out, the near misses."""

    rule: Rule
    patients: int = 0
    now: list[str] = field(default_factory=list)
    later: list[tuple[dt.datetime, str]] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    def take(self, facts: Facts, now: dt.datetime) -> None:
        """Add one patient."""
        for occurrence in undecided(self.rule, facts):
            self._add(facts.patient.record_number, decide(self.rule, occurrence, facts, now))

    def _add(self, number: str, decision: Decision) -> None:
        if isinstance(decision, Send):
            self.now.append(number)
        elif isinstance(decision, Wait):
            self.later.append((decision.until, number))
        else:
            self.left_out[decision.reason] += 1
