"""What every test may ask for: AWS in memory, the tables, a clock that stands still, a clinic."""

import importlib
import os
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import Phase, settings
from moto import mock_aws
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID

import prm
from local.dynamodb import server
from prm.clinics.model import Clinic
from prm.core import table
from tests import examples
from tests.allowed import only_what_is_allowed, refused_by_policy
from tests.fakes import FakeClock, FakeQueues, FakeSes

__all__ = ["only_what_is_allowed", "refused_by_policy"]

# A busy machine is no bug: what takes too long is seen by who waits for it.
settings.register_profile("patient", deadline=None)
settings.register_profile("quick", deadline=None, phases=[Phase.generate], database=None)
settings.register_profile("deep", deadline=None, max_examples=300, stateful_step_count=60, print_blob=True)
settings.load_profile("patient")

REGION = "us-east-1"
PREFIX = "test-"


def all_rows() -> list[type[table.Row]]:
    """Return the rows of every part that has a store."""
    found: list[type[table.Row]] = []
    for part in pkgutil.iter_modules(prm.__path__, "prm."):
        try:
            store = importlib.import_module(f"{part.name}.store")
        except ModuleNotFoundError:
            continue
        found.extend(store.ROWS)
    return found


def create_tables() -> None:
    """Make every table as its rows describe it; a test of the template holds that AWS gets the same."""
    for row in all_rows():
        row.create_table(billing_mode="PAY_PER_REQUEST", wait=False)


def bind_afresh() -> None:
    """Point the rows at where the environment says DynamoDB is now."""
    table.forget_client()
    table.bind(PREFIX, all_rows())


def empty_real_tables() -> None:
    """Delete every item; making the tables anew would take ten times as long."""
    for row in all_rows():
        with row.batch_write() as batch:
            for item in row.scan(attributes_to_get=["pk", "sk"]):
                batch.delete(item)


def empty_tables() -> None:
    """Forget every item in memory."""
    for one in get_backend("dynamodb")[DEFAULT_ACCOUNT_ID][REGION].tables.values():
        one.items.clear()


@pytest.fixture(scope="session")
def aws() -> Iterator[None]:
    """AWS in this process, for the whole session, with its tables."""
    os.environ.update(
        AWS_ACCESS_KEY_ID="testing",
        AWS_SECRET_ACCESS_KEY="testing",
        AWS_DEFAULT_REGION=REGION,
        PRM_TABLES=PREFIX,
    )
    with mock_aws():
        bind_afresh()
        create_tables()
        yield
    table.forget_client()


@pytest.fixture
def tables(aws: None) -> Iterator[None]:
    """Empty tables in memory."""
    table.bind(PREFIX, all_rows())
    yield
    empty_tables()


@pytest.fixture(scope="session")
def dynamodb_local(aws: None) -> Iterator[str]:
    """A DynamoDB that knows conditions, tokens and transactions as AWS does, with its tables.

    Left out where it is not installed.
    """
    if not server.JARS.is_dir():
        pytest.skip("DynamoDB Local is not installed: make dynamodb-local")
    with server.running() as url:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AWS_ENDPOINT_URL_DYNAMODB", url)
            bind_afresh()
            create_tables()
        table.forget_client()
        yield url


@pytest.fixture
def real_tables(dynamodb_local: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Empty tables on DynamoDB Local; everything else stays in memory."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", dynamodb_local)
    bind_afresh()
    yield
    empty_real_tables()
    table.forget_client()


@pytest.fixture(params=["tables", pytest.param("real_tables", marks=pytest.mark.dynamodb_local)])
def both_tables(request: pytest.FixtureRequest) -> None:
    """Empty tables, in memory and then on DynamoDB Local: what a test says holds on both."""
    request.getfixturevalue(request.param)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def ses() -> FakeSes:
    return FakeSes()


@pytest.fixture
def queues() -> FakeQueues:
    return FakeQueues()


@pytest.fixture
def clinic() -> Clinic:
    return examples.riverbend()


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Real mails, bundles and files that are not part of this project; left out where they are not at hand."""
    folder = os.environ.get("PRM_CORPUS")
    if not folder:
        pytest.skip("PRM_CORPUS names no folder of real-world samples")
    return Path(folder)
