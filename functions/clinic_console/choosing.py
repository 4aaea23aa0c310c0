"""Which numbers someone looks at: over what time, and of which place; nobody chooses more than they may see."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from prm.clinics.model import Role
from prm.insights.dashboard import Dashboard
from prm.insights.spans import Days, Span
from prm.web.filled import Filled
from prm.web.staff import LEADS, StaffVisit

READERS = LEADS | {Role.THERAPIST}
"""Who reads numbers: a therapist their own."""


@dataclass(frozen=True)
class Choice:
    """A span with a location or a therapist; neither is the whole clinic."""

    span: Span
    location: str | None = None
    therapist: str | None = None

    def board(self, visit: StaffVisit) -> Dashboard:
        """Return its numbers, by one query."""
        return visit.house.insights.dashboard(visit.clinic.id, self.span, self.location, self.therapist)

    def form(self) -> Filled:
        """Return what the filters show as chosen."""
        return Filled({"span": self.span, "location": self.location or ""})

    def where(self, visit: StaffVisit) -> str:
        """Return whose numbers these are, in words."""
        therapist, place = visit.clinic.therapist(self.therapist), visit.clinic.location(self.location)
        if therapist:
            return visit.texts("console_home.own", name=therapist.name)
        return place.name if place else visit.texts("console_home.all_places")


def chosen(visit: StaffVisit, span: Span = Span.QUARTER) -> Choice:
    """Return what the address asks for, as far as this person may see it.

    A therapist whom the team's page links to one of the clinic's records sees the answers to these; one who is not,
    like anyone with locations, sees one of these at a time.
    """
    wanted = visit.query("span")
    span = Span(wanted) if wanted in set(Span) else span
    own = visit.clinic.therapist(visit.member.therapist)
    if visit.member.role is Role.THERAPIST and own:
        return Choice(span, therapist=own.id)
    place = visit.query("location")
    mine = [one.id for one in visit.locations]
    if place in mine:
        return Choice(span, place)
    return Choice(span, mine[0] if visit.member.locations and mine else None)


def spans(visit: StaffVisit) -> Sequence[tuple[str, str]]:
    """Return the times to choose from."""
    return [(span, visit.texts(f"console_home.span_{span.name.lower()}")) for span in Span]


def places(visit: StaffVisit, choice: Choice) -> Sequence[tuple[str, str]]:
    """Return the places to choose from: none for a therapist, none but one's own for who has some."""
    if choice.therapist:
        return []
    everywhere = [] if visit.member.locations else [("", visit.texts("console_home.all_places"))]
    return [*everywhere, *((one.id, one.name) for one in visit.locations)]


def period(visit: StaffVisit, days: Days) -> str:
    """Return "August 26 to November 23, 2026"."""
    last = visit.formats.date(days.last)
    if days.first is None:
        return visit.texts("console_home.until", last=last)
    first = _brief(visit, days.first) if days.first.year == days.last.year else visit.formats.date(days.first)
    return visit.texts("console_home.period", first=first, last=last)


def _brief(visit: StaffVisit, day: dt.date) -> str:
    return visit.formats.month_day(day)
