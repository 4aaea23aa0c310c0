"""The clinic's patients: who they are, where they stand, whether mail reaches them."""

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlencode

from chalice import Response

from prm.audit.model import Action
from prm.patients.directory import Card, Care, Listing, Reach, Wanted
from prm.surveys.model import Group
from prm.web.filled import Filled, Typed
from prm.web.staff import StaffPages, StaffVisit

NAV = "patients"
_EVERYWHERE = "everywhere"
"""Says in an address that names are not all that is looked through."""
_DIGITS = 8
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


@dataclass(frozen=True)
class Asked:
    """What the address of a list asks for. `begins`: whose names are looked at first, "" for everyone's."""

    typed: dict[str, str]
    wanted: Wanted
    begins: str

    def takes(self, visit: StaffVisit, card: Card) -> bool:
        """Tell whether a card belongs in the list as this person may see it."""
        return visit.sees(card.location) and self.wanted.takes(card, visit.now)


@dataclass(frozen=True)
class Standing:
    """Where a page stands in its list: the number of the one before it, and how many there are, where that is known."""

    before: int
    total: int | None


def register(pages: StaffPages) -> None:
    """Add the routes."""
    pages.at("/clinic/patients")(patients)


def asked(visit: StaffVisit) -> Asked:
    """Return what the address asks for."""
    typed = {name: visit.query(name).strip() for name in ("search", *_FILTERS)}
    wanted = _wanted(typed)
    return Asked(typed, wanted, "" if visit.query(_EVERYWHERE) else wanted.begins)


def patients(visit: StaffVisit) -> Response:
    """Show a page of the list."""
    ask, after = asked(visit), visit.query("after")
    sees_all = not visit.member.locations
    tags: set[str] = set()

    def takes(card: Card) -> bool:
        tags.update(card.tags if visit.sees(card.location) else ())
        return ask.takes(visit, card)

    is_anyone = sees_all and ask.wanted.is_anyone
    found = visit.house.patients.look(visit.clinic.id, None if is_anyone else takes, after, begins=ask.begins)
    visit.note(Action.LISTED, what="patients")
    summary = visit.house.insights.summary(visit.clinic.id) if is_anyone and not after else None
    filled: dict[str, Typed] = dict(ask.typed)
    choices = _choices(visit)
    stands = _standing(visit, found)
    address = AddressOf(visit, ask.typed, is_everywhere=not found.begins and bool(ask.wanted.begins))
    return visit.page(
        "patients/list.html",
        nav=NAV,
        form=Filled(filled),
        choices=choices,
        tags=sorted(tags.union(*(card.tags for card in found.cards))),
        pills=_pills(visit, ask.typed, choices),
        said=_said(visit, found, stands),
        shows=_shows(visit, found, stands),
        lines=[_line(visit, card) for card in found.cards],
        found=found,
        next=address.onward(found, stands) if found.after else "",
        first=address.of() if after else "",
        everywhere=AddressOf(visit, ask.typed, is_everywhere=True).of() if found.begins else "",
        file_at=address.of("patients/file") if visit.leads else "",
        is_anyone=ask.wanted.is_anyone,
        summary=summary,
    )


@dataclass(frozen=True)
class AddressOf:
    """Addresses of what the list is asked for. No name stands in them but what the reader typed."""

    visit: StaffVisit
    typed: dict[str, str]
    is_everywhere: bool

    def of(self, path: str = "patients", **more: str) -> str:
        """Return the address of a page with the same filters."""
        everywhere = {_EVERYWHERE: "1"} if self.is_everywhere and self.typed["search"] else {}
        return _address(self.visit, self.typed, path, **everywhere, **more)

    def onward(self, found: Listing, stands: Standing) -> str:
        """Return the address of the next page, which is told where it stands."""
        before = stands.before + len(found.cards)
        known = {"of": str(stands.total)} if stands.total is not None else {}
        return self.of(after=found.after, at=str(before), **known)


def _standing(visit: StaffVisit, found: Listing) -> Standing:
    """Return where this page stands: the first one knows, the next ones were told by the address that led to them."""
    if not visit.query("after"):
        return Standing(0, found.total)
    before, total = _number(visit.query("at")), _number(visit.query("of"))
    return Standing(before or 0, total if total and before and total >= before + len(found.cards) else None)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < _DIGITS else None


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


def _address(visit: StaffVisit, typed: dict[str, str], path: str = "patients", **more: str) -> str:
    query = urlencode({name: value for name, value in (typed | more).items() if value})
    return visit.urls.console(f"{path}?{query}" if query else path)


def _said(visit: StaffVisit, found: Listing, stands: Standing) -> str:
    """Return how many there are, where that is known: a page of a long list knows only itself."""
    if stands.total is not None:
        return visit.formats.count("console_patients.found", stands.total)
    return visit.texts.count("console_patients.shown", len(found.cards))


def _shows(visit: StaffVisit, found: Listing, stands: Standing) -> str:
    """Return which ones this page shows."""
    number = visit.formats.number
    first, last = number(stands.before + 1), number(stands.before + len(found.cards))
    if stands.total is None:
        return visit.texts("console_patients.range", first=first, last=last)
    return visit.texts("console_patients.range_of", first=first, last=last, all=number(stands.total))


def _line(visit: StaffVisit, card: Card) -> Line:
    therapist = visit.clinic.therapist(card.therapist)
    days = (visit.now - card.done_at).days if card.done_at else 0
    coming = card.next_at if card.next_at and card.next_at > visit.now else None
    return Line(
        card=card,
        care=care(visit, card),
        therapist=therapist.name if therapist else "",
        done=_day(visit, card.done_at),
        days=visit.texts.count("console_patients.days", days) if days else "",
        coming=_day(visit, coming),
        is_off=coming is None and card.care_at(visit.now) in {Care.IN_CARE, Care.OFF_SCHEDULE},
        email=email(visit, card),
        look=_LOOKS.get(card.reach, ""),
    )


def email(visit: StaffVisit, card: Card) -> str:
    """Return whether mail reaches a patient, in a word or two."""
    if card.reach is Reach.OK and card.reader:
        return visit.texts("console_patients.email_to", name=card.reader)
    return visit.texts(f"console_patients.email_{card.reach}")


def care(visit: StaffVisit, card: Card) -> str:
    """Return where a patient stands, in a word or two."""
    return visit.texts(f"console_patients.care_{card.care_at(visit.now)}")


def _day(visit: StaffVisit, at: dt.datetime | None) -> str:
    return visit.formats.short_day(visit.formats.local(at).date(), visit.today) if at else ""
