"""Where clinics are kept: the store keeps its word in memory and on DynamoDB Local."""

from dataclasses import replace

import pytest

from prm.clinics.store import ClinicStore
from prm.core.errors import Conflict, NotFound
from tests.examples import riverbend

pytestmark = pytest.mark.usefixtures("both_tables")


@pytest.fixture
def clinics() -> ClinicStore:
    made = ClinicStore()
    made.create(riverbend())
    return made


def test_a_clinic_comes_back_as_it_was_stored(clinics: ClinicStore) -> None:
    assert clinics.get("riverbend") == riverbend()
    with pytest.raises(NotFound):
        clinics.get("lakeside")


def test_an_id_is_taken_once(clinics: ClinicStore) -> None:
    with pytest.raises(Conflict):
        clinics.create(riverbend(name="Another"))
    assert clinics.get("riverbend").name == riverbend().name


def test_settings_are_saved_over_those_that_were_read(clinics: ClinicStore) -> None:
    read = clinics.get("riverbend")
    clinics.save(replace(read, phone="(937) 555-0199", version=read.version + 1), read.version)
    with pytest.raises(Conflict):
        clinics.save(replace(read, phone="(937) 555-0100", version=read.version + 1), read.version)
    assert clinics.get("riverbend").phone == "(937) 555-0199"


def test_all_clinics_are_listed(clinics: ClinicStore) -> None:
    clinics.create(riverbend(id="lakeside"))
    assert sorted(clinics.list_ids()) == ["lakeside", "riverbend"]
