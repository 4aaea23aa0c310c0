"""What a check has found so far, laid down where time runs out and taken up again."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from prm.clinics.model import Clinic
from prm.core.formats import Formats
from prm.core.text import Texts
from prm.mail.model import Kind
from prm.patients.columns import FileKind
from prm.patients.planning import Plan
from prm.patients.report import Outcome, Problem, Tally
from prm.rules.forecast import Coming
from prm.uploads.model import Mails


@dataclass
class Draft:
    """The patients looked at, in the order of the file, and what came of their rows.

    Rows are read anew when a check goes on, so what reading alone finds is not in here.
    """

    decided_by: str = ""
    done: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    refused: list[tuple[FileKind, Problem]] = field(default_factory=list)
    not_reachable: dict[str, int] = field(default_factory=dict)
    mails: dict[str, list[int]] = field(default_factory=dict)

    def take(self, plan: Plan, coming: Iterable[Coming], clinic: Clinic, now: dt.datetime) -> None:
        """Add one patient."""
        self.done += 1
        for file, kind, outcome in plan.outcomes:
            _add(self.outcomes, f"{kind}\t{outcome}\t{file}")
        self.refused.extend(plan.refused)
        if plan.not_reachable:
            _add(self.not_reachable, plan.not_reachable)
        formats = Formats(Texts("en"), clinic.tz)
        today = formats.local(now).date()
        for one in coming:
            counted = self.mails.setdefault(f"{one.rule}\t{one.kind}", [0, 0])
            counted[0] += formats.local(one.at).date() == today
            counted[1] += 1

    def add_to(self, tally: Tally) -> None:
        """Put all that into the tally of what reading found."""
        for key, number in self.outcomes.items():
            kind, outcome, file = key.split("\t", 2)
            tally.rows[file, FileKind(kind), Outcome(outcome)] += number
        for kind, problem in self.refused:
            tally.refuse(kind, problem)
        tally.not_reachable.update(Counter(self.not_reachable))

    def coming(self, known: Sequence[str]) -> tuple[Mails, ...]:
        """Return the emails by rule, in the order of `known` rules, the first mails before what follows them."""
        found = []
        for key, (today, week) in self.mails.items():
            rule, kind = key.split("\t")
            found.append(Mails(rule, Kind(kind), today, week))
        return tuple(sorted(found, key=lambda one: (known.index(one.rule), one.kind)))


def _add(counts: dict[str, int], key: str) -> None:
    counts[key] = counts.get(key, 0) + 1
