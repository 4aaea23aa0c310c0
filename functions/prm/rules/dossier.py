"""All that is known of one patient for a person to read, by three requests: visits, mails, and what followed from them.

A decision reads each part's table whole (see `reading`). A page need not: every survey began with a mail, every case
with a survey, and stops stand under names, so that the mails tell the keys of all the rest.
"""

import datetime as dt
from dataclasses import dataclass

from prm.clinics.model import Clinic
from prm.core import together
from prm.mail.model import Stop, StopKind, StopReason, patient_recipient
from prm.mail.service import MailService
from prm.mail.stops import address_name, names
from prm.patients.episodes import episodes
from prm.patients.model import Chart, Patient
from prm.patients.service import PatientService
from prm.recovery.service import RecoveryService
from prm.rules.model import Facts
from prm.surveys.service import SurveyService


@dataclass(frozen=True)
class Dossier:
    """A patient's chart, the facts that rules look at, and every stop of theirs, also of an address not in use."""

    chart: Chart
    facts: Facts
    stops: tuple[Stop, ...]

    @property
    def patient(self) -> Patient:
        """Whom it is about."""
        return self.chart.patient

    @property
    def asked_for(self) -> frozenset[StopKind]:
        """What the patient does not want."""
        return frozenset(one.kind for one in self.stops if one.reason is not StopReason.BOUNCED)

    def bounced(self, address: str) -> Stop | None:
        """Return the stop of an address that takes no mail, if it is one."""
        name = address_name(address)
        return next((one for one in self.stops if one.name == name and one.reason is StopReason.BOUNCED), None)


@dataclass(frozen=True)
class DossierService:
    """Reads dossiers."""

    patients: PatientService
    mail: MailService
    surveys: SurveyService
    recovery: RecoveryService

    def read(self, clinic: Clinic, patient_id: str, now: dt.datetime) -> Dossier:
        """Return what is known of a patient, strongly consistent. Raises NotFound."""
        return self.of_chart(clinic, self.patients.chart(clinic.id, patient_id), now)

    def of_chart(self, clinic: Clinic, chart: Chart, now: dt.datetime) -> Dossier:
        """Return the same for a chart at hand."""
        patient = chart.patient
        touches = self.mail.of_recipient(clinic.id, patient_recipient(patient.id))
        surveys, cases, stops = together.read(
            self.surveys.asking(clinic.id, patient.id, touches),
            self.recovery.asking(clinic.id, patient.id, touches),
            self.mail.stops.asking(clinic.id, all_names(patient)),
        )
        facts = Facts(
            clinic,
            patient,
            episodes(chart.visits),
            surveys=tuple(sorted(surveys, key=lambda one: (one.asked_at, one.id))),
            touches=touches,
            cases=tuple(sorted(cases, key=lambda one: one.opened_at)),
            stopped=_stopped(patient, stops, now.astimezone(clinic.tz).date()),
        )
        return Dossier(chart, facts, tuple(sorted(stops, key=lambda one: (one.at, one.name, one.kind))))


def all_names(patient: Patient) -> tuple[str, ...]:
    """Return every name a patient may be stopped under: their own, their address's, their proxy's."""
    addresses = [patient.email, patient.proxy.email if patient.proxy else None]
    own = patient_recipient(patient.id)
    return tuple(dict.fromkeys(name for address in addresses for name in names(own, address)))


def _stopped(patient: Patient, stops: list[Stop], day: dt.date) -> frozenset[StopKind]:
    """Return what is stopped for the address that is in use: what rules see."""
    used = names(patient_recipient(patient.id), patient.address_on(day))
    return frozenset(one.kind for one in stops if one.name in used)
