"""Files land in the bucket, the function hears of them, and the report stands beside them."""

import importlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from prm import wiring
from prm.core.errors import Unavailable
from prm.core.settings import Settings
from prm.uploads.model import Stage
from tests.conftest import PREFIX
from tests.examples import riverbend
from tests.fakes import FakeClock

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BUCKET = "records"
PATIENTS = b"patient_id,last_name\n1,Lee\n"
VISITS = b"visit_id,patient_id,start,status\n10,1,2026-11-23 09:00,completed\n"
CONTEXT = SimpleNamespace(
    function_name="emr_import",
    memory_limit_in_mb=1024,
    invoked_function_arn="arn",
    aws_request_id="r",
    get_remaining_time_in_millis=lambda: 900_000,
)

type Drop = Callable[..., dict[str, Any]]


@pytest.fixture
def s3(tables: None) -> "Iterator[S3Client]":
    client = boto3.client("s3")
    client.create_bucket(Bucket=BUCKET)
    yield client
    for item in client.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        client.delete_object(Bucket=BUCKET, Key=item["Key"])
    client.delete_bucket(Bucket=BUCKET)


@pytest.fixture
def house(s3: "S3Client", clock: FakeClock) -> wiring.House:
    found = wiring.house(Settings(tables=PREFIX, records_bucket=BUCKET, shards=2), clock)
    # Side by side is for the real DynamoDB: the one in memory knows no threads.
    found.drops = replace(found.drops, at_once=1)
    found.clinics.create(riverbend())
    return found


@pytest.fixture
def hear(house: wiring.House, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, int]]:
    """Call the handler with an event."""
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "emr_import")
    app = importlib.import_module("emr_import.app")
    monkeypatch.setattr(app, "house", house)
    return lambda event, context=CONTEXT: app.handler(event, context)


@pytest.fixture
def drop(s3: "S3Client", hear: Callable[..., dict[str, int]]) -> Drop:
    """Put files, then tell the function of them, and return the reports."""

    def run(*files: tuple[str, bytes]) -> dict[str, Any]:
        for name, content in files:
            s3.put_object(Bucket=BUCKET, Key=f"records/riverbend/{name}", Body=content)
        for name, _ in files:
            assert hear(of_event_bridge(f"records/riverbend/{name}")) == {"files": 1}
        return {name: report(s3, name) for name, _ in files}

    return run


def report(s3: "S3Client", name: str) -> dict[str, Any]:
    body = s3.get_object(Bucket=BUCKET, Key=f"reports/riverbend/{name}.json")["Body"]
    found: dict[str, Any] = json.loads(body.read())
    return found


def of_event_bridge(key: str) -> dict[str, Any]:
    return {
        "source": "aws.s3",
        "detail-type": "Object Created",
        "detail": {"bucket": {"name": BUCKET}, "object": {"key": key}},
    }


def of_s3(key: str) -> dict[str, Any]:
    return {"Records": [{"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": BUCKET}, "object": {"key": key}}}]}


def test_a_drop_is_imported_and_reported(drop: Drop, house: wiring.House) -> None:
    found = drop(("patients.csv", PATIENTS))["patients.csv"]
    assert found["patients"] == {"read": 1, "new": 1, "changed": 0, "unchanged": 0, "refused": 0}
    assert found["problems"] == []
    assert len(list(house.patients.roster("riverbend"))) == 1


@pytest.mark.parametrize("order", [1, -1])
def test_patients_and_visits_dropped_together_both_come_in(drop: Drop, order: int) -> None:
    found = drop(*[("patients.csv", PATIENTS), ("visits.csv", VISITS)][::order])
    assert found["patients.csv"]["patients"]["new"] == 1
    assert found["visits.csv"]["visits"]["new"] == 1


def test_visits_that_came_first_come_in_with_their_patients(drop: Drop, s3: "S3Client") -> None:
    early = drop(("visits.csv", VISITS))["visits.csv"]
    assert early["problems"][0]["reason"] == "There is no patient with this number"
    drop(("patients.csv", PATIENTS))
    assert report(s3, "visits.csv")["visits"]["new"] == 1


def test_a_later_drop_leaves_an_earlier_report_as_it_is(drop: Drop, s3: "S3Client") -> None:
    drop(("patients.csv", PATIENTS))
    drop(("visits.csv", VISITS))
    assert report(s3, "patients.csv")["patients"]["new"] == 1


def test_an_event_that_comes_twice_changes_nothing(drop: Drop, hear: Any, s3: "S3Client") -> None:
    drop(("patients.csv", PATIENTS))
    hear(of_event_bridge("records/riverbend/patients.csv"))
    assert report(s3, "patients.csv")["patients"]["new"] == 1


def test_a_corrected_file_is_reported_anew(drop: Drop) -> None:
    drop(("patients.csv", PATIENTS))
    found = drop(("patients.csv", PATIENTS.replace(b"Lee", b"Fox")))["patients.csv"]
    assert found["patients"]["changed"] == 1


def test_a_file_that_is_no_table_is_reported(drop: Drop) -> None:
    found = drop(("scan.pdf", b"%PDF-1.7"))["scan.pdf"]
    assert found["problems"] == [
        {"file": "scan.pdf", "row": None, "column": None, "reason": "This is a PDF. Export a CSV file instead"}
    ]


def test_a_file_above_the_limit_is_reported_unread(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prm.patients.drops.MAX_FILE", 10)
    found = drop(("patients.csv", PATIENTS))["patients.csv"]
    assert found["problems"][0]["reason"].startswith("The file is larger than")


def test_a_file_of_too_many_rows_is_reported_and_keeps_no_other_from_coming_in(
    drop: Drop, s3: "S3Client", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prm.patients.csvfile.MAX_ROWS", 5)
    monkeypatch.setattr("prm.patients.drops.MAX_ROWS", 5)
    found = drop(("many.csv", PATIENTS * 5), ("few.csv", PATIENTS))
    assert found["many.csv"]["problems"][0]["reason"] == "The file has more than 5 rows. Split it"
    assert found["few.csv"]["patients"]["new"] == 1


@pytest.mark.parametrize(("most", "new"), [(6, 1), (5, 0)])
def test_files_are_read_together_as_far_as_one_file_may_go(
    drop: Drop, s3: "S3Client", monkeypatch: pytest.MonkeyPatch, most: int, new: int
) -> None:
    monkeypatch.setattr("prm.patients.drops.MAX_ROWS", most)
    drop(("visits.csv", VISITS))
    drop(("patients.csv", PATIENTS))
    assert report(s3, "visits.csv")["visits"]["new"] == new


def test_an_import_that_runs_out_of_time_says_so_and_goes_on_when_called_again(
    hear: Any, s3: "S3Client", house: wiring.House
) -> None:
    many = b"patient_id,last_name\n" + b"".join(b"%d,Lee\n" % number for number in range(9))
    s3.put_object(Bucket=BUCKET, Key="records/riverbend/patients.csv", Body=many)
    left = iter([900_000, 900_000, 900_000, 900_000, 1])
    short = SimpleNamespace(**vars(CONTEXT) | {"get_remaining_time_in_millis": lambda: next(left)})
    with pytest.raises(Unavailable, match="out of time"):
        hear(of_event_bridge("records/riverbend/patients.csv"), short)
    first = report(s3, "patients.csv")
    assert (first["patients"]["new"], first["left"]) == (4, 5)
    assert [one.stage for one in house.uploads.list_of("riverbend")] == [Stage.IMPORTING]
    assert first["problems"][-1]["reason"].startswith("Time ran out with 5 patients to go.")
    hear(of_event_bridge("records/riverbend/patients.csv"))
    assert report(s3, "patients.csv")["patients"] == {"read": 9, "new": 5, "changed": 0, "unchanged": 4, "refused": 0}
    assert len(list(house.patients.roster("riverbend"))) == 9
    (listed,) = house.uploads.list_of("riverbend")
    assert listed.result
    assert (listed.stage, listed.result.patients.new, listed.result.patients.unchanged) == (Stage.DONE, 9, 0)


@pytest.mark.parametrize("event", [of_event_bridge, of_s3])
def test_a_name_with_spaces_and_signs_is_found(
    hear: Any, s3: "S3Client", event: Callable[[str], dict[str, Any]]
) -> None:
    s3.put_object(Bucket=BUCKET, Key="records/riverbend/nightly/a b+ü.csv", Body=PATIENTS)
    named = (
        "records/riverbend/nightly/a b+ü.csv"
        if event is of_event_bridge
        else "records/riverbend/nightly/a+b%2B%C3%BC.csv"
    )
    assert hear(event(named)) == {"files": 1}
    assert report(s3, "nightly/a b+ü.csv")["patients"]["new"] == 1


@pytest.mark.parametrize(
    "key",
    [
        "patients.csv",
        "records/patients.csv",
        "records/riverbend/",
        "records//patients.csv",
        "records/Nobody/patients.csv",
        "records/nobody/patients.csv",
        "records/riverbend/gone.csv",
        "reports/riverbend/patients.csv.json",
    ],
)
def test_a_key_that_is_no_drop_of_a_clinic_is_ignored(
    hear: Any, s3: "S3Client", key: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert hear(of_event_bridge(key)) == {"files": 0}
    assert s3.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0
    assert [record.getMessage() for record in caplog.records] == ["drop ignored"]
    assert "patients.csv" not in str(vars(caplog.records[0]))


def test_the_log_has_counts_and_no_names(drop: Drop, caplog: pytest.LogCaptureFixture) -> None:
    drop(("Lee, Ann.csv", PATIENTS))
    said = vars(caplog.records[-1])
    assert (said["clinic"], said["rows"]["patients"]["new"]) == ("riverbend", 1)
    assert "Lee" not in str(said)


def test_a_clinics_drop_reaches_no_other_clinic(drop: Drop, house: wiring.House) -> None:
    house.clinics.create(riverbend(id="lakeside"))
    drop(("patients.csv", PATIENTS))
    assert list(house.patients.roster("lakeside")) == []


def test_the_example_files_come_in_clean(drop: Drop) -> None:
    examples = Path(__file__).parents[2] / "docs" / "examples"
    found = drop(*((name, (examples / name).read_bytes()) for name in ("patients.csv", "visits.csv")))
    assert found["patients.csv"]["patients"]["refused"] == 0
    assert found["visits.csv"]["visits"]["refused"] == 0
