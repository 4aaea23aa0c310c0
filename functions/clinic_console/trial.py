"""A rule's email as it will look, and a test of it to oneself."""

from chalice import Response

from prm.accounts.limits import Limit
from prm.audit.model import Action
from prm.core.errors import Invalid, NotFound
from prm.patients.model import Patient
from prm.rules import trial
from prm.surveys.letters import Occasion
from prm.web import framed
from prm.web.routes import READ, SEND
from prm.web.staff import LEADS, StaffPages, StaffVisit

_NO_TOKEN = "sample"  # noqa: S105  # a word that opens nothing


def register(pages: StaffPages) -> None:
    """Add the routes."""
    pages.at("/clinic/rules/{rule}/email", READ, LEADS)(email)
    pages.at("/clinic/rules/{rule}/test", SEND, LEADS)(tested)


def email(visit: StaffVisit, rule: str) -> Response:
    """Return the rule's email as one patient would see it, to be shown in a frame. Its links lead nowhere."""
    main = visit.house.rules.known(visit.clinic.id, rule)
    patient = _reader(visit, visit.query("as"))
    occasion = Occasion(visit.clinic, patient, visit.urls, visit.now)
    kind = trial.kind_of(main, visit.clinic, patient.location)
    try:
        return framed.letter(trial.letter(kind, occasion, _NO_TOKEN).html)
    except Invalid:
        nobody = Occasion(visit.clinic, _sample(visit), visit.urls, visit.now)
        return framed.letter(trial.letter(kind, nobody, _NO_TOKEN).html)


def tested(visit: StaffVisit, rule: str) -> Response:
    """Send it to who is signed in."""
    main = visit.house.rules.known(visit.clinic.id, rule)
    back = "start" if visit.form().one("back") == "start" else f"rules/{rule}"
    if not visit.house.limits.take(Limit.TEST_MAIL, f"{visit.clinic.id} {visit.member.id}"):
        return visit.done(back, "console_rules.flash_tests")
    visit.house.trial.order(visit.clinic, visit.member, main, visit.now)
    visit.note(Action.SENT, what=f"test of rule {rule}")
    return visit.done(back, "console_rules.flash_tested", email=visit.member.email)


def _reader(visit: StaffVisit, patient_id: str) -> Patient:
    """Return the patient asked for, if this person may see them; without one, someone who is nobody."""
    if not patient_id:
        return _sample(visit)
    patient = visit.house.patients.some(visit.clinic.id, [patient_id]).get(patient_id)
    if patient is None or not visit.sees(patient.location):
        raise NotFound("There is no such patient")
    visit.note(Action.VIEWED, patient=patient.id, what="email")
    return patient


def _sample(visit: StaffVisit) -> Patient:
    return trial.sample(visit.clinic, visit.texts("console_rules.sample_name"))
