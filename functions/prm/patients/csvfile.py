"""Reads CSV files as EMRs and spreadsheets write them, and trusts none of them.

UTF-8 or Windows-1252, told line by line, so that one bad byte spoils one line; comma, semicolon, tab or bar; quoted
newlines; any line ending. What is no table at all raises Invalid; a broken record is handed on as `Broken`, and the
line after it starts a new one, so a quote nobody closed costs one row instead of the rest of the file.
"""

import csv
import io
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from prm.core.errors import Invalid

MAX_FILE = 100 * 1024 * 1024
MAX_ROWS = 500_000
"""As many as an import may hold in memory: its function has 1 GB. Many small rows take more of it than a large file."""
MAX_RECORD = 128 * 1024
_SAMPLE = 64 * 1024
_HEADER_WITHIN = 20
_DELIMITERS = ",;\t|"
_STARTS_OF_OTHERS = {
    b"PK\x03\x04": "This is an Excel workbook or a zip file. Save it as CSV first",
    b"\xd0\xcf\x11\xe0": "This is an old Excel workbook. Save it as CSV first",
    b"%PDF": "This is a PDF. Export a CSV file instead",
    b"\x1f\x8b": "This file is compressed. Unpack it first",
    b"\xff\xfe": "This file is UTF-16 text. Save it as CSV in UTF-8",
    b"\xfe\xff": "This file is UTF-16 text. Save it as CSV in UTF-8",
}


@dataclass(frozen=True)
class CsvFile:
    """A file someone hands in: its name for the report, and bytes that can be read more than once."""

    name: str
    content: BinaryIO


@dataclass(frozen=True)
class Record:
    """One row: the line it starts on, counted from 1 with the header, and its cells."""

    line: int
    cells: list[str]


@dataclass(frozen=True)
class Broken:
    """A row that cannot be told apart into cells, and why."""

    line: int
    reason: str


@dataclass(frozen=True)
class Table:
    """A file whose header was found on line `header_line`."""

    file: CsvFile
    delimiter: str
    header: tuple[str, ...]
    header_line: int

    def rows(self) -> Iterator[Record | Broken]:
        """Yield what stands under the header, from the start at each call. Blank rows are passed over."""
        for row in records(self.file.content, self.delimiter):
            if row.line > self.header_line and (isinstance(row, Broken) or any(map(str.strip, row.cells))):
                yield row


def open_table(file: CsvFile, knows: Callable[[list[str]], int]) -> Table:
    """Find delimiter and header among the first rows; `knows` says how many cells of a row it knows as columns.

    Titles above the header are passed over. Raises Invalid with what to do about it.
    """
    _check_size(file.content)
    _check_text(file.content)
    best = max((_header(file, delimiter, knows) for delimiter in _DELIMITERS), key=lambda found: found[0])
    known, table = best
    if not known or table is None:
        raise Invalid("No row with column names was found. The first row must name the columns")
    _check_length(table)
    return table


def lines_in(content: BinaryIO) -> int:
    """Return how many lines there are: about as many as rows, or more where cells hold line breaks."""
    content.seek(0)
    ends = 0
    while part := content.read(1 << 20):
        ends += part.count(b"\n") + part.count(b"\r") - part.count(b"\r\n")
    return ends + 1


def _header(file: CsvFile, delimiter: str, knows: Callable[[list[str]], int]) -> tuple[int, Table | None]:
    sample = io.BytesIO(_start(file.content))
    best: tuple[int, Table | None] = (0, None)
    for _, row in zip(range(_HEADER_WITHIN), records(sample, delimiter), strict=False):
        if isinstance(row, Record) and (known := knows(row.cells)) > best[0]:
            best = known, Table(file, delimiter, tuple(row.cells), row.line)
    return best


def _check_size(content: BinaryIO) -> None:
    size = content.seek(0, io.SEEK_END)
    if size > MAX_FILE:
        raise Invalid(f"The file is larger than {MAX_FILE // 1024 // 1024} MB. Split it")
    if not _start(content).strip(b"\xef\xbb\xbf\r\n\t ,;|"):
        raise Invalid("The file is empty")


def _check_length(table: Table) -> None:
    content = table.file.content
    if lines_in(content) <= MAX_ROWS:
        return
    if sum(1 for _ in islice(records(content, table.delimiter), MAX_ROWS + 1)) > MAX_ROWS:
        raise Invalid(f"The file has more than {MAX_ROWS:,} rows. Split it")


def _check_text(content: BinaryIO) -> None:
    start = _start(content)
    for magic, reason in _STARTS_OF_OTHERS.items():
        if start.startswith(magic):
            raise Invalid(reason)
    controls = sum(start.count(code) for code in (*range(9), *range(14, 32), 127))
    if controls > max(8, len(start) // 100):
        raise Invalid("This is not a text file")


def _start(content: BinaryIO) -> bytes:
    content.seek(0)
    return content.read(_SAMPLE)


def records(content: BinaryIO, delimiter: str) -> Iterator[Record | Broken]:
    """Yield all records of a file from its start."""
    lines = _Lines(_physical(content))
    while (first := lines.peek()) is not None:
        if first.too_long:
            lines.take()
            yield Broken(first.number, f"The row is longer than {MAX_RECORD:,} characters")
            continue
        yield _record(lines, first.number, delimiter)


def _record(lines: "_Lines", number: int, delimiter: str) -> Record | Broken:
    source = lines.one_record()
    try:
        cells = next(csv.reader(source, delimiter=delimiter, strict=True), [])
    except csv.Error as err:
        lines.keep_first_only()
        return Broken(number, _reason(err))
    lines.done()
    return Record(number, cells)


def _reason(err: csv.Error) -> str:
    if "unexpected end" in str(err):
        return "A quotation mark is opened and never closed"
    if "expected after" in str(err):
        return "A quotation mark inside a quoted cell must be doubled"
    return "The row cannot be read as CSV"


@dataclass(frozen=True)
class _Line:
    number: int
    text: str
    too_long: bool = False


@dataclass
class _Lines:
    """Lines that can be given back when a record turns out to be broken."""

    source: Iterator[_Line]
    ahead: deque[_Line] = field(default_factory=deque)
    taken: list[_Line] = field(default_factory=list)

    def peek(self) -> _Line | None:
        if not self.ahead:
            line = next(self.source, None)
            if line is None:
                return None
            self.ahead.append(line)
        return self.ahead[0]

    def take(self) -> _Line:
        return self.ahead.popleft()

    def one_record(self) -> Iterator[str]:
        """Hand out lines for one record; running out of them, or of patience, ends it as if the file ended."""
        length = 0
        while (line := self.peek()) is not None and not line.too_long:
            length += len(line.text)
            if length > MAX_RECORD:
                return
            self.taken.append(self.take())
            yield line.text

    def keep_first_only(self) -> None:
        self.ahead.extendleft(reversed(self.taken[1:]))
        self.taken.clear()

    def done(self) -> None:
        self.taken.clear()


def _physical(content: BinaryIO) -> Iterator[_Line]:
    content.seek(0)
    # Latin-1 maps bytes to characters one to one: this splits lines at CR, LF and CR LF without a word on encoding.
    text = io.TextIOWrapper(content, encoding="latin-1", newline="")
    try:
        number = 0
        while line := text.readline(MAX_RECORD + 1):
            number += 1
            if len(line) > MAX_RECORD:
                _skip_rest(text, line)
                yield _Line(number, "", too_long=True)
            else:
                yield _Line(number, _decode(line.encode("latin-1"), first=number == 1))
    finally:
        text.detach()


def _skip_rest(text: io.TextIOWrapper, part: str) -> None:
    while part and not part.endswith(("\n", "\r")):
        part = text.readline(MAX_RECORD)


def _decode(line: bytes, *, first: bool) -> str:
    try:
        return line.decode("utf-8-sig" if first else "utf-8")
    except UnicodeDecodeError:
        return line.decode("windows-1252", errors="replace")
