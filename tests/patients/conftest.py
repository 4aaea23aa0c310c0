import io
from collections.abc import Callable

import pytest

from prm.clinics.model import Clinic
from prm.patients.csvfile import CsvFile
from prm.patients.report import Report
from prm.patients.service import PatientService
from prm.patients.store import PatientStore
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
