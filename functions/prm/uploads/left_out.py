"""The rows that were left out, as they came, so that they can be put right and brought in again."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO, cast

from prm.core import sheet
from prm.patients.columns import REASON
from prm.patients.csvfile import Broken
from prm.patients.importing import Source
from prm.patients.report import Problem
from prm.uploads.troubles import said


def write(sources: Sequence[Source], refused: Mapping[str, Mapping[int, Problem]]) -> BinaryIO:
    """Return the file, on disk: each cell as it was typed, but for what a spreadsheet would run."""
    content = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115 - handed on, the reader closes it
    content.write("\ufeff".encode())
    for source in sources:
        if rows := refused.get(source.name):
            for line in _lines(source, rows):
                content.write(sheet.line(line).encode("utf-8", "replace"))
    content.seek(0)
    return content


def _lines(source: Source, refused: Mapping[int, Problem]) -> Iterator[list[str]]:
    kept = [place for place, name in enumerate(source.table.header) if name.strip() != REASON]
    yield [*(source.table.header[place] for place in kept), REASON]
    for row in source.table.rows():
        problem = refused.get(row.line)
        if problem is None:
            continue
        why = f"Row {row.line}: {said(problem.reason)}"
        if isinstance(row, Broken):
            yield [*("" for _ in kept), why]
        else:
            yield [*(row.cells[place] if place < len(row.cells) else "" for place in kept), why]
