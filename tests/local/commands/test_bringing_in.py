"""`prm clinic` and `prm import`, on services in memory instead of the running system."""

import importlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from local.places import REPOSITORY
from prm import wiring
from prm.core.errors import Conflict, Invalid, NotFound
from prm.core.settings import Settings
from tests.conftest import PREFIX
from tests.fakes import FakeClock

EXAMPLES = REPOSITORY / "docs" / "examples"
CLINIC = str(EXAMPLES / "clinic.json")
FILES = str(EXAMPLES / "patients.csv"), str(EXAMPLES / "visits.csv")

type Prm = Callable[..., Result]


@pytest.fixture
def prm(tables: None, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Prm:
    house = wiring.house(Settings(tables=PREFIX), clock)

    def run(name: str, *arguments: str) -> Result:
        module = importlib.import_module(f"local.commands.{name}")
        monkeypatch.setattr(module, "connect", lambda: house)
        done = CliRunner().invoke(module.command, arguments)
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return run


@pytest.fixture
def riverbend(prm: Prm) -> Prm:
    """The commands, with the example clinic made."""
    prm("clinic", "create", CLINIC)
    return prm


def facts(done: Result) -> Any:
    return json.loads(done.stdout)


def test_a_clinic_is_made_from_a_file(prm: Prm) -> None:
    assert facts(prm("clinic", "create", CLINIC, "--json")) == {"clinic_id": "riverbend"}
    assert facts(prm("clinic", "list", "--json")) == [{"clinic_id": "riverbend", "name": "Riverbend Physical Therapy"}]


def test_a_clinic_is_made_once(riverbend: Prm) -> None:
    with pytest.raises(Conflict, match="There is a clinic with the id riverbend already"):
        riverbend("clinic", "create", CLINIC)


def test_a_file_that_is_no_clinic_makes_none(prm: Prm, tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text("{}")
    with pytest.raises(Invalid, match="postal_address: is missing"):
        prm("clinic", "create", str(tmp_path / "c.json"))
    assert prm("clinic", "list").stdout == "No clinics yet.\n"


def test_asking_promoters_alone_comes_with_a_warning(prm: Prm, tmp_path: Path) -> None:
    settings = json.loads(Path(CLINIC).read_text()) | {"review_policy": "promoters"}
    (tmp_path / "c.json").write_text(json.dumps(settings))
    done = prm("clinic", "create", str(tmp_path / "c.json"), "--json")
    assert facts(done) == {"clinic_id": "riverbend"}
    assert "review gating" in done.stderr


def test_a_clinic_is_shown(riverbend: Prm) -> None:
    shown = riverbend("clinic", "show", "riverbend").stdout
    for part in ("Riverbend Physical Therapy (riverbend)", "412 Mill Street", "Fri 08:00-16:00", "Mei-Lin Chen"):
        assert part in shown
    assert facts(riverbend("clinic", "show", "riverbend", "--json"))["hours"]["4"]["closes"] == "16:00:00"


def test_files_come_in_and_are_reported(riverbend: Prm) -> None:
    found = facts(riverbend("import_", "riverbend", *FILES, "--json"))
    assert found["patients"] == {"read": 10, "new": 10, "changed": 0, "unchanged": 0, "refused": 0}
    assert found["visits"]["new"] == found["visits"]["read"] == 47
    assert found["problems"] == []


def test_the_same_again_is_the_same(riverbend: Prm) -> None:
    riverbend("import_", "riverbend", *FILES)
    assert facts(riverbend("import_", "riverbend", *FILES, "--json"))["visits"]["unchanged"] == 47


def test_a_dry_run_stores_nothing(riverbend: Prm) -> None:
    said = riverbend("import_", "riverbend", *FILES, "--dry-run").stdout
    assert said.endswith("Nothing was stored: this was a dry run.\n")
    assert facts(riverbend("import_", "riverbend", *FILES, "--json"))["patients"]["new"] == 10


def test_rows_with_one_reason_are_told_together(riverbend: Prm, tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_text("visit_id,patient_id,start,status\n" + "1,9,2026-11-23 09:00,completed\n" * 8)
    said = riverbend("import_", "riverbend", str(tmp_path / "v.csv")).stdout
    assert "v.csv, patient_id: There is no patient with this number (rows 2, 3, 4, 5, 6, 7 and 2 more)" in said


def test_who_cannot_be_reached_is_counted(riverbend: Prm) -> None:
    assert "Not reachable, for want of an email address: 1 of" in riverbend("import_", "riverbend", *FILES).stdout


def test_nothing_but_unreadable_files_ends_with_1(riverbend: Prm, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(b"%PDF-1.7")
    done = riverbend("import_", "riverbend", str(tmp_path / "x.csv"), "--json")
    assert (done.exit_code, done.stderr) == (1, "x.csv: This is a PDF. Export a CSV file instead\n")
    assert facts(done)["problems"][0]["row"] is None


def test_the_order_of_dates_can_be_said(riverbend: Prm, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("patient_id,last_name,birth_date\n1,Lee,25/12/1986\n")
    path = str(tmp_path / "p.csv")
    assert facts(riverbend("import_", "riverbend", path, "--json"))["patients"]["refused"] == 1
    assert facts(riverbend("import_", "riverbend", path, "--date-order", "dmy", "--json"))["patients"]["new"] == 1


def test_an_unknown_clinic_is_refused(prm: Prm) -> None:
    with pytest.raises(NotFound):
        prm("import_", "nowhere", *FILES)


@pytest.mark.parametrize(
    "arguments", [["riverbend"], ["riverbend", "gone.csv"], ["riverbend", CLINIC, "--date-order", "ydm"]]
)
def test_a_wrong_call_ends_with_2(prm: Prm, arguments: list[str]) -> None:
    assert prm("import_", *arguments).exit_code == 2
