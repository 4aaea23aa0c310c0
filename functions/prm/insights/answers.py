"""Answers in the patients' own words, for a page that knows whose: read as they stand now, with who said it."""

from collections.abc import Iterable
from dataclasses import dataclass

from prm.core import together
from prm.insights.model import Key
from prm.patients.model import Patient
from prm.patients.service import PatientService
from prm.surveys.model import Survey
from prm.surveys.service import SurveyService


@dataclass(frozen=True)
class Answers:
    """The answers asked for that still count, in the order asked, and the patients asked for."""

    surveys: tuple[Survey, ...]
    people: dict[str, Patient]


@dataclass(frozen=True)
class AnswerService:
    """Reads answers by their keys: numbers keep no words, so that erasing a patient erases these too."""

    surveys: SurveyService
    patients: PatientService

    def read(self, clinic_id: str, keys: Iterable[Key], people: Iterable[str] = ()) -> Answers:
        """Return these answers with their patients, and `people` besides, by one request for a hundred items."""
        wanted = tuple(dict.fromkeys(keys))
        who = (*(patient for patient, _ in wanted), *people)
        if not who:
            return Answers((), {})
        asks = self.surveys.asking_some(clinic_id, wanted), self.patients.asking(clinic_id, who)
        found, known = together.read(*asks)
        by_key = {(one.patient, one.id): one for one in found if one.is_counted}
        return Answers(tuple(by_key[key] for key in wanted if key in by_key), {one.id: one for one in known})
