"""The patients that a list shows, as a file to take away."""

import datetime as dt
import json
from collections.abc import Iterator, Sequence

from chalice import Response

from clinic_console import patients
from prm.audit.model import Action
from prm.core.sheet import Cell
from prm.patients.directory import Card
from prm.web.download import download
from prm.web.staff import LEADS, StaffPages, StaffVisit

MOST = 25_000
"""Lines of one file: more are read by nobody, and take too long."""
LARGEST = 5_500_000
"""Bytes of one file as a function hands it on, in JSON: it may answer with 6 MB.
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""
COLUMNS = (
    *("record_number", "last_name", "first_name", "location", "therapist", "tags"),
    *("care", "visits", "last_visit", "next_visit", "last_score"),
    *("email_works", "email", "email_reader", "phone"),
)


def register(pages: StaffPages) -> None:
    """Add the route."""
    pages.at("/clinic/patients/file", roles=LEADS)(file)


def file(visit: StaffVisit) -> Response:
    """Give away what the list shows under the same filters, all its pages; someone with locations gets theirs alone."""
    ask = patients.asked(visit)
    found = visit.house.patients.chosen(
        visit.clinic.id, lambda card: ask.takes(visit, card), MOST + 1, begins=ask.begins
    )
    made = download(f"{visit.clinic.id}-patients-{visit.today:%Y-%m-%d}", COLUMNS, _lines(visit, found[:MOST]))
    if len(found) > MOST or len(json.dumps(made.body)) > LARGEST:
        return visit.done("patients", "console_patients.flash_too_many")
    visit.note(Action.EXPORTED, what="patients")
    return made


def _lines(visit: StaffVisit, cards: Sequence[Card]) -> Iterator[Sequence[Cell]]:
    for card in cards:
        location, therapist = visit.clinic.location(card.location), visit.clinic.therapist(card.therapist)
        is_ahead = card.next_at is not None and card.next_at > visit.now
        yield (
            *(card.number, card.last_name, card.first_name),
            *(location.name if location else card.location, therapist.name if therapist else card.therapist),
            ", ".join(card.tags),
            *(patients.care(visit, card), card.visits, _day(visit, card.done_at)),
            *(_day(visit, card.next_at if is_ahead else None), card.score),
            *(visit.texts(f"console_patients.email_{card.reach}"), card.email, card.reader, card.phone),
        )


def _day(visit: StaffVisit, at: dt.datetime | None) -> str:
    return visit.formats.local(at).date().isoformat() if at else ""
