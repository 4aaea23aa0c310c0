"""An upload is heard of: looked at without a write, imported once someone said so, gone on with where time runs out."""

import importlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from prm import wiring
from prm.core.errors import Conflict, Unavailable
from prm.core.settings import Settings
from prm.patients.dates import Order
from prm.uploads.model import Stage, Upload
from tests.conftest import PREFIX
from tests.emr_import.test_drops import BUCKET, CONTEXT, of_event_bridge
from tests.examples import riverbend
from tests.fakes import FakeClock

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ID = "261124170000abcdefgh"
FOLDER = f"uploads/riverbend/{ID}/"
MANY = b"patient_id,last_name,email\n" + b"".join(b"%d,Lee,\n" % number for number in range(9))

type Hear = Callable[..., dict[str, int]]
type Put = Callable[..., None]


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
    found.intake = replace(found.intake, at_once=1)
    found.clinics.create(riverbend())
    return found


@pytest.fixture
def hear(house: wiring.House, monkeypatch: pytest.MonkeyPatch) -> Hear:
    """Call the handler about a file of the upload."""
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "emr_import")
    app = importlib.import_module("emr_import.app")
    monkeypatch.setattr(app, "house", house)
    return lambda name="file", context=CONTEXT: app.handler(of_event_bridge(FOLDER + name), context)


@pytest.fixture
def put(s3: "S3Client") -> Put:
    def run(content: bytes, name: str = "people.csv") -> None:
        s3.put_object(Bucket=BUCKET, Key=FOLDER + "file", Body=content, Metadata={"by": "nora", "name": name})

    return run


def upload(house: wiring.House) -> Upload:
    return house.uploads.find("riverbend", ID)


def people(house: wiring.House) -> int:
    return len(list(house.patients.roster("riverbend")))


def running_out_after(calls: int) -> SimpleNamespace:
    left = iter([900_000] * calls)
    return SimpleNamespace(**vars(CONTEXT) | {"get_remaining_time_in_millis": lambda: next(left, 1)})


def test_a_file_is_looked_at_and_nothing_of_it_stored(hear: Hear, put: Put, house: wiring.House) -> None:
    put(MANY, "=?UTF-8?Q?p=C3=A4ople.csv?=")  # as S3 gives it back

    assert hear() == {"files": 1}

    found = upload(house)
    assert (found.stage, found.by, found.name) == (Stage.CHECKED, "nora", "päople.csv")
    assert found.check
    assert (found.check.patients.new, found.check.not_reachable) == (9, 9)
    assert people(house) == 0


def test_what_is_confirmed_comes_in_once_however_often_it_is_heard(hear: Hear, put: Put, house: wiring.House) -> None:
    put(MANY)
    hear()
    house.uploads.confirm(upload(house), "luis", upload(house).version)

    assert [hear("import"), hear("import"), hear()] == [{"files": 1}, {"files": 0}, {"files": 0}]

    found = upload(house)
    assert (found.stage, found.imported_by, people(house)) == (Stage.DONE, "luis", 9)
    assert found.result
    assert found.result.patients.new == 9


def test_nothing_comes_in_that_nobody_confirmed(hear: Hear, put: Put, house: wiring.House) -> None:
    put(MANY)
    hear()

    assert hear("import") == {"files": 0}
    assert people(house) == 0


def test_a_check_that_runs_out_of_time_goes_on_where_it_was(
    hear: Hear, put: Put, house: wiring.House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prm.uploads.intake._BATCH", 2)
    put(MANY)
    with pytest.raises(Unavailable, match="out of time"):
        hear(context=running_out_after(3))
    under_way = upload(house)
    looked: list[str] = []
    find = type(house.patients).find

    def count(self: Any, clinic: str, patient: str) -> Any:
        looked.append(patient)
        return find(self, clinic, patient)

    monkeypatch.setattr(type(house.patients), "find", count)
    hear()

    found = upload(house)
    assert (under_way.stage, under_way.done) == (Stage.CHECKING, 6)
    assert len(looked) == 3
    assert found.check
    assert (found.stage, found.check.patients.new, found.check.not_reachable) == (Stage.CHECKED, 9, 9)


def test_an_import_that_runs_out_of_time_goes_on_and_counts_as_one(hear: Hear, put: Put, house: wiring.House) -> None:
    put(MANY)
    hear()
    house.uploads.confirm(upload(house), "nora", upload(house).version)
    with pytest.raises(Unavailable, match="out of time"):
        hear("import", running_out_after(4))
    assert 0 < people(house) < 9

    hear("import")

    found = upload(house)
    assert (found.stage, people(house)) == (Stage.DONE, 9)
    assert found.result
    assert asdict(found.result.patients) == {"read": 9, "new": 9, "changed": 0, "unchanged": 0, "refused": 0}


def test_a_form_that_is_sent_twice_has_the_later_file_looked_at(hear: Hear, put: Put, house: wiring.House) -> None:
    put(MANY)
    hear()
    seen = upload(house).version
    put(b"patient_id,last_name\n1,Fox\n", "other.csv")
    hear()

    found = upload(house)
    assert (found.name, found.stage) == ("other.csv", Stage.CHECKED)
    assert found.check
    assert found.check.patients.read == 1
    assert found.version > seen


def test_a_file_that_changed_after_its_yes_is_asked_about_again(hear: Hear, put: Put, house: wiring.House) -> None:
    put(MANY)
    hear()
    house.uploads.confirm(upload(house), "nora", upload(house).version)
    put(b"patient_id,last_name\n1,Fox\n", "other.csv")

    hear("import")

    assert (upload(house).stage, people(house)) == (Stage.CHECKED, 0)


def test_dates_are_read_in_the_order_someone_chose(hear: Hear, put: Put, house: wiring.House) -> None:
    put(b"patient_id,last_name,dob\n1,Lee,25/11/1980\n2,Fox,04/05/1990\n")
    hear()
    before = upload(house)
    house.uploads.check_again(before, Order.DMY)
    hear("check")
    after = upload(house)
    house.uploads.confirm(after, "nora", after.version)
    hear("import")

    assert before.check
    assert after.check
    assert (before.check.patients.refused, after.check.patients.refused) == (1, 0)
    born = [house.patients.chart("riverbend", one).patient.birth_date for one in house.patients.roster("riverbend")]
    assert sorted(str(day) for day in born) == ["1980-11-25", "1990-05-04"]


def test_what_no_person_can_read_is_deleted_and_its_reason_kept(
    hear: Hear, put: Put, house: wiring.House, s3: "S3Client"
) -> None:
    put(b"%PDF-1.7 and so on")
    hear()

    found = upload(house)
    assert found.check
    assert found.check.unreadable == "This is a PDF. Export a CSV file instead"
    assert not found.can_be_imported
    assert FOLDER + "file" not in {one["Key"] for one in s3.list_objects_v2(Bucket=BUCKET)["Contents"]}


def test_a_check_that_goes_on_under_other_rules_begins_anew(
    hear: Hear, put: Put, house: wiring.House, monkeypatch: pytest.MonkeyPatch, clock: FakeClock
) -> None:
    monkeypatch.setattr("prm.uploads.intake._BATCH", 2)
    put(MANY)
    with pytest.raises(Unavailable):
        hear(context=running_out_after(3))
    house.rules.switch_on("riverbend", "after-evaluation", clock.now)
    hear()

    found = upload(house).check
    assert found
    assert (found.patients.read, found.patients.new) == (9, 9)
    assert "after-evaluation-v1" in found.decided_by


def test_whoever_waits_for_a_file_that_is_gone_is_told(
    hear: Hear, put: Put, house: wiring.House, s3: "S3Client"
) -> None:
    put(MANY)
    hear()
    house.uploads.check_again(upload(house), Order.DMY)
    s3.delete_object(Bucket=BUCKET, Key=FOLDER + "file")
    hear("check")

    found = upload(house)
    assert found.stage is Stage.CHECKED
    assert found.check
    assert found.check.unreadable == "The file is gone. Upload it again"
    with pytest.raises(Conflict):
        house.uploads.check_again(found)


@pytest.mark.parametrize(
    "key",
    [
        "uploads/riverbend/short/file",
        "uploads/nobody/261124170000abcdefgh/file",
        "uploads/riverbend/261124170000abcdefgh/file",
        "uploads/riverbend/261124170000abcdefgh/a/file",
        "uploads/../261124170000abcdefgh/file",
    ],
)
def test_a_key_that_is_no_upload_is_ignored(
    hear: Hear, s3: "S3Client", key: str, caplog: pytest.LogCaptureFixture
) -> None:
    app = importlib.import_module("emr_import.app")

    assert app.handler(of_event_bridge(key), CONTEXT) == {"files": 0}
    said = [record.getMessage() for record in caplog.records if record.name == "emr_import"]
    assert said == ["drop ignored"]


def test_the_log_has_counts_and_no_names(hear: Hear, put: Put, caplog: pytest.LogCaptureFixture) -> None:
    put(MANY, "Lee, Ann.csv")
    hear()

    said = json.dumps(vars(caplog.records[-1]), default=str)
    assert '"new": 9' in said
    assert "Ann" not in said
