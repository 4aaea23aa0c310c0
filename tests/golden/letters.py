"""Every mail in every language, about one patient and one case: all that tests of mails look at."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from prm.clinics.model import Clinic, Language, Location, ReviewSite
from prm.core.urls import Urls
from prm.mail.model import Letter
from prm.recovery import letters as recovery
from prm.recovery.model import Case
from prm.reviews import letters as reviews
from prm.surveys import letters as surveys
from prm.surveys.letters import Occasion
from tests import examples

BASE = "https://rb.example"
TOKEN = "8qm2vkxt0bwn4lryc7pza2dkfe"
NOW = dt.datetime(2026, 11, 25, 15, 2, tzinfo=dt.UTC)
"""Wednesday, November 25, 10:02 am in Dayton."""

ANSWERED_AT = dt.datetime(2026, 11, 21, 18, tzinfo=dt.UTC)
OPENED_AT = dt.datetime(2026, 11, 23, 17, 40, tzinfo=dt.UTC)
URLS = Urls(BASE)
SITES = (
    ReviewSite("google", "Google", "https://g.example/downtown"),
    ReviewSite("facebook", "Facebook", "https://f.example/downtown"),
    ReviewSite("healthgrades", "Healthgrades", "https://h.example/downtown"),
)


def clinic(language: Language = Language.ENGLISH) -> Clinic:
    """Return the example clinic, with three review sites; staff read its first language."""
    languages = (language, *(one for one in Language if one is not language))
    places = (Location("downtown", "Downtown", "(937) 555-0143", SITES), Location("north", "North"))
    return examples.riverbend(languages=languages, locations=places, signer="Nora Ellison")


def occasion(language: Language = Language.ENGLISH, now: dt.datetime = NOW) -> Occasion:
    """Return a mail to Maria."""
    return Occasion(clinic(language), examples.maria(language=language), URLS, now)


def case(**changes: object) -> Case:
    """Return Maria's case, opened by a 4 on Monday at 12:40 pm in Dayton."""
    fields: dict[str, object] = {
        "id": "k7q2mt",
        "clinic": "riverbend",
        "patient": "p-maria",
        "survey": "s-maria",
        "score": 4,
        "location": "downtown",
        "therapist": "mei-lin",
        "owner": "luis",
        "opened_at": OPENED_AT,
        "call_by": OPENED_AT + dt.timedelta(hours=4),
        "escalate_at": OPENED_AT + dt.timedelta(hours=3, minutes=30),
    }
    return Case(**(fields | changes))  # type: ignore[arg-type]


def notice(language: Language = Language.ENGLISH, member: str = "luis") -> recovery.Notice:
    """Return what staff are told as the case opens, while two more are open and one of them is late."""
    place = clinic(language)
    return recovery.Notice(place, place.member(member), case(), OPENED_AT, URLS, others_open=2, others_late=1)


def _escalation(language: Language) -> Letter:
    told = notice(language, "nora")
    return recovery.escalation(replace(told, now=OPENED_AT + dt.timedelta(hours=3, minutes=30), others_open=0))


TO_PATIENTS: dict[str, Callable[[Language], Letter]] = {
    "survey": lambda language: surveys.survey(occasion(language), TOKEN),
    "follow_up": lambda language: surveys.follow_up(occasion(language), TOKEN),
    "thank_you": lambda language: surveys.thank_you(occasion(language), ANSWERED_AT, TOKEN),
    "review_request": lambda language: reviews.review_request(occasion(language), "downtown", ANSWERED_AT, TOKEN),
    "receipt": lambda language: surveys.receipt(occasion(language), TOKEN),
}
TO_STAFF: dict[str, Callable[[Language], Letter]] = {
    "alert": lambda language: recovery.alert(notice(language)),
    "escalation": _escalation,
}
ALL = TO_PATIENTS | TO_STAFF
EVERY = [(name, language) for name in ALL for language in Language]
