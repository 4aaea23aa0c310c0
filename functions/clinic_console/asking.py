"""A survey sent by hand: a page that says what goes when and what speaks against it, then the sending."""

import datetime as dt

from chalice import Response

from clinic_console import patients
from clinic_console.patient import first_name, found, name_of
from clinic_console.patient_lines import reason
from prm.audit.model import Action
from prm.core.errors import Conflict, Forbidden
from prm.rules.by_hand import Offer
from prm.rules.dossier import Dossier
from prm.web.filled import Filled
from prm.web.routes import SEND
from prm.web.staff import StaffPages, StaffVisit

_UNPROCESSABLE = 422


def register(pages: StaffPages) -> None:
    """Add the routes."""
    pages.at("/clinic/patients/{patient}/survey")(survey)
    pages.at("/clinic/patients/{patient}/survey", SEND)(survey_sent)


def survey(visit: StaffVisit, patient: str) -> Response:
    """Say what would go, when, and what speaks against it."""
    dossier = _dossier(visit, patient)
    return _show(visit, dossier, visit.house.by_hand.offer(dossier, visit.now), Filled())


def survey_sent(visit: StaffVisit, patient: str) -> Response:
    """Send it; beyond a limit only for who says so."""
    dossier = _dossier(visit, patient)
    said_so = visit.form().one("anyway") == "1"
    offer = visit.house.by_hand.offer(dossier, visit.now)
    try:
        visit.house.by_hand.order(dossier, visit.now, beyond_limits=said_so)
    except Forbidden:
        wrong = {} if offer.refused else {"anyway": visit.texts("console_asking.say_so")}
        return _show(visit, dossier, offer, Filled({}, wrong), _UNPROCESSABLE)
    except Conflict:
        return visit.done(f"patients/{patient}/survey", "console_asking.flash_looked_again")
    visit.note(Action.SENT, patient=patient, what="survey by hand")
    return visit.done(f"patients/{dossier.patient.id}", "console_asking.flash_sent", when=_when(visit, offer.goes_at))


def _dossier(visit: StaffVisit, patient: str) -> Dossier:
    return visit.house.dossiers.of_chart(visit.clinic, found(visit, patient), visit.now)


def _when(visit: StaffVisit, goes_at: dt.datetime | None) -> str:
    if goes_at is None or goes_at <= visit.now:
        return visit.texts("console_asking.now")
    return visit.formats.moment(goes_at, visit.now)


def _show(visit: StaffVisit, dossier: Dossier, offer: Offer, form: Filled, status: int = 200) -> Response:
    patient = dossier.patient
    visit.note(Action.VIEWED, patient=patient.id, what="patient")
    return visit.page(
        "patients/survey.html",
        nav=patients.NAV,
        status=status,
        name=name_of(visit, patient),
        first=first_name(visit, patient),
        language=visit.texts(f"console_patient.language_{patient.language}"),
        address=patient.address_on(visit.today) or "",
        when=_when(visit, offer.goes_at),
        goes_now=offer.goes_at is None or offer.goes_at <= visit.now,
        refused=reason(visit, offer.refused) if offer.refused else "",
        beyond=reason(visit, offer.beyond) if offer.beyond else "",
        waits=any(one.is_open for one in dossier.facts.cases),
        form=form,
        path=f"patients/{patient.id}",
    )
