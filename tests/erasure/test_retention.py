"""Patients who were away for as long as the clinic chose are erased, and nobody else is."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from prm.audit.model import Action
from prm.clinics.model import ClinicState, Retention
from prm.core import table
from prm.erasure import retention
from prm.erasure.retention import Sweep
from prm.jobs import service as jobs
from prm.patients.model import Visit, VisitStatus
from prm.recovery.model import Outcome
from tests.clinic_console.conftest import clinic_console, cognito
from tests.console import Console
from tests.fakes import NOON

__all__ = ["clinic_console", "cognito"]
DAY = dt.timedelta(days=1)
YEAR = dt.timedelta(days=365.25)
LONG_AGO = NOON - 4 * YEAR


class Nobody:
    def failed(self, line: str, key: object, error: Exception, failures: int) -> None:
        raise error


def choose(console: Console, years: int | None = 3, days_ago: float = 30) -> None:
    clinics = console.house.clinics
    clinic = clinics.fresh("riverbend")
    wanted = Retention(years, NOON - days_ago * DAY) if years else None
    clinics.save(replace(clinic, retention=wanted), clinic.version)


def came(console: Console, *ends: dt.datetime, patient: str = "p-maria") -> None:
    console.knows(id=patient, record_number=patient)
    visits = [
        Visit(f"v{n}", end - dt.timedelta(hours=1), end, VisitStatus.COMPLETED, location="downtown")
        for n, end in enumerate(ends)
    ]
    table.transact(console.house.patients.store.add_visits("riverbend", patient, visits))


def night(console: Console) -> Sweep:
    console.house.retention.begin("riverbend")
    for _ in range(20):
        console.house.schedule.drain("jobs", 0, lambda: True, Nobody())
        job = console.house.jobs.find("riverbend", retention.JOB)
        if job and job.is_done:
            break
    found = console.house.retention.latest("riverbend")
    assert found
    return found


def stays(console: Console, patient: str = "p-maria") -> bool:
    return console.house.patients.find("riverbend", patient) is not None


def test_who_was_away_for_longer_is_erased_and_stands_in_the_log(clinic_console: Console) -> None:
    choose(clinic_console)
    came(clinic_console, LONG_AGO)

    found = night(clinic_console)

    assert (found.over, found.erased) == (1, 1)
    assert not stays(clinic_console)
    month = f"{clinic_console.house.clock.wall():%Y-%m}"
    entries = [one for _, one in clinic_console.house.audit.month("riverbend", month)]
    assert [(one.member, one.action, one.patient) for one in entries] == [("retention", Action.ERASED, "p-maria")]


def mailed_lately(console: Console) -> None:
    came(console, LONG_AGO)
    console.answers(10)


def open_case(console: Console) -> None:
    console.clock.now = LONG_AGO
    came(console, LONG_AGO)
    console.answers(3)
    console.clock.now = NOON


def called_lately(console: Console) -> None:
    open_case(console)
    (case,) = console.house.recovery.of_patient("riverbend", "p-maria")
    console.house.recovery.close("riverbend", case.id, Outcome.RESOLVED, "nora", "fine")


CONTACT: dict[str, Callable[[Console], None]] = {
    "a visit lately": lambda console: came(console, LONG_AGO, NOON - YEAR),
    "a visit ahead": lambda console: came(console, LONG_AGO, NOON + DAY),
    "just not so long": lambda console: came(console, NOON - 3 * YEAR + DAY),
    "an email lately": mailed_lately,
    "an open case": open_case,
    "a call lately": called_lately,
    "never any contact": came,
}


@pytest.mark.parametrize("contact", CONTACT)
def test_whoever_else_stays(clinic_console: Console, contact: str) -> None:
    choose(clinic_console)
    CONTACT[contact](clinic_console)

    found = night(clinic_console)

    assert (found.over, found.erased) == (0, 0)
    assert stays(clinic_console)


def test_in_the_first_days_patients_are_only_counted(clinic_console: Console) -> None:
    choose(clinic_console, days_ago=6.9)
    came(clinic_console, LONG_AGO)

    found = night(clinic_console)

    assert (found.over, found.erased) == (1, 0)
    assert stays(clinic_console)


def test_in_one_night_only_so_many_are_erased(clinic_console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "MOST", 2)
    choose(clinic_console)
    for number in range(5):
        came(clinic_console, LONG_AGO, patient=f"p{number}")

    first = night(clinic_console)
    clinic_console.clock.advance(days=1)
    second = night(clinic_console)

    assert (first.over, first.erased, second.over, second.erased) == (5, 2, 3, 2)


def test_broken_off_after_each_patient_it_comes_to_the_same(
    clinic_console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "SLICE", dt.timedelta())
    choose(clinic_console)
    for number in range(3):
        came(clinic_console, LONG_AGO, patient=f"p{number}")

    found = night(clinic_console)

    assert (found.over, found.erased) == (3, 3)


def test_a_night_is_worked_through_once(clinic_console: Console) -> None:
    choose(clinic_console)
    first = night(clinic_console)
    came(clinic_console, LONG_AGO)
    again = night(clinic_console)

    assert again == first
    assert stays(clinic_console)


@pytest.mark.parametrize("state", ["for good", "closed"])
def test_a_clinic_that_chose_nothing_or_is_closed_loses_nobody(clinic_console: Console, state: str) -> None:
    choose(clinic_console, years=None if state == "for good" else 3)
    came(clinic_console, LONG_AGO)
    if state == "closed":
        clinic = clinic_console.house.clinics.fresh("riverbend")
        clinic_console.house.clinics.save(replace(clinic, state=ClinicState.CLOSED), clinic.version)
    clinic_console.house.retention.begin("riverbend")

    assert clinic_console.house.jobs.find("riverbend", retention.JOB) is None


def test_taken_back_while_under_way_nobody_more_is_erased(clinic_console: Console) -> None:
    choose(clinic_console)
    came(clinic_console, LONG_AGO)
    clinic_console.house.retention.begin("riverbend")
    choose(clinic_console, years=None)
    clinic_console.house.schedule.drain("jobs", 0, lambda: True, Nobody())

    assert stays(clinic_console)
