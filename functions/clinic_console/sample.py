"""What patients get, shown to staff: to a patient who is nobody, with links that lead nowhere."""

from prm.clinics.model import Clinic, Language
from prm.mail.model import Kind, Letter
from prm.patients.model import Patient
from prm.reviews.letters import review_request
from prm.surveys import letters
from prm.surveys.letters import Occasion
from prm.web.staff import StaffVisit

TOKEN = "a" * 26
"""Looks like a link's token and is none."""
KINDS = (Kind.SURVEY, Kind.FOLLOW_UP, Kind.THANK_YOU, Kind.REVIEW_REQUEST)


def letter_of(visit: StaffVisit, clinic: Clinic, kind: Kind, language: Language) -> Letter:
    """Return a mail as the clinic's patients get it in a language. Raises Invalid where it could not go."""
    place = next((one for one in clinic.locations if one.review_sites), clinic.locations[0])
    nobody = Patient(
        id="sample",
        record_number="sample",
        first_name=visit.texts("console_looks.sample_first"),
        last_name=visit.texts("console_looks.sample_last"),
        email=visit.member.email,
        language=language,
        location=place.id,
    )
    occasion = Occasion(clinic, nobody, visit.urls, visit.now)
    if kind is Kind.SURVEY:
        return letters.survey(occasion, TOKEN)
    if kind is Kind.FOLLOW_UP:
        return letters.follow_up(occasion, TOKEN)
    if kind is Kind.THANK_YOU:
        return letters.thank_you(occasion, visit.now, TOKEN)
    return review_request(occasion, place.id, visit.now, TOKEN)
