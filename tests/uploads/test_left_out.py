"""The rows that were left out, put right and brought again."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from prm.core import sheet
from prm.patients import importing
from prm.patients.csvfile import CsvFile
from prm.patients.importing import Intake
from prm.uploads import left_out
from tests import examples
from tests.fakes import NOON


def read(text: str | bytes, name: str = "people.csv") -> Intake:
    content = text.encode() if isinstance(text, str) else text
    return importing.read(examples.riverbend(), [CsvFile(name, io.BytesIO(content))], NOON, None)


def rows(intake: Intake) -> list[list[str]]:
    with left_out.write(intake.sources, intake.tally.refused) as content:
        return list(csv.reader(io.StringIO(content.read().decode("utf-8-sig"), newline="")))


def test_each_row_stands_as_it_was_typed_with_its_reason_behind_it() -> None:
    found = rows(read("patient_id;last_name;dob;shoe size\n1;Lee;1980-01-02;44\n007;Fox;31.02.80;9½\n;Ray;;\n"))

    assert found[0] == ["patient_id", "last_name", "dob", "shoe size", "what_is_wrong"]
    assert found[1][:4] == ["007", "Fox", "31.02.80", "9½"]
    assert found[2] == ["", "Ray", "", "", "Row 4: The patient number is missing"]


def test_a_row_that_cannot_be_told_apart_is_named() -> None:
    found = rows(read('patient_id,last_name\n1,"Lee\n2,Fox\n'))

    assert found[1] == ["", "", "Row 2: A quotation mark is opened and never closed"]


def test_the_column_of_reasons_is_not_there_twice() -> None:
    found = rows(read("patient_id,last_name,what_is_wrong\n,Lee,Row 9: old\n"))

    assert found[0] == ["patient_id", "last_name", "what_is_wrong"]
    assert found[1] == ["", "Lee", "Row 2: The patient number is missing"]


def test_only_in_a_file_of_ours_a_quotation_mark_before_a_formula_is_ours() -> None:
    text = "patient_id,last_name,phone{}\n1,Lee,'+1 937 555 0142{}\n"

    ours, theirs = read(text.format(",what_is_wrong", ",")), read(text.format("", ""))

    assert not ours.tally.problems
    assert [one.column for one in theirs.tally.problems["people.csv"]] == ["phone"]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20))
def test_whatever_a_cell_held_comes_back_as_it_was(text: str) -> None:
    safe = sheet.cell(text)

    assert sheet.plain(safe) == text or text == sheet.plain(text)
    if text != sheet.cell(text):
        assert sheet.plain(safe) == text
