"""What an import did, row by row, in words for the person who sent the file."""

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

    `not_reachable` counts the patients in the files to whom no mail can go, for want of an address.
    """

    patients: Counts = Counts()
    visits: Counts = Counts()
    problems: tuple[Problem, ...] = ()
    not_reachable: int = 0

    @property
    def counts(self) -> dict[FileKind, Counts]:
        """The counts by kind of file."""
        return {FileKind.PATIENTS: self.patients, FileKind.VISITS: self.visits}


@dataclass
class Tally:
    """Collects what becomes a report."""

    counts: dict[FileKind, dict[Outcome, int]] = field(
        default_factory=lambda: {kind: dict.fromkeys(Outcome, 0) for kind in FileKind}
    )
    problems: list[Problem] = field(default_factory=list)
    left_unsaid: int = 0
    not_reachable: int = 0

    def count(self, kind: FileKind, outcome: Outcome) -> None:
        """Count one row."""
        self.counts[kind][outcome] += 1

    def say(self, problem: Problem) -> None:
        """Keep a problem, or only count it where there are too many to read."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(problem)
        else:
            self.left_unsaid += 1

    def refuse(self, kind: FileKind, problem: Problem) -> None:
        """Count a row that is left out, and say why."""
        self.count(kind, Outcome.REFUSED)
        self.say(problem)

    def report(self, files: list[str]) -> Report:
        """Return the report; problems follow the order of `files` and of their rows."""
        order = {name: place for place, name in enumerate(files)}
        problems = sorted(self.problems, key=lambda one: (order.get(one.file, 0), one.row or 0, one.column or ""))
        if self.left_unsaid:
            problems.append(Problem(files[-1], None, None, f"{self.left_unsaid:,} more problems are not listed"))
        counts = {kind.value: self._counts(kind) for kind in FileKind}
        return Report(**counts, problems=tuple(problems), not_reachable=self.not_reachable)

    def _counts(self, kind: FileKind) -> Counts:
        counts = {outcome.value: number for outcome, number in self.counts[kind].items()}
        return Counts(read=sum(counts.values()), **counts)
