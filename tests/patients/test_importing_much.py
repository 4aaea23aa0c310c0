"""Imports that are large, break off, or come twice at once, and files of real systems."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prm.clinics.model import Clinic
from prm.core import table
from prm.patients import importing
from prm.patients.model import Chart, Patient
from prm.patients.report import Counts, Report
from prm.patients.service import PatientService
from prm.patients.store import PatientStore
from tests.examples import riverbend
from tests.fakes import NOON, FakeClock
from tests.patients.conftest import (
    ANN,
    PATIENTS,
    VISITS,
    Import,
    csv_file,
    noted,
    of,
)


def test_a_chart_of_five_years_takes_more_than_one_transaction(
    bring: Import, patients: PatientService, requests: list[str]
) -> None:
    start = dt.date(2021, 1, 1)
    rows = [f"{n},1,{start + dt.timedelta(days=n)} 09:00,,completed,\n" for n in range(250)]
    report = bring(PATIENTS + ANN, VISITS + "".join(rows))
    assert report.visits == Counts(250, new=250)
    assert requests == ["Query"] + ["TransactWriteItems"] * 3
    assert len(of(patients, "1").visits) == 250


def test_an_import_that_breaks_off_can_come_again(
    bring: Import, patients: PatientService, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f"{n},1,2026-01-01 09:00,,completed,\n" for n in range(150)]
    files = PATIENTS + ANN, VISITS + "".join(rows)
    commit, sizes = table.transact, list[int]()

    def breaks(writes: Sequence[table.Write]) -> None:
        if sizes:
            raise ConnectionError
        sizes.append(len(writes))
        commit(writes)

    monkeypatch.setattr(table, "transact", breaks)
    with pytest.raises(ConnectionError):
        bring(*files)
    monkeypatch.undo()
    assert bring(*files).visits == Counts(150, new=51, unchanged=99)
    assert len(of(patients, "1").visits) == 150


def test_a_rival_import_is_read_again(bring: Import, patients: PatientService, monkeypatch: pytest.MonkeyPatch) -> None:
    find = PatientStore.find

    def late(store: PatientStore, clinic: str, patient: str) -> Chart | None:
        found = find(store, clinic, patient)
        if found is None:
            table.transact([store.add(clinic, Patient(patient, "1", "Ann", "Lee"), NOON)])
        return found

    monkeypatch.setattr(PatientStore, "find", late)
    assert bring(PATIENTS + ANN).patients == Counts(1, changed=1)
    assert of(patients, "1").patient.email == "ann@example.com"


@pytest.mark.dynamodb_local
def test_an_import_of_2000_patients(real_tables: None, clock: FakeClock, clinic: Clinic) -> None:
    """Not on moto, which copies the whole table for each item of a transaction."""
    patients = PatientService(PatientStore(shards=2), clock)
    people = [f"{n},First{n},Last{n},{1940 + n % 60}-0{1 + n % 9}-11,p{n}@example.com\n" for n in range(2000)]
    visits = [f"{n},{n % 2000},2026-11-{1 + n % 20:02} 09:00,,completed,treatment\n" for n in range(4000)]
    files = [csv_file(PATIENTS + "".join(people), "p"), csv_file(VISITS + "".join(visits), "v")]
    assert patients.import_files(clinic, files) == Report(Counts(2000, new=2000), Counts(4000, new=4000))
    with noted() as requests:
        again = patients.import_files(clinic, files)
    assert again == Report(Counts(2000, unchanged=2000), Counts(4000, unchanged=4000))
    assert set(requests) == {"Query"}


@pytest.mark.dynamodb_local
def test_many_patients_at_once_come_in_like_one_by_one(real_tables: None, clock: FakeClock, clinic: Clinic) -> None:
    patients = PatientService(PatientStore(shards=2), clock, at_once=8)
    people = [f"{n},First{n},Last{n},,\n" for n in range(200)]
    assert patients.import_files(clinic, [csv_file(PATIENTS + "".join(people))]).patients == Counts(200, new=200)
    assert len(list(patients.roster("riverbend"))) == 200


@pytest.mark.parametrize("folder", ["csv-and-fhir-same-patients/csv", "csv-emr-templates"])
def test_exports_of_real_systems(folder: str, corpus: Path, patients: PatientService, clinic: Clinic) -> None:
    files = [csv_file(path.read_bytes(), path.name) for path in sorted((corpus / folder).glob("*.csv"))]
    first = patients.import_files(clinic, files)
    assert first.patients.new == first.patients.read > 0
    assert first.visits.new == first.visits.read > 0
    assert first.not_reachable == first.patients.read
    again = patients.import_files(clinic, files)
    assert (again.patients.unchanged, again.visits.unchanged) == (first.patients.read, first.visits.read)


cell = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from(
    ["1", "2026-11-23 09:00", "11/12/26", "completed", "=1+1", "ann@example.com", "Total", '"', "NULL", "9:00"]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(cell, min_size=6, max_size=7), max_size=6), st.sampled_from([PATIENTS, VISITS]))
def test_every_row_is_taken_or_refused_whatever_it_holds(rows: list[list[str]], header: str) -> None:
    text = header + "".join(",".join(row) + "\n" for row in rows)
    intake = importing.read(riverbend(), [csv_file(text)], NOON, None)
    gathered = sum(len(group.patients) + len(group.visits) for group in intake.groups.values())
    report = intake.tally.report(["file.csv"])
    refused = report.patients.refused + report.visits.refused
    assert sum(1 for one in report.problems if one.row and "Stored without it" not in one.reason) >= refused
    assert gathered + refused <= text.count("\n") + text.count("\r")
