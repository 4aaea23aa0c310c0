"""What staff change by hand stays until the records say something new."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prm.clinics.model import Clinic, Language
from prm.core.errors import Conflict
from prm.patients import edits
from prm.patients.model import DAY_UNKNOWN, Patient, Proxy
from prm.patients.service import PatientService
from tests import examples
from tests.fakes import FakeClock
from tests.patients.conftest import Import, of

HEADER = "patient_id,first_name,last_name,email,phone,language,proxy_name,proxy_email,deceased_on,tags\n"


def row(**changes: str) -> str:
    cells = {
        "patient_id": "1",
        "first_name": "Ann",
        "last_name": "Lee",
        "email": "ann@example.com",
        "phone": "",
        "language": "en",
        "proxy_name": "",
        "proxy_email": "",
        "deceased_on": "",
        "tags": "",
    }
    return HEADER + ",".join((cells | changes).values()) + "\n"


CASES: list[tuple[str, Any, dict[str, str]]] = [
    ("email", "new@example.com", {"email": "other@example.com"}),
    ("phone", "937 555 0188", {"phone": "937 555 0199"}),
    ("language", Language.SPANISH, {"language": ""}),
    ("proxy", Proxy("Rosa", "rosa@example.com"), {"proxy_name": "Bob", "proxy_email": "bob@example.com"}),
    ("deceased_on", DAY_UNKNOWN, {"deceased_on": "2026-11-01"}),
    ("tags", frozenset({"runner"}), {"tags": "walker"}),
]


@pytest.mark.parametrize(("name", "value", "_"), CASES)
def test_an_edit_stays_while_the_records_say_the_same_again(
    bring: Import, patients: PatientService, clinic: Clinic, clock: FakeClock, name: str, value: Any, _: object
) -> None:
    bring(row())
    known = of(patients, "1").patient
    patients.edit(clinic, known.id, edits.mark(known), lambda one: replace(one, **{name: value}), clock.now)

    report = bring(row())

    assert getattr(of(patients, "1").patient, name) == value
    assert report.patients.unchanged == 1


@pytest.mark.parametrize(("name", "value", "news"), [case for case in CASES if case[0] not in {"tags", "language"}])
def test_what_the_records_say_anew_counts_again(
    bring: Import,
    patients: PatientService,
    clinic: Clinic,
    clock: FakeClock,
    name: str,
    value: Any,
    news: dict[str, str],
) -> None:
    bring(row())
    known = of(patients, "1").patient
    patients.edit(clinic, known.id, edits.mark(known), lambda one: replace(one, **{name: value}), clock.now)

    bring(row(**news))

    found = of(patients, "1").patient
    assert getattr(found, name) != value
    assert found.edited == {}


def test_of_tags_each_side_keeps_what_it_added_and_took_off(
    bring: Import, patients: PatientService, clinic: Clinic, clock: FakeClock
) -> None:
    bring(row(tags="walker;evenings"))
    known = of(patients, "1").patient
    wanted = frozenset({"walker", "runner"})
    patients.edit(clinic, known.id, edits.mark(known), lambda one: replace(one, tags=wanted), clock.now)

    bring(row(tags="evenings;diabetes"))

    assert of(patients, "1").patient.tags == {"runner", "diabetes"}


def test_a_column_the_file_does_not_have_touches_no_edit(
    bring: Import, patients: PatientService, clinic: Clinic, clock: FakeClock
) -> None:
    bring(row())
    known = of(patients, "1").patient
    patients.edit(clinic, known.id, edits.mark(known), lambda one: replace(one, email=None), clock.now)

    bring("patient_id,first_name,last_name\n1,Anna,Lee\n")

    found = of(patients, "1").patient
    assert (found.first_name, found.email, found.edited) == ("Anna", None, {"email": "ann@example.com"})


def test_an_edit_back_to_what_the_records_say_is_none(clinic: Clinic) -> None:
    before = examples.maria()
    there = edits.edited(before, replace(before, email="else@example.com"))

    back = edits.edited(there, replace(there, email=before.email))

    assert there.edited == {"email": "maria@example.com"}
    assert back == before


def test_the_second_of_two_edits_of_what_both_saw_is_refused(
    bring: Import, patients: PatientService, clinic: Clinic, clock: FakeClock
) -> None:
    bring(row())
    known = of(patients, "1").patient
    shown = edits.mark(known)
    patients.edit(clinic, known.id, shown, lambda one: replace(one, phone="1"), clock.now)

    with pytest.raises(Conflict):
        patients.edit(clinic, known.id, shown, lambda one: replace(one, phone="2"), clock.now)

    assert of(patients, "1").patient.phone == "1"


def test_an_import_between_reading_and_writing_is_read_again(
    bring: Import,
    patients: PatientService,
    clinic: Clinic,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bring(row())
    known = of(patients, "1").patient
    real, calls = patients.store.find, []

    def find(clinic_id: str, patient_id: str) -> object:
        chart = real(clinic_id, patient_id)
        calls.append(patient_id)
        if len(calls) == 1:
            bring(row(last_name="Leeds"))
        return chart

    monkeypatch.setattr(patients.store, "find", find)
    patients.edit(clinic, known.id, edits.mark(known), lambda one: replace(one, phone="1"), clock.now)

    found = of(patients, "1").patient
    assert (found.last_name, found.phone) == ("Leeds", "1")


texts = st.sampled_from([None, "a@example.com", "b@example.com", "c@example.com"])
tags = st.frozensets(st.sampled_from("abcd"))


@given(start=texts, steps=st.lists(st.tuples(st.booleans(), texts), max_size=6))
def test_after_any_steps_an_address_is_the_last_edit_or_what_the_records_said_after_it(
    start: str | None, steps: list[tuple[bool, str | None]]
) -> None:
    patient: Patient = examples.maria(email=start)
    said = expected = start
    for by_hand, value in steps:
        if by_hand:
            patient, expected = edits.edited(patient, replace(patient, email=value)), value
        else:
            expected = expected if value == said else value
            patient, said = edits.merged(patient, {"email": value}), value
        assert patient.email == expected
        assert patient.edited.get("email", patient.email or "") == (said or "")


@given(start=tags, mine=tags, theirs=tags)
def test_tags_of_both_sides_come_together(start: frozenset[str], mine: frozenset[str], theirs: frozenset[str]) -> None:
    before = examples.maria(tags=start)
    edited = edits.edited(before, replace(before, tags=mine))

    found = edits.merged(edited, {"tags": theirs}).tags

    if mine != start:
        assert mine - start <= found | (start - theirs)
        assert not (start - mine) & found - (theirs - start)
        assert theirs - start <= found
