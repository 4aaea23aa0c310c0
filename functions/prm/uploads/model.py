"""An uploaded file: how far it has come, what a look at it found, and what its import did."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from prm.mail.model import Kind
from prm.patients.columns import FileKind
from prm.patients.report import Counts

FILE = "file"
"""What the browser's file is called in its folder; its own name may be a patient's, and keys stand in logs."""

CHECK, IMPORT = "check", "import"
"""Empty files that ask for the one or the other."""
TROUBLES, ROWS, DRAFT = "troubles.json", "rows-left-out.csv", "draft.json"
IMPORTED = "import-"
"""What the names of an import's own documents begin with."""


class Stage(StrEnum):
    """How far a file has come."""

    CHECKING = "checking"
    CHECKED = "checked"
    IMPORTING = "importing"
    DONE = "done"


@dataclass(frozen=True)
class Mails:
    """Emails that an import leads to by one rule, as things stand: on the day of the look, and within a week of it."""

    rule: str
    kind: Kind
    today: int = 0
    week: int = 0


@dataclass(frozen=True)
class Trouble:
    """What is wrong with some rows for one reason, said of the first of them. `rows` are the first few of `count`.

    Rows `left_out` are not taken; of others only the cell is not.
    """

    reason: str
    column: str = ""
    left_out: bool = False
    count: int = 0
    rows: tuple[int, ...] = ()


@dataclass(frozen=True)
class Findings:
    """What a look at a file, or its import, came to. Counts are of rows.

    `unreadable` says why nothing could be read at all. `seconds` is how long it took. `rules` are those that were on,
    by id, with their names, `decided_by` their mark (see `forecast.mark`); `since` is the moment before which nothing
    that happened leads to an email.
    """

    at: dt.datetime
    patients: Counts = field(default_factory=Counts)
    visits: Counts = field(default_factory=Counts)
    not_reachable: int = 0
    unreadable: str = ""
    seconds: int = 0
    mails: tuple[Mails, ...] = ()
    rules: dict[str, str] | None = None
    decided_by: str = ""
    since: dt.datetime | None = None

    @property
    def counts(self) -> dict[FileKind, Counts]:
        """The counts by what the rows are about."""
        return {FileKind.PATIENTS: self.patients, FileKind.VISITS: self.visits}

    @property
    def read(self) -> int:
        """Rows in the file."""
        return self.patients.read + self.visits.read

    @property
    def left_out(self) -> int:
        """Rows that are not taken."""
        return self.patients.refused + self.visits.refused

    @property
    def news(self) -> int:
        """Rows that say something new."""
        return sum(one.new + one.changed for one in self.counts.values())

    @property
    def week(self) -> int:
        """Emails within a week."""
        return sum(one.week for one in self.mails)

    @property
    def today(self) -> int:
        """Emails of the same day."""
        return sum(one.today for one in self.mails)


@dataclass(frozen=True)
class Upload:
    """One file, or the example's two. `at` is when it arrived (wall time), `by` who brought it, nobody for a drop.

    `tag` is S3's word for its bytes: a form that is sent twice brings another file under the same key. `order` is how
    its dates are written, where someone said so. `done` counts the patients looked at so far. `is_drop`: a program put
    it into the records folder, and nobody was asked.
    """

    clinic: str
    id: str
    by: str
    name: str
    at: dt.datetime
    size: int = 0
    stage: Stage = Stage.CHECKING
    order: str = ""
    files: tuple[str, ...] = (FILE,)
    is_example: bool = False
    is_drop: bool = False
    tag: str = ""
    done: int = 0
    check: Findings | None = None
    imported_by: str = ""
    imported_at: dt.datetime | None = None
    result: Findings | None = None
    version: int = 1

    @property
    def folder(self) -> str:
        """Where its files lie."""
        return f"uploads/{self.clinic}/{self.id}/"

    @property
    def reports(self) -> str:
        """Where what was found lies."""
        return f"reports/{self.clinic}/uploads/{self.id}/"

    @property
    def found(self) -> Findings | None:
        """What is known last."""
        return self.result or self.check

    @property
    def can_be_imported(self) -> bool:
        """Whether there is something to confirm."""
        return self.stage is Stage.CHECKED and self.check is not None and self.check.news > 0
