"""All that is known of one patient for a person to read, by three requests: visits, mails, and what followed from them.

A decision reads each part's table whole (see `reading`). A page need not: every survey began with a mail, every case
with a survey, and stops stand under names, so that the mails tell the keys of all the rest.
"""

import datetime as dt
from dataclasses import dataclass, field

from prm.clinics.model import Clinic
from prm.core import together
from prm.core.clock import Clock
from prm.mail.model import Stop, StopKind, StopReason, patient_recipient
from prm.mail.service import MailService
from prm.mail.stops import address_name, names
from prm.patients.episodes import episodes
from prm.patients.model import Chart, Patient
from prm.patients.service import PatientService
from prm.recovery.service import RecoveryService
from prm.rules import presets
from prm.rules.model import Facts, Rule
from prm.rules.service import RuleService
from prm.surveys.service import SurveyService

_NAMES_FRESH_FOR = dt.timedelta(minutes=1)


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
    """Reads dossiers, and with them the clinic's rules: by their names where these were looked up a moment ago."""

    patients: PatientService
    mail: MailService
    surveys: SurveyService
    recovery: RecoveryService
    rules: RuleService
    clock: Clock
    _names: dict[str, tuple[dt.datetime, tuple[str, ...]]] = field(default_factory=dict, compare=False, repr=False)

    def read(self, clinic: Clinic, patient_id: str, now: dt.datetime) -> Dossier:
        """Return what is known of a patient, strongly consistent. Raises NotFound."""
        return self.of_chart(clinic, self.patients.chart(clinic.id, patient_id), now)

    def with_rules(self, clinic: Clinic, chart: Chart, now: dt.datetime) -> tuple[Dossier, tuple[Rule, ...]]:
        """Return the same for a chart at hand, and all rules as they stand; one made within a minute may be missing."""
        known = self._known(clinic.id)
        if known is None:
            rules = self.rules.list_of(clinic.id)
            self._names[clinic.id] = (self.clock.wall(), tuple(one.id for one in rules))
            return self.of_chart(clinic, chart, now), rules
        dossier, found = self._read(clinic, chart, now, self.rules.asking(clinic.id, known))
        return dossier, tuple(sorted(found, key=lambda one: one.id))

    def of_chart(self, clinic: Clinic, chart: Chart, now: dt.datetime) -> Dossier:
        """Return the same for a chart at hand."""
        return self._read(clinic, chart, now)[0]

    def _known(self, clinic_id: str) -> tuple[str, ...] | None:
        """Return the names of a clinic's rules, those that come with the house among them; None to look them up."""
        looked_at, names_ = self._names.get(clinic_id, (None, ()))
        if looked_at is None or self.clock.wall() - looked_at >= _NAMES_FRESH_FOR:
            return None
        return tuple(sorted({*names_, *(rule.id for preset in presets.PRESETS for rule in preset.rules())}))

    def _read(
        self, clinic: Clinic, chart: Chart, now: dt.datetime, *more: together.Ask[Rule]
    ) -> tuple[Dossier, list[Rule]]:
        patient = chart.patient
        touches = self.mail.of_recipient(clinic.id, patient_recipient(patient.id))
        surveys, cases, stops, *others = together.read(
            self.surveys.asking(clinic.id, patient.id, touches),
            self.recovery.asking(clinic.id, patient.id, touches),
            self.mail.stops.asking(clinic.id, all_names(patient)),
            *more,
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
        held = tuple(sorted(stops, key=lambda one: (one.at, one.name, one.kind)))
        return Dossier(chart, facts, held), [rule for some in others for rule in some]


def all_names(patient: Patient) -> tuple[str, ...]:
    """Return every name a patient may be stopped under: their own, their address's, their proxy's."""
    addresses = [patient.email, patient.proxy.email if patient.proxy else None]
    own = patient_recipient(patient.id)
    return tuple(dict.fromkeys(name for address in addresses for name in names(own, address)))


def _stopped(patient: Patient, stops: list[Stop], day: dt.date) -> frozenset[StopKind]:
    """Return what is stopped for the address that is in use: what rules see."""
    used = names(patient_recipient(patient.id), patient.address_on(day))
    return frozenset(one.kind for one in stops if one.name in used)
