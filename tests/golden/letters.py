"""Every mail in every language, about one patient and one case: all that tests of mails look at."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from prm.bulletins import letters as bulletins
from prm.bulletins.letters import Part
from prm.clinics.model import Clinic, Language, Location, ReviewSite
from prm.core.urls import Urls
from prm.insights.dashboard import Dashboard, dashboard
from prm.insights.model import CLINIC, Figures, Tally
from prm.insights.posted import RuleWork
from prm.insights.spans import Days, Span, days
from prm.insights.stays import Stays
from prm.insights.summary import Stretch, Summary
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


WEEK_DAYS = Days(dt.date(2026, 11, 16), dt.date(2026, 11, 22))
WEEK = Figures(0, 15, 2, 1)


def reader(language: Language = Language.ENGLISH, member: str = "nora") -> bulletins.Reader:
    """Return who reads a mail of the morning."""
    place = clinic(language)
    return bulletins.Reader(place, place.member(member), NOW, URLS)


def waiting() -> list[Case]:
    """Return two open cases; the first is late."""
    return [
        case(),
        case(id="p4d9xe", location="north", opened_at=NOW - dt.timedelta(hours=1), call_by=NOW + dt.timedelta(hours=3)),
    ]


def board(**changes: object) -> Dashboard:
    """Return what the clinic's dashboard says: two months, a small one under way, and a rule that went quiet."""
    tallies = [
        Tally(CLINIC, "2026-09", {"p3": 30, "s3": 6, "d3": 4}),
        Tally(CLINIC, "2026-10", {"p8": 38, "s8": 7, "d8": 5}),
        Tally(CLINIC, "2026-11", {"p20": 6, "s20": 2, "d20": 1}),
    ]
    rule = RuleWork("after-discharge", "After discharge", on=True, sent_before=60, weeks_before=12.0)
    found: dict[str, object] = {"rules": (rule,), "praise": {"mei-lin": 3, "omar": 1}}
    empty = {span: Stretch() for span in Span}
    summary = Summary(NOW, empty, Stays(dt.date(2026, 7, 1), dt.date(2026, 9, 30)), **(found | changes))  # type: ignore[arg-type]
    return dashboard(CLINIC, days(Span.QUARTER, NOW.date()), Span.QUARTER, tallies, summary)


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
BY_THE_CLOCK: dict[str, Callable[[Language], Letter]] = {
    "digest": lambda language: bulletins.digest(reader(language), waiting(), NOW - dt.timedelta(days=1)),
    "weekly": lambda language: bulletins.weekly(reader(language), [Part("", board(), WEEK)], WEEK_DAYS, waiting()),
}
ALL = TO_PATIENTS | TO_STAFF | BY_THE_CLOCK
EVERY = [(name, language) for name in ALL for language in Language]
