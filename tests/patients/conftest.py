import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from botocore.model import OperationModel

from prm.clinics.model import Clinic
from prm.core import ids
from prm.patients.csvfile import CsvFile
from prm.patients.model import Chart
from prm.patients.report import Counts, Report
from prm.patients.service import PatientService
from prm.patients.store import PatientRow, PatientStore
from tests.fakes import FakeClock

type Import = Callable[..., Report]


def csv_file(content: str | bytes, name: str = "file.csv") -> CsvFile:
    return CsvFile(name, io.BytesIO(content.encode() if isinstance(content, str) else content))


@pytest.fixture
def patients(tables: None, clock: FakeClock) -> PatientService:
    return PatientService(PatientStore(shards=2), clock)


@pytest.fixture
def bring(patients: PatientService, clinic: Clinic) -> Import:
    """Import texts, each as a file, into the clinic of the tests."""

    def run(*contents: str | bytes, **options: object) -> Report:
        files = [csv_file(content, f"{number}.csv") for number, content in enumerate(contents, 1)]
        return patients.import_files(clinic, files, **options)  # type: ignore[arg-type]

    return run


PATIENTS = "patient_id,first_name,last_name,birth_date,email\n"
ANN = "1,Ann,Lee,1984-03-12,ann@example.com\n"
BO = "2,Bo,Ray,1990-01-30,bo@example.com\n"
VISITS = "visit_id,patient_id,starts_at,ends_at,status,kind\n"
EVALUATION = "10,1,2026-11-23 09:00,2026-11-23 10:00,completed,evaluation\n"
TREATMENT = "11,1,2026-11-26 09:00,2026-11-26 09:45,scheduled,treatment\n"
SAME_AGAIN = Report(Counts(2, unchanged=2), Counts(2, unchanged=2))


@contextmanager
def noted() -> Iterator[list[str]]:
    """Note the names of all requests to DynamoDB as they are made."""
    made: list[str] = []

    def note(model: OperationModel, **_: object) -> None:
        made.append(model.name)

    events = PatientRow._get_connection().connection.client.meta.events
    events.register("before-call.dynamodb.*", note)
    yield made
    events.unregister("before-call.dynamodb.*", note)


@pytest.fixture
def requests(tables: None) -> Iterator[list[str]]:
    with noted() as made:
        yield made


def of(patients: PatientService, number: str) -> Chart:
    return patients.chart("riverbend", ids.name_of("riverbend", number))
