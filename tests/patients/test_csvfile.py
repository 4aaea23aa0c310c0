import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prm.core.errors import Invalid
from prm.patients import columns
from prm.patients.csvfile import MAX_FILE, MAX_RECORD, Broken, CsvFile, Record, lines_in, open_table, records

HEADER = "patient_id,first_name,last_name"


def read(content: str | bytes, delimiter: str = ",") -> list[Record | Broken]:
    return list(records(io.BytesIO(content.encode() if isinstance(content, str) else content), delimiter))


def cells(content: str | bytes) -> list[list[str]]:
    table = open_table(
        CsvFile("f", io.BytesIO(content.encode() if isinstance(content, str) else content)), columns.known
    )
    return [row.cells for row in table.rows() if isinstance(row, Record)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    text = f"{HEADER}\n1,Ann,Lee\n".replace(",", delimiter)
    assert cells(text) == [["1", "Ann", "Lee"]]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_any_line_ending_will_do(ending: str) -> None:
    assert cells(f"{HEADER}\n1,Ann,Lee\n2,Bo,Ray".replace("\n", ending)) == [["1", "Ann", "Lee"], ["2", "Bo", "Ray"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252"])
def test_names_survive_their_encoding(encoding: str) -> None:
    assert cells(f"{HEADER}\n1,José,Nuñez\n".encode(encoding)) == [["1", "José", "Nuñez"]]


def test_one_line_in_another_encoding_spoils_no_other() -> None:
    content = f"{HEADER}\n1,José,Nuñez\n".encode() + "2,Zoë,Brontë\n".encode("windows-1252")
    assert cells(content) == [["1", "José", "Nuñez"], ["2", "Zoë", "Brontë"]]


def test_a_quoted_line_break_belongs_to_its_cell_and_lines_are_counted_on() -> None:
    assert read('a,"b\nc"\nd,e\n') == [Record(1, ["a", "b\nc"]), Record(3, ["d", "e"])]


def test_titles_above_the_header_and_blank_rows_are_passed_over() -> None:
    assert cells(f"Patient list\nPrinted today\n\n{HEADER}\n\n1,Ann,Lee\n , ,\n") == [["1", "Ann", "Lee"]]


def test_a_quote_that_is_never_closed_costs_one_row() -> None:
    text = '1,"Ann,Lee\n2,Bo,Ray\n3,Cy,Fox\n'
    assert read(text) == [
        Broken(1, "A quotation mark is opened and never closed"),
        Record(2, ["2", "Bo", "Ray"]),
        Record(3, ["3", "Cy", "Fox"]),
    ]


def test_a_stray_quote_in_a_quoted_cell_costs_one_row() -> None:
    found = read('1,"Ann "Nan" Lee"\n2,Bo\n')
    assert found == [Broken(1, "A quotation mark inside a quoted cell must be doubled"), Record(2, ["2", "Bo"])]


def test_a_quote_within_plain_text_is_text() -> None:
    assert read('1,5" tall\n') == [Record(1, ["1", '5" tall'])]


def test_a_line_of_5_mb_costs_one_row() -> None:
    found = read("1,a\n2," + "x" * 5_000_000 + "\n3,c\n")
    assert found == [
        Record(1, ["1", "a"]),
        Broken(2, "The row is longer than 131,072 characters"),
        Record(3, ["3", "c"]),
    ]


def test_an_unclosed_quote_before_a_very_long_line_costs_two_rows() -> None:
    found = read('1,"a\n2,' + "x" * (MAX_RECORD + 1) + "\n3,c\n")
    assert [row.line for row in found if isinstance(row, Broken)] == [1, 2]
    assert found[-1] == Record(3, ["3", "c"])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n  ,,\r\n", "empty"),
        (b"PK\x03\x04rest of a workbook", "Excel workbook"),
        (b"\xd0\xcf\x11\xe0rest", "Excel workbook"),
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8b\x08", "compressed"),
        (("\ufeff" + HEADER).encode("utf-16-le"), "UTF-16"),
        (bytes(range(256)) * 40, "not a text file"),
        (b"Just some words\nand more\n", "No row with column names"),
        (b"a,b,c\n1,2,3\n", "No row with column names"),
    ],
)
def test_what_is_no_table_is_refused_with_a_remedy(content: bytes, reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        cells(content)


def test_a_file_above_the_limit_is_refused_unread() -> None:
    class Huge(io.BytesIO):
        def seek(self, offset: int, whence: int = 0) -> int:
            return MAX_FILE + 1 if whence == io.SEEK_END else super().seek(offset, whence)

    with pytest.raises(Invalid, match="larger than 100 MB"):
        open_table(CsvFile("f", Huge(HEADER.encode())), columns.known)


@pytest.mark.parametrize("row", ["1,Ann,Lee\n", "\n", '"\n', ",,\r\n", "=\r", '"a\nb",,\n'])
def test_a_file_of_too_many_rows_is_refused_before_any_is_taken(row: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prm.patients.csvfile.MAX_ROWS", 100)
    with pytest.raises(Invalid, match="more than 100 rows"):
        cells(HEADER + "\n" + row * 1000)


def test_line_breaks_in_cells_do_not_count_as_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prm.patients.csvfile.MAX_ROWS", 100)
    assert len(cells(HEADER + "\n" + '1,"a\nb\nc\nd",Lee\n' * 99)) == 99


@given(st.text(alphabet='",\n ab\r', max_size=200))
def test_there_are_no_more_rows_than_lines(text: str) -> None:
    assert len(read(text)) <= lines_in(io.BytesIO(text.encode()))


@given(st.binary(max_size=3000))
def test_no_bytes_make_the_reader_fail(content: bytes) -> None:
    lines = [row.line for row in read(content)]
    assert lines == sorted(set(lines))


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8"), max_size=30), min_size=2, max_size=5), max_size=8))
def test_what_a_spreadsheet_writes_is_read_back(rows: list[list[str]]) -> None:
    import csv

    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows(rows)
    content = written.getvalue().encode()
    found = [row.cells for row in read(content) if isinstance(row, Record)]
    assert found == rows


@given(st.text(alphabet='",\n ab\r', max_size=200))
def test_every_line_is_in_exactly_one_row(text: str) -> None:
    found = read(text)
    lines = io.StringIO(text, newline="").readlines()
    spans = [row.line for row in found]
    assert spans == sorted(set(spans))
    assert not lines or spans[0] == 1
    assert all(line <= len(lines) for line in spans)
