"""Removing the example patients, by who leads the clinic: what goes, then the word."""

from dataclasses import dataclass

from chalice import Response

from prm.audit.model import Action
from prm.core.errors import Conflict
from prm.uploads.model import Stage
from prm.web.page import see_other
from prm.web.routes import READ, SEND
from prm.web.staff import LEADS, StaffPages, StaffVisit

NAV = "records"
PATH = "records/example/remove"


@dataclass(frozen=True)
class Offer:
    """What the list of files says of example patients: how many are here, and whether they are on their way out."""

    count: int = 0
    is_going: bool = False


def register(pages: StaffPages) -> None:
    """Add the routes."""
    pages.at(f"/clinic/{PATH}", READ, LEADS)(ask)
    pages.at(f"/clinic/{PATH}", SEND, LEADS)(remove)


def offer(visit: StaffVisit) -> Offer:
    """Return what to say to this person, by one request, or two where there are any."""
    count = visit.house.examples.here(visit.clinic.id) if visit.leads else 0
    return Offer(count, bool(count) and visit.house.examples.is_going(visit.clinic.id))


def ask(visit: StaffVisit) -> Response:
    """Say what goes; where nothing is left to remove, the list says so."""
    count = visit.house.examples.here(visit.clinic.id)
    if not count:
        return see_other(visit.urls.console("records"))
    return visit.page("records/remove_example.html", nav=NAV, count=count, path=PATH)


def remove(visit: StaffVisit) -> Response:
    """Have them removed. Raises Conflict while they are still coming in."""
    uploads = visit.house.uploads.list_of(visit.clinic.id)
    if any(one.is_example and one.stage is Stage.IMPORTING for one in uploads):
        raise Conflict(visit.texts("console_records.example_coming"))
    if not visit.house.examples.here(visit.clinic.id):
        return visit.done("records", "console_records.flash_example_gone")
    visit.house.examples.begin(visit.clinic.id)
    visit.note(Action.ERASED, what="example patients")
    return visit.done("records", "console_records.flash_example_going")
