"""Numbers to take away: CSV that opens in any spreadsheet, and runs in none."""

import csv
import io
from collections.abc import Iterable, Sequence

from chalice import Response

from prm.web.page import PRIVATE

CSV = "text/csv; charset=utf-8"
_BYTE_ORDER_MARK = "\ufeff"
_BEGINS_FORMULA = tuple("=+-@\t\r\n＝＋－＠|%")  # noqa: RUF001  # spreadsheets take full-width signs for the same
_QUOTE = "'"

type Cell = str | int | float | None


def cell(value: Cell) -> str:
    """Return a cell as it stands in the file.

    Text that a spreadsheet would take for a formula is led by a quotation mark, which it shows as text (OWASP, CSV
    injection); so is text that does so behind blanks, which some spreadsheets take away. Numbers of ours are numbers.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        return f"{value:g}" if isinstance(value, float) else str(value)
    begins = value.lstrip(" \u00a0\u200b\ufeff\x00").startswith(_BEGINS_FORMULA)
    return _QUOTE + value if begins else value


def rows(columns: Sequence[str], lines: Iterable[Sequence[Cell]]) -> str:
    """Return a file: every cell in quotes, lines ended as RFC 4180 says, UTF-8 announced by a byte order mark."""
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([cell(one) for one in columns])
    writer.writerows([cell(one) for one in line] for line in lines)
    return _BYTE_ORDER_MARK + written.getvalue()


def download(name: str, columns: Sequence[str], lines: Iterable[Sequence[Cell]]) -> Response:
    """Return the file as an answer the browser saves. `name` is ours: plain letters, digits and hyphens."""
    headers: dict[str, str | list[str]] = {
        "Content-Type": CSV,
        "Content-Disposition": f'attachment; filename="{name}.csv"',
        **PRIVATE,
    }
    return Response(rows(columns, lines), headers=headers)
