"""`prm cases`: who needs a call, by when, and what they said."""

import datetime as dt
from typing import TYPE_CHECKING

import click
from rich.table import Table
from rich.text import Text

from local.output import as_json, report
from local.session import connect
from local.tables import drawn
from prm.core.errors import NotFound
from prm.core.formats import Formats, phone
from prm.core.text import Texts
from prm.recovery.model import Case

if TYPE_CHECKING:
    from prm.wiring import House


@click.command()
@click.argument("clinic")
@click.option("--all", "all_", is_flag=True, help="The closed ones too.")
@as_json
def command(clinic: str, *, all_: bool, json_: bool) -> None:
    """List open cases, the most urgent first. Close one with: prm case close CLINIC CASE --outcome ..."""
    house = connect()
    house.clinics.get(clinic)
    found = house.recovery.open_cases(clinic)
    if all_:
        found += house.recovery.closed_cases(clinic)
    report([facts(case) for case in found], lambda: _told(house, clinic, found), json_=json_)


def facts(case: Case) -> dict[str, object]:
    """Return a case for a program; `due_at` is when the patient should have been called."""
    return {
        "id": case.id,
        "patient": case.patient,
        "score": case.score,
        "state": case.state.value,
        "owner": case.owner,
        "due_at": case.call_by.isoformat(),
        "location": case.location,
        "therapist": case.therapist,
        "opened": case.opened,
        "opened_at": case.opened_at.isoformat(),
        "unconfirmed": case.unconfirmed,
        "no_call": case.no_call,
        "outcome": case.outcome.value if case.outcome else None,
    }


def _told(house: "House", clinic_id: str, cases: list[Case]) -> str:
    if not cases:
        return "Nobody is waiting for a call."
    clinic = house.clinics.get(clinic_id)
    names = {one.id: one.name for one in clinic.staff}
    formats = Formats(Texts("en"), clinic.tz)
    now = house.clock.business()
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("case", "score", "call by", "patient", "phone", "place", "owner", "words"):
        table.add_column(name, overflow="fold")
    for case in cases:
        name, number = _patient(house, case)
        table.add_row(
            case.id,
            f"{case.score}?" if case.unconfirmed else str(case.score),
            _when(case, formats, now),
            Text(name),
            "please don't call" if case.no_call else number,
            place.name if (place := clinic.location(case.location)) else "",
            names.get(case.owner or "", ""),
            Text(_words(house, case)),
        )
    return drawn(table)


def _when(case: Case, formats: Formats, now: dt.datetime) -> str:
    if not case.is_open:
        return f"closed: {case.outcome}"
    moment = formats.moment(case.call_by, now)
    return f"{moment}, late" if case.is_late(now) else moment


def _patient(house: "House", case: Case) -> tuple[str, str]:
    chart = house.patients.find(case.clinic, case.patient)
    if chart is None:
        return case.patient, ""
    patient = chart.patient
    return f"{patient.first_name} {patient.last_name}", phone(patient.phone or "")


def _words(house: "House", case: Case) -> str:
    try:
        answer = house.surveys.get(case.clinic, case.patient, case.survey).answer
    except NotFound:
        return ""
    return answer.comment if answer else ""
