"""All that is known of one patient, read at once: what every decision stands on."""

import datetime as dt
from dataclasses import dataclass, replace

from prm.clinics.service import ClinicService
from prm.mail.model import State, StopKind, Touch, patient_recipient
from prm.mail.service import MailService
from prm.mail.stops import names
from prm.patients.directory import Card, Reach, by_profile, card_of
from prm.patients.episodes import episodes
from prm.patients.model import Chart
from prm.patients.service import PatientService
from prm.recovery.service import RecoveryService
from prm.rules.model import Facts
from prm.surveys.service import SurveyService


@dataclass(frozen=True)
class Reader:
    """Reads the facts, strongly consistent and last things last: an opt-out is read after all it could stop."""

    patients: PatientService
    mail: MailService
    surveys: SurveyService
    recovery: RecoveryService
    clinics: ClinicService

    def charted(self, clinic_id: str, chart: Chart) -> Facts:
        """Return what the chart alone tells; enough to see that nothing happened for any rule."""
        return Facts(self.clinics.get(clinic_id), chart.patient, episodes(chart.visits))

    def complete(self, facts: Facts, now: dt.datetime) -> Facts:
        """Return the facts with everything beside the chart."""
        clinic, patient = facts.clinic, facts.patient
        recipient = patient_recipient(patient.id)
        address = patient.address_on(now.astimezone(clinic.tz).date())
        return replace(
            facts,
            touches=self.mail.of_recipient(clinic.id, recipient),
            surveys=self.surveys.of_patient(clinic.id, patient.id),
            cases=self.recovery.of_patient(clinic.id, patient.id),
            stopped=self.mail.stops.stopped(clinic.id, names(recipient, address)),
        )

    def facts(self, clinic_id: str, chart: Chart, now: dt.datetime) -> Facts:
        """Return all there is to know."""
        return self.complete(self.charted(clinic_id, chart), now)


def card(facts: Facts, chart: Chart, now: dt.datetime) -> Card:
    """Return what lists show of the patient, as the facts have it."""
    day = now.astimezone(facts.clinic.tz).date()
    counted = [one for one in facts.surveys if one.is_counted and one.answer]
    last = max(counted, key=lambda one: one.counted_at or one.asked_at, default=None)
    score = last.answer.score if last and last.answer else None
    return card_of(facts.patient, chart.visits, now, reach=_reach(facts, day), score=score)


def _reach(facts: Facts, day: dt.date) -> Reach:
    known = by_profile(facts.patient, day)
    if known is not Reach.OK or StopKind.ALL not in facts.stopped:
        return known
    return Reach.BOUNCED if _bounced(facts) else Reach.STOPPED


def _bounced(facts: Facts) -> bool:
    """Whether the last mail came back: then it is the address that stopped, not the patient."""
    last = max(facts.touches, key=lambda one: one.created_at, default=None)
    return last is not None and last.state is State.BOUNCED


def about(facts: Facts, touch: Touch) -> Facts:
    """Return the facts as they are when `touch` itself is judged."""
    return replace(facts, touches=tuple(one for one in facts.touches if one.id != touch.id), judged=touch)
