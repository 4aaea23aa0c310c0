"""Numbers to take away: CSV that opens in any spreadsheet, and runs in none."""

from collections.abc import Iterable, Sequence

from chalice import Response

from prm.core.sheet import Cell, cell, rows
from prm.web.page import PRIVATE

__all__ = ["Cell", "cell", "download", "rows"]

CSV = "text/csv; charset=utf-8"


def download(name: str, columns: Sequence[str], lines: Iterable[Sequence[Cell]]) -> Response:
    """Return the file as an answer the browser saves. `name` is ours: plain letters, digits and hyphens."""
    headers: dict[str, str | list[str]] = {
        "Content-Type": CSV,
        "Content-Disposition": f'attachment; filename="{name}.csv"',
        **PRIVATE,
    }
    return Response(rows(columns, lines), headers=headers)
