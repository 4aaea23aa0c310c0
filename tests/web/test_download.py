"""What a clinic takes away opens in any spreadsheet, and runs in none."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prm.web.download import cell, download, rows

FORMULAS = [
    '=HYPERLINK("http://evil.example","click")',
    "+1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\u00a0=1+1",
    "\ufeff=1+1",
    "＝1+1",  # noqa: RUF001
    "|cmd",
    "%0A=1",
]


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@pytest.mark.parametrize("formula", FORMULAS)
def test_what_a_spreadsheet_would_run_it_shows(formula: str) -> None:
    [_, [written]] = read(rows(["words"], [[formula]]))
    assert written == f"'{formula}"


@pytest.mark.parametrize("text", ["Anna", "10", "a=b", "it's fine", "", "O'Neil", "Ana-Maria"])
def test_other_words_stay_as_they_are(text: str) -> None:
    assert cell(text) == text


@pytest.mark.parametrize(("number", "written"), [(-12, "-12"), (3.5, "3.5"), (-0.25, "-0.25"), (None, "")])
def test_numbers_of_ours_stay_numbers(number: float | None, written: str) -> None:
    assert cell(number) == written


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_whatever_was_written_is_read_back_and_no_cell_begins_a_formula(lines: list[list[str]]) -> None:
    lines = [[one.replace("\x00", "") for one in line] for line in lines]
    found = read(rows(["a", "b"], lines))
    assert [[one.removeprefix("'") for one in line] for line in found[1:]] == [
        [one.removeprefix("'") for one in line] for line in lines
    ]
    assert not [one for line in found for one in line if one.lstrip()[:1] in set("=+-@") and one]


def test_the_file_is_saved_not_shown() -> None:
    answer = download("riverbend-nps-2026-11", ["Month"], [["2026-11"]])
    assert answer.headers["Content-Disposition"] == 'attachment; filename="riverbend-nps-2026-11.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.body == '\ufeff"Month"\r\n"2026-11"\r\n'
