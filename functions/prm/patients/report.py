"""What an import did, row by row, in words for the person who sent the file."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from prm.patients.columns import FileKind

MAX_PROBLEMS = 10_000


class Outcome(StrEnum):
    """What became of a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class Counts:
    """Rows of one kind; `read` is the sum of the others."""

    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0


@dataclass(frozen=True, order=True)
class Problem:
    """A row left out, a cell left out, or (without `row`) something about the whole file."""

    file: str
    row: int | None
    column: str | None
    reason: str


@dataclass(frozen=True)
class Report:
    """What came in. `problems` stand in the order of the files' rows; counts stay exact where they are too many.

    `not_reachable` counts the patients in the files to whom no mail can go, for want of an address. `left` counts those
    whose rows, of any of the files, nobody came to in time.
    """

    patients: Counts = Counts()
    visits: Counts = Counts()
    problems: tuple[Problem, ...] = ()
    not_reachable: int = 0
    left: int = 0

    @property
    def counts(self) -> dict[FileKind, Counts]:
        """The counts by kind of file."""
        return {FileKind.PATIENTS: self.patients, FileKind.VISITS: self.visits}

    @property
    def has_news(self) -> bool:
        """Whether anything came in that was not known."""
        return any(one.new or one.changed for one in self.counts.values())


@dataclass
class Tally:
    """Collects what becomes a report, file by file. `refused` has every row that is left out, by its number."""

    rows: Counter[tuple[str, FileKind, Outcome]] = field(default_factory=Counter)
    problems: dict[str, list[Problem]] = field(default_factory=lambda: defaultdict(list))
    left_unsaid: Counter[str] = field(default_factory=Counter)
    not_reachable: Counter[str] = field(default_factory=Counter)
    refused: dict[str, dict[int, Problem]] = field(default_factory=lambda: defaultdict(dict))
    left: int = 0

    def count(self, file: str, kind: FileKind, outcome: Outcome) -> None:
        """Count one row."""
        self.rows[file, kind, outcome] += 1

    def say(self, problem: Problem) -> None:
        """Keep a problem, or only count it where a file has too many to read."""
        kept = self.problems[problem.file]
        if len(kept) < MAX_PROBLEMS:
            kept.append(problem)
        else:
            self.left_unsaid[problem.file] += 1

    def refuse(self, kind: FileKind, problem: Problem) -> None:
        """Count a row that is left out, and say why."""
        self.count(problem.file, kind, Outcome.REFUSED)
        self.refused[problem.file][problem.row or 0] = problem
        self.say(problem)

    def report(self, files: Sequence[str]) -> Report:
        """Return the report on these files; problems follow the order of their rows."""
        names = list(dict.fromkeys(files))
        counts = {kind.value: self._counts(names, kind) for kind in FileKind}
        problems = tuple(problem for name in names for problem in self._problems(name))
        not_reachable = sum(self.not_reachable[name] for name in names)
        return Report(**counts, problems=problems, not_reachable=not_reachable, left=self.left)

    def _counts(self, names: list[str], kind: FileKind) -> Counts:
        counts = {outcome.value: sum(self.rows[name, kind, outcome] for name in names) for outcome in Outcome}
        return Counts(read=sum(counts.values()), **counts)

    def _problems(self, name: str) -> list[Problem]:
        found = sorted(self.problems.get(name, ()), key=lambda one: (one.row or 0, one.column or ""))
        if unsaid := self.left_unsaid[name]:
            found.append(Problem(name, None, None, f"{unsaid:,} more problems are not listed"))
        if self.left:
            reason = f"Time ran out with {self.left:,} patients to go. Unless it goes on by itself, send the file again"
            found.append(Problem(name, None, None, reason))
        return found
