"""The clinic's patients: who they are, where they stand, whether mail reaches them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from chalice import Response

from prm.audit.model import Action
from prm.patients.directory import Card, Care, Reach, Wanted
from prm.surveys.model import Group
from prm.web.filled import Filled, Typed
from prm.web.staff import StaffPages, StaffVisit

NAV = "patients"
_FILTERS = ("care", "location", "therapist", "score", "email", "tag")
_LOOKS = {
    Reach.NO_ADDRESS: "warn",
    Reach.BOUNCED: "warn",
    Reach.STOPPED: "off",
    Reach.DECEASED: "off",
    Reach.EXAMPLE: "off",
}


@dataclass(frozen=True)
class Line:
    """One patient as the list shows them."""

    card: Card
    care: str
    therapist: str
    done: str
    days: str
    coming: str
    is_off: bool
    email: str
    look: str


def register(pages: StaffPages) -> None:
    """Add the routes."""
    pages.at("/clinic/patients")(patients)


def patients(visit: StaffVisit) -> Response:
    """Show a page of the list."""
    typed = {name: visit.query(name).strip() for name in ("search", *_FILTERS)}
    wanted, after = _wanted(typed), visit.query("after")
    sees_all = not visit.member.locations

    tags: set[str] = set()

    def takes(card: Card) -> bool:
        sees = sees_all or visit.sees(card.location)
        tags.update(card.tags if sees else ())
        return sees and wanted.takes(card, visit.now)

    found = visit.house.patients.look(visit.clinic.id, takes, after, is_anyone=sees_all and wanted.is_anyone)
    visit.note(Action.LISTED, what="patients")
    filled: dict[str, Typed] = dict(typed)
    choices = _choices(visit)
    return visit.page(
        "patients/list.html",
        nav=NAV,
        form=Filled(filled),
        choices=choices,
        tags=sorted(tags),
        pills=_pills(visit, typed, choices),
        said=_said(visit, found.cards, whole=not after and not found.after),
        lines=[_line(visit, card) for card in found.cards],
        found=found,
        next=_address(visit, typed, after=found.after) if found.after else "",
        first=_address(visit, typed) if after else "",
        is_anyone=wanted.is_anyone,
    )


def _wanted(typed: dict[str, str]) -> Wanted:
    """Return what the filters ask for; what no filter of ours offers asks for nothing."""
    return Wanted(
        search=typed["search"],
        care=Care(typed["care"]) if typed["care"] in set(Care) else None,
        location=typed["location"],
        therapist=typed["therapist"],
        tag=typed["tag"],
        group=typed["score"] if typed["score"] in set(Group) else "",
        reach=Reach(typed["email"]) if typed["email"] in set(Reach) else None,
    )


def _choices(visit: StaffVisit) -> dict[str, list[tuple[str, str]]]:
    anything = [("", visit.texts("console_patients.all"))]
    return {
        "care": anything + [(one, visit.texts(f"console_patients.care_{one}")) for one in Care],
        "location": anything + [(one.id, one.name) for one in visit.locations],
        "therapist": anything + [(one.id, one.name) for one in visit.clinic.therapists],
        "score": anything + [(one, visit.texts(f"console_patients.score_{one}")) for one in Group],
        "email": anything + [(one, visit.texts(f"console_patients.email_{one}")) for one in Reach],
    }


def _pills(
    visit: StaffVisit, typed: dict[str, str], choices: dict[str, list[tuple[str, str]]]
) -> list[tuple[str, str]]:
    """Return each filter that is on, with the address of the list without it."""
    on = [name for name, value in typed.items() if value]
    words = {
        name: dict(choices[name]).get(typed[name], typed[name])
        if name in choices
        else visit.texts(f"console_patients.on_{name}", value=typed[name])
        for name in on
    }
    return [(words[name], _address(visit, typed | {name: ""})) for name in on]


def _address(visit: StaffVisit, typed: dict[str, str], **more: str) -> str:
    query = urlencode({name: value for name, value in (typed | more).items() if value})
    return visit.urls.console(f"patients?{query}" if query else "patients")


def _said(visit: StaffVisit, cards: Sequence[Card], *, whole: bool) -> str:
    """Return how many there are, where that is known: a page of a long list knows only itself."""
    return visit.texts.count(f"console_patients.{'found' if whole else 'shown'}", len(cards))


def _line(visit: StaffVisit, card: Card) -> Line:
    therapist = visit.clinic.therapist(card.therapist)
    care = card.care_at(visit.now)
    days = (visit.now - card.done_at).days if card.done_at else 0
    coming = card.next_at if card.next_at and card.next_at > visit.now else None
    return Line(
        card=card,
        care=visit.texts(f"console_patients.care_{care}"),
        therapist=therapist.name if therapist else "",
        done=_day(visit, card.done_at),
        days=visit.texts.count("console_patients.days", days) if days else "",
        coming=_day(visit, coming),
        is_off=coming is None and care in {Care.IN_CARE, Care.OFF_SCHEDULE},
        email=email(visit, card),
        look=_LOOKS.get(card.reach, ""),
    )


def email(visit: StaffVisit, card: Card) -> str:
    """Return whether mail reaches a patient, in a word or two."""
    if card.reach is Reach.OK and card.reader:
        return visit.texts("console_patients.email_to", name=card.reader)
    return visit.texts(f"console_patients.email_{card.reach}")


def _day(visit: StaffVisit, at: dt.datetime | None) -> str:
    return visit.formats.short_day(visit.formats.local(at).date(), visit.today) if at else ""
