"""The example clinic as `prm example` writes it, and as docs/examples shows it."""

import csv
import datetime as dt
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from local import example
from local.commands import example as command
from prm import wiring
from prm.clinics import form
from prm.core.errors import Conflict
from prm.core.settings import Settings
from prm.patients.csvfile import CsvFile
from tests.conftest import PREFIX
from tests.fakes import FakeClock

DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2046, 1, 1))
VISITS = (example.EXAMPLES / "visits.csv").read_text(encoding="utf-8")


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


def day(text: str) -> dt.date:
    return dt.datetime.strptime(text.split(" ", maxsplit=1)[0], "%m/%d/%Y").replace(tzinfo=dt.UTC).date()


@pytest.mark.parametrize("name", example.FILES)
def test_on_the_day_after_the_examples_they_are_written_as_they_are(tmp_path: Path, name: str) -> None:
    assert example.write(tmp_path, dt.date(2026, 11, 24)) == example.DAY
    assert (tmp_path / name).read_bytes() == (example.EXAMPLES / name).read_bytes()


@given(DAYS)
def test_only_dates_move_and_none_to_a_weekend(today: dt.date) -> None:
    moved, shown = rows(example.moved(VISITS, example.working_day_before(today))), rows(VISITS)
    undated = [{**row, "starts_at": row["starts_at"][10:], "ends_at": row["ends_at"][10:]} for row in moved]

    assert undated == [{**row, "starts_at": row["starts_at"][10:], "ends_at": row["ends_at"][10:]} for row in shown]
    assert {day(row["starts_at"]).weekday() for row in moved} <= set(range(5))


@given(DAYS)
def test_what_happened_is_past_and_what_is_planned_is_to_come(today: dt.date) -> None:
    for row in rows(example.moved(VISITS, example.working_day_before(today))):
        assert (day(row["starts_at"]) >= today) == (row["status"] == "scheduled")


@given(DAYS)
def test_no_patient_comes_twice_a_day(today: dt.date) -> None:
    moved = rows(example.moved(VISITS, example.working_day_before(today)))

    assert len({(row["patient_id"], day(row["starts_at"])) for row in moved}) == len(moved)


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize("today", [dt.date(2027, 7, 5), dt.date(2027, 7, 10), dt.date(2028, 2, 29)], ids=str)
def test_on_any_day_the_evaluations_are_news_to_the_rules(tmp_path: Path, today: dt.date) -> None:
    example.write(tmp_path, today)
    clock = FakeClock(dt.datetime.combine(today, dt.time(16), dt.UTC))
    house = wiring.house(Settings(tables=PREFIX), clock)
    clinic = house.clinics.create(form.read((tmp_path / "clinic.json").read_bytes()))

    with (tmp_path / "patients.csv").open("rb") as patients, (tmp_path / "visits.csv").open("rb") as visits:
        done = house.patients.import_files(clinic, [CsvFile("patients.csv", patients), CsvFile("visits.csv", visits)])
    (rule, *_) = house.rules.bundle(clinic.id, "after-evaluation")
    shown = house.rules.preview(clinic.id, rule, clock.business())

    assert (done.problems, done.visits.new) == ((), len(rows(VISITS)))
    assert {"1001", "1003", "1006"} <= {*shown.now, *(number for _, number in shown.later)}


def test_files_that_are_there_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "visits.csv").write_text("mine")

    with pytest.raises(Conflict, match=r"holds visits\.csv already"):
        example.write(tmp_path, example.DAY)
    assert [path.name for path in tmp_path.iterdir()] == ["visits.csv"]


def test_the_command_says_what_it_wrote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRM_LOCAL", str(tmp_path / "nothing"))
    folder = tmp_path / "new" / "example"
    done = CliRunner().invoke(command.command, [str(folder), "--json"])
    facts = json.loads(done.stdout)

    assert facts["files"] == [str(folder / name) for name in example.FILES]
    assert dt.date.fromisoformat(facts["first_evaluations"]) < dt.datetime.now(dt.UTC).date()
