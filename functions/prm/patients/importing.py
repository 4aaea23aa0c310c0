"""Imports, first half: files are read, and their rows gathered by patient, so that each patient is written once.

Nothing is written here. A file tells what is so, never what is no longer so: rows that are missing from it delete
nothing.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from prm.clinics.model import Clinic
from prm.core import record
from prm.core.errors import Invalid
from prm.patients import columns, csvfile
from prm.patients.columns import DATES, FileKind, Layout
from prm.patients.csvfile import Broken, CsvFile, Record, Table
from prm.patients.dates import Ambiguous, Order, OrderFinder
from prm.patients.reading import Reader, Row
from prm.patients.report import Problem, Tally

SAY_WHICH = "Say which is first: date_order in the clinic's settings, or --date-order"
_EMPTY = "The file has a header and no rows"


@dataclass(frozen=True)
class Source:
    """A file of which kind and layout are known."""

    name: str
    table: Table
    layout: Layout

    def problem(self, row: int | None, column: str | None, reason: str) -> Problem:
        """Return a problem of this file."""
        return Problem(self.name, row, column or None, reason)


@dataclass(slots=True)
class Group:
    """All rows of one patient, as (source, line, model as JSON): a fifth of what the models would take in memory."""

    patients: list[tuple[int, int, str]] = field(default_factory=list)
    visits: list[tuple[int, int, str]] = field(default_factory=list)


@dataclass
class Intake:
    """What a set of files says on `today`, the clinic's, gathered by patient id."""

    today: dt.date
    sources: list[Source] = field(default_factory=list)
    groups: dict[str, Group] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)

    def group(self, patient_id: str) -> Group:
        """Return the rows of a patient."""
        return self.groups.setdefault(patient_id, Group())


def read(clinic: Clinic, files: Sequence[CsvFile], now: dt.datetime, order: Order | None) -> Intake:
    """Read the files, patients before visits. What is wrong with a file or a row stands in the tally."""
    intake = Intake(now.astimezone(clinic.tz).date())
    opened = [source for file in files if (source := _open(file, intake.tally))]
    for source in sorted(opened, key=lambda one: one.layout.kind is FileKind.VISITS):
        intake.sources.append(source)
        chosen = order or (Order(clinic.date_order) if clinic.date_order else None)
        orders = dict.fromkeys(DATES[source.layout.kind], chosen) if chosen else _orders(source)
        _Gathering(intake, source, Reader(clinic, source.layout, orders, now)).run()
    return intake


def _open(file: CsvFile, tally: Tally) -> Source | None:
    try:
        table = csvfile.open_table(file, columns.known)
        return Source(file.name, table, columns.recognise(table.header))
    except Invalid as err:
        tally.say(Problem(file.name, None, None, err.message))
        return None


def _orders(source: Source) -> dict[str, Order | None]:
    finders = {column: OrderFinder() for column in DATES[source.layout.kind] if column in source.layout}
    for row in source.table.rows():
        if isinstance(row, Record):
            for column, finder in finders.items():
                place = source.layout.places[column]
                if place < len(row.cells):
                    finder.look(row.cells[place])
    return {column: finder.order for column, finder in finders.items()}


@dataclass
class _Gathering:
    """Puts the rows of one file into their patients' groups."""

    intake: Intake
    source: Source
    reader: Reader

    def run(self) -> None:
        index = len(self.intake.sources) - 1
        read = 0
        for row in self.source.table.rows():
            read += 1
            if isinstance(row, Broken):
                self._refuse(row.line, "", row.reason)
            else:
                self._take(index, row)
        if not read:
            self.intake.tally.say(self.source.problem(None, None, _EMPTY))
        self._say_unknown()

    def _take(self, index: int, record_: Record) -> None:
        row = Row(self.source.layout, record_.line, record_.cells)
        try:
            self._gather(index, row)
        except Ambiguous as err:
            self._refuse(row.line, err.field, f"{err.message}. {SAY_WHICH}")
        except Invalid as err:
            self._refuse(row.line, err.field, err.message)
        else:
            for note in row.notes:
                self.intake.tally.say(self.source.problem(row.line, note.column, f"{note.reason}. Stored without it"))

    def _gather(self, index: int, row: Row) -> None:
        if self.source.layout.kind is FileKind.PATIENTS:
            patient = self.reader.patient(row)
            group = self.intake.group(patient.id)
            group.patients.append((index, row.line, record.dump(patient)))
        else:
            number, visit = self.reader.visit(row)
            group = self.intake.group(self.reader.patient_id(number))
            group.visits.append((index, row.line, record.dump(visit)))

    def _refuse(self, line: int, column: str, reason: str) -> None:
        self.intake.tally.refuse(self.source.layout.kind, self.source.problem(line, column, reason))

    def _say_unknown(self) -> None:
        for (column, text), met in self.reader.unknown.items():
            rows = "1 row" if met.count == 1 else f"{met.count:,} rows"
            reason = f"“{text}” is not in the clinic's settings. {rows} stored without it"
            self.intake.tally.say(self.source.problem(met.line, column, reason))
