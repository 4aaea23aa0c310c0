"""What a patient told staff they want to get by mail, and what not."""

from chalice import Response

from clinic_console import patients
from clinic_console.patient import day, first_name, found, name_of
from prm.audit.model import Action
from prm.core import ids, together
from prm.core.errors import Conflict
from prm.mail.model import Stop, StopKind, StopReason
from prm.mail.preferences import CHOICES
from prm.mail.stops import address_name
from prm.patients.model import Patient
from prm.rules.dossier import all_names
from prm.web.filled import Filled
from prm.web.parts import Option
from prm.web.routes import SEND
from prm.web.staff import StaffPages, StaffVisit

_CONFLICT = 409
_TRIES = 3


def register(pages: StaffPages) -> None:
    """Add the routes."""
    pages.at("/clinic/patients/{patient}/emails")(emails)
    pages.at("/clinic/patients/{patient}/emails", SEND)(emails_sent)


def emails(visit: StaffVisit, patient: str) -> Response:
    """Show what the patient wants to get."""
    known = found(visit, patient).patient
    stops = _stops(visit, known)
    return _show(visit, known, stops, Filled({"may": sorted(CHOICES - _refused(stops))}))


def emails_sent(visit: StaffVisit, patient: str) -> Response:
    """Change it, if it still is what the form's page showed."""
    chosen = list(visit.form().many("may"))
    wanted = frozenset(kind for kind in CHOICES if kind in chosen)
    for _ in range(_TRIES):
        chart = found(visit, patient)
        known, stops = chart.patient, _stops(visit, chart.patient)
        if visit.form().one("mark") != _mark(stops):
            break
        fact = visit.house.patients.fact(visit.clinic.id, known.id, visit.now, chart.version)
        try:
            visit.house.preferences.choose(visit.clinic.id, all_names(known), stops, wanted, fact, visit.now)
        except Conflict:
            continue  # something else came in: the wishes may be as they were
        visit.note(Action.CHANGED, patient=patient, what="patient emails")
        how = "all" if wanted == CHOICES else "some" if wanted else "none"
        return visit.done(f"patients/{known.id}", f"console_contact.flash_emails_{how}")
    changed = {"may": visit.texts("console_contact.changed")}
    return _show(visit, known, stops, Filled({"may": chosen}, changed), _CONFLICT)


def _stops(visit: StaffVisit, patient: Patient) -> list[Stop]:
    (stops,) = together.read(visit.house.stops.asking(visit.clinic.id, all_names(patient)))
    return stops


def _refused(stops: list[Stop]) -> frozenset[StopKind]:
    """Return what the patient does not want; an address that bounces is no wish."""
    kinds = {one.kind for one in stops if one.reason is not StopReason.BOUNCED}
    return CHOICES if StopKind.ALL in kinds else frozenset(kinds)


def _mark(stops: list[Stop]) -> str:
    """Return a mark of the wishes as they stand: a form brings back the mark of what its page showed."""
    return ids.name_of("wishes", *sorted(_refused(stops)))


def _show(visit: StaffVisit, patient: Patient, stops: list[Stop], form: Filled, status: int = 200) -> Response:
    addresses = [patient.email, patient.proxy.email if patient.proxy else None]
    dead = {one.name: one for one in stops if one.reason is StopReason.BOUNCED}
    bounced = [(address, dead.get(address_name(address))) for address in addresses if address]
    visit.note(Action.VIEWED, patient=patient.id, what="patient")
    return visit.page(
        "patients/emails.html",
        nav=patients.NAV,
        status=status,
        name=name_of(visit, patient),
        first=first_name(visit, patient),
        form=form,
        mark=_mark(stops),
        path=f"patients/{patient.id}",
        choices=[
            Option(kind, visit.texts(f"console_contact.{kind}"), visit.texts(f"console_contact.{kind}_hint"))
            for kind in (StopKind.SURVEYS, StopKind.CONTENT)
        ],
        bounced=[
            visit.texts("console_contact.bounced", address=address, when=day(visit, stop.at))
            for address, stop in bounced
            if stop
        ],
    )
