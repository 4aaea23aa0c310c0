"""Files that someone bent on harm, or a spreadsheet, might hand in."""

import io
import re
from pathlib import Path

import pytest
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID

from prm.core.errors import NotFound, PrmError
from prm.mail import events, reply
from prm.patients import importing
from prm.patients.csvfile import CsvFile
from prm.patients.report import Counts
from prm.patients.service import PatientService
from prm.surveys import comment
from tests.examples import riverbend
from tests.fakes import NOON
from tests.patients.conftest import ANN, BO, PATIENTS, VISITS, Import

NUMBERS = [
    "a/b",
    "#",
    "riverbend#profile",
    "other#1",
    "profile",
    "visit#1",
    "../1",
    "%2F",
    "1;2",
    "'--",
    "é",
    "\U0001d7d9",
    "a b",
    "*",
]
OUR_KEY = re.compile(r"riverbend#[a-z2-7]{20}")


def rows() -> list[dict[str, dict[str, str]]]:
    """Return what the table of patients holds."""
    tables = get_backend("dynamodb")[DEFAULT_ACCOUNT_ID]["us-east-1"].tables
    found = next(one for name, one in tables.items() if name.endswith("patients"))
    return [item.to_json()["Attributes"] for item in found.all_items()]


def test_no_number_breaks_out_of_its_clinics_keys(bring: Import, patients: PatientService) -> None:
    people = [f'"{number}",Ann,Lee,,\n' for number in NUMBERS]
    visits = [f'"{number}","{number}",2026-11-23 09:00,,completed,\n' for number in NUMBERS]
    report = bring(PATIENTS + "".join(people), VISITS + "".join(visits))
    assert (report.patients.new, report.visits.new) == (len(NUMBERS), len(NUMBERS))
    assert {row["pk"]["S"] for row in rows() if not OUR_KEY.fullmatch(row["pk"]["S"])} == set()
    assert len({row["pk"]["S"] for row in rows()}) == len(NUMBERS)
    assert {
        row["sk"]["S"] for row in rows() if not re.fullmatch(r"profile|visit#[a-z2-7]{20}", row["sk"]["S"])
    } == set()
    assert [patients.look_up("riverbend", number).patient.record_number for number in NUMBERS] == NUMBERS


def test_no_number_finds_a_patient_of_another_clinic(bring: Import, patients: PatientService) -> None:
    bring(PATIENTS + ANN)
    (stored,) = patients.roster("riverbend")
    for name in (stored, f"#{stored}", f"riverbend#{stored}", f"../riverbend#{stored}"):
        with pytest.raises(NotFound):
            patients.look_up("river", name)
        with pytest.raises(NotFound):
            patients.look_up("", name)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ('"=1+1",Ann,Lee,,', "looks like a spreadsheet formula"),
        ('"@SUM(1)",Ann,Lee,,', "looks like a spreadsheet formula"),
        ("1,=cmd|' /C calc'!A0,Lee,,", "looks like a spreadsheet formula"),
        ("1,Ann,+1,,", "looks like a spreadsheet formula"),
        ("1,Ann,-1,,", "looks like a spreadsheet formula"),
        ('"1\x00",Ann,Lee,,', "characters that cannot be read"),
        ('"1\n2",Ann,Lee,,', "characters that cannot be read"),
        ("x" * 10_000 + ",Ann,Lee,,", "longer than 64 characters"),
        ("1," + "x" * 10_000 + ",Lee,,", "longer than 100 characters"),
        ("1,Ann,Lee,," + "x" * 10_000 + "@example.com", "not an email address"),
        ("1,Ann,Lee," + "9" * 10_000 + ",", "is not a date"),
        ("1,Ann,Lee,,,,,,,,more", "more cells than the header"),
    ],
)
def test_a_hostile_cell_is_named_and_costs_its_own_row_at_most(bring: Import, row: str, reason: str) -> None:
    report = bring(f"{PATIENTS}{row}\n{BO}")
    assert report.patients.new >= 1
    assert [problem.row for problem in report.problems] == [2]
    assert reason in report.problems[0].reason
    assert len(report.problems[0].reason) < 200


def test_of_two_columns_of_one_name_the_first_counts(bring: Import, patients: PatientService) -> None:
    bring("patient_id,patient_id,last_name,last_name\n1,2,Lee,Ray\n")
    assert patients.look_up("riverbend", "1").patient.last_name == "Lee"


def test_line_ends_may_be_mixed_and_cells_hold_line_breaks(bring: Import) -> None:
    text = 'patient_id,last_name,notes\r\n1,Lee,"a\nb\r\nc\rd"\r2,Ray,\n3,Fox,"""x""\n"\r\n\n\r4,Cy,'
    assert bring(text).patients == Counts(4, new=4)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_encodings_are_refused_as_a_whole(bring: Import, encoding: str) -> None:
    report = bring((PATIENTS + ANN).encode(encoding))
    assert (report.patients, len(report.problems)) == (Counts(), 1)
    assert rows() == []


def test_every_file_of_the_corpus_is_read_or_refused_by_every_reader(corpus: Path) -> None:
    """Nothing that people exported, wrote, forwarded or broke may raise what is none of our errors."""
    files = [one for one in sorted(corpus.rglob("*")) if one.is_file() and not one.name.startswith("sealed.")]
    assert len(files) > 700
    for one in files:
        with one.open("rb") as file:
            start = file.read(10_000)
        importing.read(riverbend(), [CsvFile(one.name, io.BytesIO(start))], NOON, None)
        for head in (b"", b"From: a@example.com\n\n", b"From: a@example.com\nContent-Type: text/html\n\n"):
            assert reply.read(head + start).kind in reply.Kind
        words = comment.clean(start.decode("utf-8", "replace"))
        assert len(comment.cut(words)) <= comment.LIMIT
        try:
            events.read(start.decode("latin-1"))
        except PrmError:
            continue
