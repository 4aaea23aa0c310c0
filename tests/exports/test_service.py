"""Everything of a clinic in one file, however often the writing is broken off."""

import csv
import datetime as dt
import io
import json
import urllib.parse
import zipfile
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from prm.core import table
from prm.core.errors import Conflict, NotFound
from prm.exports import service
from prm.exports.gateway import ExportGateway
from prm.exports.sheets import COLUMNS
from prm.jobs import service as jobs
from prm.patients.model import Proxy, Visit, VisitStatus
from prm.recovery.model import InboxItem, InboxKind
from tests import examples
from tests.clinic_console.conftest import cognito
from tests.cognito import FakeCognito
from tests.console import Console, console
from tests.fakes import NOON, FakeClock

__all__ = ["cognito"]
BUCKET = "records"
HOUR = dt.timedelta(hours=1)


class Nobody:
    def failed(self, line: str, key: object, error: Exception, failures: int) -> None:
        raise error


@pytest.fixture
def house(tables: None, clock: FakeClock, cognito: FakeCognito) -> Iterator[Console]:
    """Riverbend, another clinic, and the bucket."""
    boto3.client("s3").create_bucket(Bucket=BUCKET)
    made = console(clock, cognito, examples.riverbend(), examples.riverbend(id="lakeside", name="Lakeside PT"))
    made.house.exports.__dict__["gateway"] = ExportGateway(BUCKET)
    yield made
    s3 = boto3.client("s3")
    for one in s3.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        s3.delete_object(Bucket=BUCKET, Key=one["Key"])
    s3.delete_bucket(Bucket=BUCKET)


def write(console: Console, clinic: str = "riverbend") -> None:
    console.house.exports.begin(clinic)
    for _ in range(50):
        console.house.schedule.drain("jobs", 0, lambda: True, Nobody())
        found = console.house.exports.latest(clinic)
        if found and found.finished_at:
            return
    raise AssertionError("never finished")


def files(console: Console, clinic: str = "riverbend") -> dict[str, str]:
    address = urllib.parse.urlsplit(console.house.exports.link(clinic))
    body = boto3.client("s3").get_object(Bucket=BUCKET, Key=address.path.removeprefix("/"))["Body"].read()
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def fill(console: Console) -> None:
    console.knows(proxy=Proxy("Rosa Alvarez", "rosa@example.com"), tags=frozenset({"runner", "knee"}))
    visit = Visit("v1", NOON - HOUR, NOON, VisitStatus.COMPLETED, therapist="omar", location="downtown")
    table.transact(console.house.patients.store.add_visits("riverbend", "p-maria", [visit]))
    console.answers(4, '=HYPERLINK("http://evil.example")')
    (case,) = console.house.recovery.of_patient("riverbend", "p-maria")
    console.house.desk.note(case, console.house.clinics.get("riverbend").member("nora"), "Called,\nno answer")
    console.house.recovery.add_to_inbox(
        InboxItem("m1", "riverbend", "p-maria", InboxKind.REPLY, "@SUM(1) please call", NOON)
    )


def test_all_that_is_known_of_a_patient_is_in_it(house: Console) -> None:
    fill(house)
    write(house)
    found = files(house)

    assert set(found) == {"clinic.json", "rules.json", *(f"{name}.csv" for name in COLUMNS)}
    (patient,) = rows(found["patients.csv"])
    assert (patient["first_name"], patient["proxy_email"], patient["tags"]) == (
        "Maria",
        "rosa@example.com",
        "knee runner",
    )
    assert rows(found["visits.csv"])[0]["starts_at"] == (NOON - HOUR).isoformat()
    (answer,) = rows(found["answers.csv"])
    assert (answer["score"], answer["is_latest"]) == ("4", "yes")
    assert rows(found["emails.csv"])[0]["kind"] == "survey"
    assert rows(found["cases.csv"])[0]["state"] == "open"
    assert rows(found["case_notes.csv"])[-1]["text"] == "Called,\nno answer"
    assert json.loads(found["clinic.json"])["name"] == "Riverbend Physical Therapy"


def test_no_cell_is_a_formula(house: Console) -> None:
    fill(house)
    write(house)
    found = files(house)

    assert rows(found["answers.csv"])[0]["comment"].startswith("'=HYPERLINK")
    assert rows(found["messages.csv"])[0]["text"].startswith("'@SUM")


def test_nothing_of_another_clinic_is_in_it(house: Console) -> None:
    fill(house)
    write(house, "lakeside")
    found = files(house, "lakeside")

    assert "Alvarez" not in "".join(found.values())
    assert rows(found["patients.csv"]) == []


def test_broken_off_after_every_batch_it_still_holds_everyone_once(
    house: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "SLICE", dt.timedelta())
    monkeypatch.setattr(service, "_BATCH", 2)
    for number in range(7):
        house.knows(id=f"p{number}", record_number=f"p{number}")
    write(house)

    assert sorted(one["patient"] for one in rows(files(house)["patients.csv"])) == [f"p{number}" for number in range(7)]
    found = house.house.exports.latest("riverbend")
    assert found
    assert (found.patients, found.parts) == (7, 4)


def test_a_part_that_was_written_and_not_noted_is_written_again_and_stands_there_once(
    house: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.knows()
    house.house.exports.begin("riverbend")
    original = house.house.jobs.store.finish

    def fail(*_: Any) -> None:
        raise Conflict("cut off here")

    monkeypatch.setattr(house.house.jobs.store, "finish", fail)
    house.house.schedule.drain("jobs", 0, lambda: True, Nobody())
    monkeypatch.setattr(house.house.jobs.store, "finish", original)
    house.clock.advance(minutes=5)
    house.house.schedule.drain("jobs", 0, lambda: True, Nobody())

    assert len(rows(files(house)["patients.csv"])) == 1


def test_while_one_is_written_no_other_begins(house: Console) -> None:
    house.house.exports.begin("riverbend")

    with pytest.raises(Conflict):
        house.house.exports.begin("riverbend")


def test_a_new_one_takes_the_place_of_the_last(house: Console) -> None:
    write(house)
    first = house.house.exports.latest("riverbend")
    house.knows()
    write(house)
    second = house.house.exports.latest("riverbend")

    assert first
    assert second
    assert (first.patients, second.patients) == (0, 1)
    assert first.id != second.id


@pytest.mark.parametrize("begun", [False, True])
def test_before_it_is_whole_nothing_can_be_fetched(house: Console, *, begun: bool) -> None:
    if begun:
        house.house.exports.begin("riverbend")

    with pytest.raises(NotFound):
        house.house.exports.link("riverbend")


def test_the_address_works_for_fifteen_minutes_under_a_plain_name(house: Console) -> None:
    write(house)
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(house.house.exports.link("riverbend")).query)

    assert query["X-Amz-Expires"] == ["900"]
    assert query["response-content-disposition"][0].startswith('attachment; filename="export-2026-')
