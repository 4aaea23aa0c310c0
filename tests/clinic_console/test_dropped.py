"""Files that a program drops stand in the list under Records, each with its report."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import boto3
import pytest

from prm.core.errors import Conflict
from prm.uploads.model import Stage, Upload
from tests.clinic_console.test_records import BUCKET, PATIENTS, VISITS
from tests.console import Console, requests_to_dynamodb

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

type Drop = Callable[..., Upload]


@pytest.fixture
def s3(tables: None) -> "Iterator[S3Client]":
    client = boto3.client("s3")
    client.create_bucket(Bucket=BUCKET)
    yield client
    for item in client.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        client.delete_object(Bucket=BUCKET, Key=item["Key"])
    client.delete_bucket(Bucket=BUCKET)


@pytest.fixture
def drop(s3: "S3Client", clinic_console: Console) -> Drop:
    """Drop a file into a clinic's folder, let it be taken in, and return what the list has of it."""

    def run(content: str | bytes, name: str = "nightly/export.csv", clinic: str = "riverbend") -> Upload:
        key = f"records/{clinic}/{name}"
        s3.put_object(Bucket=BUCKET, Key=key, Body=content)
        replace(clinic_console.house.drops, at_once=1).take_in(key)
        return next(one for one in clinic_console.house.uploads.list_of(clinic) if one.name == name)

    return run


def test_a_drop_stands_in_the_list_with_what_came_of_it(clinic_console: Console, drop: Drop) -> None:
    drop(PATIENTS)

    page = clinic_console.signed_in("nora").get("/clinic/records")

    assert re.search(r"nightly/export\.csv Records folder today, \S+ [ap]m 2 rows came in", page.text), page.text


def test_its_report_is_a_page_as_an_uploads_is(clinic_console: Console, drop: Drop, s3: "S3Client") -> None:
    browser = clinic_console.signed_in("nora")
    drop(PATIENTS, "patients.csv")
    upload = drop(VISITS, "visits.csv")

    page = browser.get(f"/clinic/records/{upload.id}")
    rows = browser.get(f"/clinic/records/{upload.id}/rows")

    assert "Dropped into the records folder by a program" in page.text
    assert "1 of 3 rows are in. 2 were left out." in page.text
    assert "There is no patient with this number" in page.text
    assert "Import these rows" not in page.text
    key = re.sub(r"\?.*", "", rows.location).partition("amazonaws.com/")[2]
    assert rows.status == 303
    assert s3.get_object(Bucket=BUCKET, Key=key)["Body"].read().count(b"\r\n") == 3


def test_two_files_that_are_read_together_have_a_report_each(clinic_console: Console, drop: Drop) -> None:
    drop(VISITS, "visits.csv")
    drop(PATIENTS, "patients.csv")

    found = {one.name: one.result for one in clinic_console.house.uploads.list_of("riverbend")}

    assert {name: (one.patients.new, one.visits.new, one.left_out) for name, one in found.items() if one} == {
        "visits.csv": (0, 1, 2),
        "patients.csv": (2, 0, 0),
    }


def test_an_event_that_comes_twice_makes_one_entry_of_what_it_was(clinic_console: Console, drop: Drop) -> None:
    first = drop(PATIENTS)
    replace(clinic_console.house.drops, at_once=1).take_in("records/riverbend/nightly/export.csv")

    assert clinic_console.house.uploads.list_of("riverbend") == (first,)


def test_a_file_that_cannot_be_read_says_why_and_nothing_that_is_not_so(clinic_console: Console, drop: Drop) -> None:
    upload = drop(b"%PDF-1.7", "scan.pdf")
    browser = clinic_console.signed_in("nora")

    page = browser.get(f"/clinic/records/{upload.id}")

    assert "Could not be read" in browser.get("/clinic/records").text
    assert "This is a PDF." in page.text
    assert "deleted" not in page.text


def test_a_file_above_the_limit_stands_there_too(
    clinic_console: Console, drop: Drop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prm.patients.drops.MAX_FILE", 10)

    upload = drop(PATIENTS)

    assert upload.result
    assert upload.result.unreadable.startswith("The file is larger than")


def test_while_it_comes_in_nobody_is_offered_to_ask_for_it_again(
    clinic_console: Console, drop: Drop, s3: "S3Client"
) -> None:
    upload = drop(PATIENTS)
    waiting = clinic_console.house.uploads.store.save(replace(upload, stage=Stage.IMPORTING))
    clinic_console.clock.advance(minutes=60 * 24)
    browser = clinic_console.signed_in("nora")

    page = browser.get(f"/clinic/records/{waiting.id}")
    browser.post(f"/clinic/records/{waiting.id}/again")

    assert "The rows are coming in." in page.text
    assert "drop the file again" in page.text
    assert "Ask again" not in page.text
    assert s3.list_objects_v2(Bucket=BUCKET, Prefix="uploads/")["KeyCount"] == 0


def test_it_is_imported_already_and_is_neither_looked_at_nor_imported_again(
    clinic_console: Console, drop: Drop
) -> None:
    upload = drop(PATIENTS)

    with pytest.raises(Conflict):
        clinic_console.house.uploads.check_again(upload)
    with pytest.raises(Conflict):
        clinic_console.house.uploads.confirm(upload, "nora", upload.version)


def test_someone_of_one_place_sees_none_of_it(clinic_console: Console, drop: Drop) -> None:
    upload = drop(PATIENTS)
    ana = clinic_console.signed_in("ana")

    assert "export.csv" not in ana.get("/clinic/records").text
    assert ana.get(f"/clinic/records/{upload.id}").status == 404


def test_another_clinics_drop_is_not_there(clinic_console: Console, drop: Drop) -> None:
    house = clinic_console.house
    house.clinics.create(replace(house.clinics.fresh("riverbend"), id="lakeside", version=0))
    upload = drop(PATIENTS, clinic="lakeside")

    assert "export.csv" not in clinic_console.signed_in("nora").get("/clinic/records").text
    assert clinic_console.signed_in("nora").get(f"/clinic/records/{upload.id}").status == 404


def test_a_page_costs_at_most_six_requests(clinic_console: Console, drop: Drop) -> None:
    upload = drop(PATIENTS)
    browser = clinic_console.signed_in("nora")
    for path in ("records", f"records/{upload.id}"):
        with requests_to_dynamodb() as asked:
            browser.get(f"/clinic/{path}")
        assert len(asked) <= 6, path
