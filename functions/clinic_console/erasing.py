"""Erasing a patient, in two steps, by the owner: what goes and what stays, then the word that proves it is meant."""

from chalice import Response

from clinic_console import patients
from clinic_console.patient import found, name_of
from prm.audit.model import Action
from prm.core.errors import Conflict
from prm.patients.model import Chart
from prm.web.filled import Filled
from prm.web.routes import READ, SEND
from prm.web.staff import OWNER, StaffPages, StaffVisit

_UNPROCESSABLE = 422


def register(pages: StaffPages) -> None:
    """Add the routes."""
    pages.at("/clinic/patients/{patient}/erase", READ, OWNER)(erase)
    pages.at("/clinic/patients/{patient}/erase", SEND, OWNER)(erased)


def erase(visit: StaffVisit, patient: str) -> Response:
    """Say what goes and what stays."""
    return _show(visit, found(visit, patient), Filled())


def erased(visit: StaffVisit, patient: str) -> Response:
    """Erase the patient whose number was typed."""
    chart = found(visit, patient)
    typed = visit.form().one("number").strip()
    if typed != chart.patient.record_number:
        wrong = {"number": visit.texts("console_erasing.wrong")}
        return _show(visit, chart, Filled({"number": typed}, wrong), _UNPROCESSABLE)
    try:
        visit.house.erasure.erase(visit.clinic.id, chart)
    except Conflict:
        return visit.done(f"patients/{chart.patient.id}/erase", "console_erasing.flash_again")
    visit.note(Action.ERASED, patient=chart.patient.id)
    return visit.done("patients", "console_erasing.flash_erased")


def _show(visit: StaffVisit, chart: Chart, form: Filled, status: int = 200) -> Response:
    visit.note(Action.VIEWED, patient=chart.patient.id, what="patient")
    return visit.page(
        "patients/erase.html",
        nav=patients.NAV,
        status=status,
        name=name_of(visit, chart.patient),
        number=chart.patient.record_number,
        visits=len(chart.visits),
        form=form,
        path=f"patients/{chart.patient.id}",
    )
