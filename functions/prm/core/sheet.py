"""CSV that opens in any spreadsheet, and runs in none."""

import csv
import io
from collections.abc import Iterable, Sequence

_BYTE_ORDER_MARK = "\ufeff"
_BEGINS_FORMULA = tuple("=+-@\t\r\n＝＋－＠|%")  # noqa: RUF001  # spreadsheets take full-width signs for the same
_PASSED_OVER = " \u00a0\u200b\ufeff\x00"
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
    return _QUOTE + value if _is_formula(value) else value


def plain(text: str) -> str:
    """Return the text that `cell` made safe, as it was: a file of ours may come back."""
    return text[1:] if text.startswith(_QUOTE) and _is_formula(text[1:]) else text


def line(cells: Iterable[Cell]) -> str:
    """Return one line: every cell in quotes, ended as RFC 4180 says."""
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow([cell(one) for one in cells])
    return written.getvalue()


def rows(columns: Sequence[str], lines: Iterable[Sequence[Cell]]) -> str:
    """Return a file; UTF-8 is announced by a byte order mark, without which spreadsheets guess."""
    return _BYTE_ORDER_MARK + line(columns) + "".join(line(one) for one in lines)


def _is_formula(text: str) -> bool:
    return text.lstrip(_PASSED_OVER).startswith(_BEGINS_FORMULA)
