"""docs/importing.md says what the code knows, in the same order."""

import re
from pathlib import Path

import pytest

from prm.patients import wording
from prm.patients.columns import COLUMNS, FileKind
from prm.patients.model import VisitStatus

TEXT = (Path(__file__).parents[2] / "docs" / "importing.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", list(FileKind))
def test_each_column_stands_there_with_its_other_names(kind: FileKind) -> None:
    _, _, part = TEXT.partition(f"### {kind.capitalize()}\n")
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|", part.partition("\n#")[0].partition("\nA therapist")[0], re.MULTILINE)
    told = {column: tuple(re.findall(r"`(\w+)`", others)) for column, others in rows}
    known = {column: tuple(name for name in names if name != column) for column, names in COLUMNS[kind].items()}
    assert told == known


@pytest.mark.parametrize("status", list(VisitStatus))
def test_each_word_for_a_status_is_one(status: VisitStatus) -> None:
    name = status.value.replace("_", "-")
    row = re.search(rf"^\| {name} \| (.*) \|$", TEXT, re.MULTILINE)
    assert row
    assert {wording.status(word) for word in [name, *row[1].split(", ")]} == {status}
