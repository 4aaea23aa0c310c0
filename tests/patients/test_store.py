import datetime as dt

import pytest

from prm.core import table
from prm.core.errors import Conflict, NotFound
from prm.patients.model import Patient, Visit, VisitStatus
from prm.patients.service import PatientService
from prm.patients.store import PatientRow, PatientStore
from tests.examples import maria
from tests.fakes import NOON, FakeClock

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def patients(both_tables: None, clock: FakeClock) -> PatientService:
    return PatientService(PatientStore(shards=2), clock)


def visit(number: int) -> Visit:
    starts_at = NOON - dt.timedelta(days=number)
    return Visit(f"v{number}", starts_at, starts_at + HOUR, VisitStatus.COMPLETED)


def add(patients: PatientService, *visits: Visit, patient: Patient | None = None) -> None:
    who = patient or maria()
    new = patients.store.add("riverbend", who, NOON)
    table.transact([new, *patients.store.add_visits("riverbend", who.id, visits)])


def due(at: dt.datetime = NOON) -> list[str]:
    return [key.pk for shard in range(2) for key in table.due_keys(PatientRow, shard, at)]


def test_a_chart_has_the_patient_and_all_visits_in_order_of_time(patients: PatientService) -> None:
    add(patients, visit(1), visit(3), visit(2))
    chart = patients.chart("riverbend", "p-maria")
    assert chart.patient == maria()
    assert [one.id for one in chart.visits] == ["v3", "v2", "v1"]
    assert chart.version == 1


def test_nobody_is_found_in_another_clinic(patients: PatientService) -> None:
    add(patients)
    assert patients.find("lakeside", "p-maria") is None
    with pytest.raises(NotFound):
        patients.chart("lakeside", "p-maria")


def test_a_new_patient_is_due_now(patients: PatientService) -> None:
    add(patients)
    assert due() == ["riverbend#p-maria"]


def test_a_patient_is_added_once(patients: PatientService) -> None:
    add(patients)
    with pytest.raises(Conflict):
        add(patients)


def test_a_decision_sets_when_to_look_again(patients: PatientService) -> None:
    add(patients)
    table.transact([patients.decided("riverbend", "p-maria", 1, NOON + HOUR)])
    assert due() == []
    assert due(NOON + HOUR) == ["riverbend#p-maria"]


def test_a_decision_may_wait_for_the_next_fact(patients: PatientService) -> None:
    add(patients)
    table.transact([patients.decided("riverbend", "p-maria", 1, None)])
    assert due(NOON + 1000 * HOUR) == []
    table.transact([patients.fact("riverbend", "p-maria", NOON + HOUR)])
    assert due(NOON + HOUR) == ["riverbend#p-maria"]


def test_a_decision_fails_when_a_fact_came_after_its_reading(patients: PatientService) -> None:
    add(patients)
    read = patients.chart("riverbend", "p-maria").version
    table.transact([patients.fact("riverbend", "p-maria", NOON)])
    with pytest.raises(Conflict):
        table.transact([patients.decided("riverbend", "p-maria", read, None)])
    assert due() == ["riverbend#p-maria"]


def test_a_write_alone_is_made_on_the_same_condition(patients: PatientService) -> None:
    add(patients)
    table.commit_alone(patients.decided("riverbend", "p-maria", 1, NOON + HOUR))
    assert due(NOON + HOUR) == ["riverbend#p-maria"]
    table.transact([patients.fact("riverbend", "p-maria", NOON)])
    with pytest.raises(Conflict):
        table.commit_alone(patients.decided("riverbend", "p-maria", 1, None))
    assert due() == ["riverbend#p-maria"]


def test_rows_are_put_and_deleted_alone_too(patients: PatientService) -> None:
    table.commit_alone(patients.store.add("riverbend", maria(), NOON))
    with pytest.raises(Conflict):
        table.commit_alone(patients.store.add("riverbend", maria(), NOON))
    table.commit_alone(table.delete(PatientRow(pk="riverbend#p-maria", sk="profile")))
    assert patients.find("riverbend", "p-maria") is None


def test_a_decision_ends_a_row_of_failures(patients: PatientService) -> None:
    add(patients)
    waiting = [key for shard in range(2) for key in table.due_keys(PatientRow, shard, NOON)]
    assert [table.put_off(PatientRow, key, NOON) for key in waiting] == [1]
    table.transact([patients.decided("riverbend", "p-maria", 1, NOON)])
    assert PatientRow.get("riverbend#p-maria", "profile").failures is None


def test_there_are_no_facts_about_nobody(patients: PatientService) -> None:
    with pytest.raises(Conflict):
        table.transact([patients.fact("riverbend", "p-nobody", NOON)])
    assert patients.find("riverbend", "p-nobody") is None


def test_the_roster_names_the_patients_of_one_clinic(patients: PatientService) -> None:
    add(patients, visit(1))
    add(patients, patient=maria(id="p-second"))
    table.transact([patients.store.add("lakeside", maria(id="p-third"), NOON)])
    assert set(patients.roster("riverbend")) == {"p-maria", "p-second"}


def test_mail_may_go_to_the_patient_and_to_the_proxy(patients: PatientService) -> None:
    add(patients)
    assert patients.addresses_of("riverbend", "p-maria") == ("maria@example.com",)
    assert patients.addresses_of("riverbend", "p-nobody") == ()
