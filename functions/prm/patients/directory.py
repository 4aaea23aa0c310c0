"""The patients of a clinic as a list shows them: by name, with the little that filters ask for.

A card stands beside each profile and in an index ordered by name, so that a page of a list is one query however many
patients there are. It holds dates and facts, no judgement that time would make stale: where someone stands in care is
worked out when it is shown.
"""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from prm.core.addresses import is_example
from prm.patients.episodes import episodes
from prm.patients.model import Patient, StateOfCare, Visit, VisitStatus

OFF_SCHEDULE_AFTER = dt.timedelta(days=14)
"""Without a visit for this long and none booked, someone in care has fallen off the schedule."""
_NAME_LONG = 60
_PROMOTER_FROM, _PASSIVE_FROM = 9, 7
_NOT_DIGITS = re.compile(r"\D")
_LETTERS = re.compile(r"[^\W\d_]")
_DIGITS, _TEN = 4, 10
"""So many digits may be a telephone number; more than ten begin with a country's."""


class Reach(StrEnum):
    """Whether mail reaches a patient, and if not, why."""

    OK = "ok"
    NO_ADDRESS = "no_address"
    STOPPED = "stopped"
    BOUNCED = "bounced"
    DECEASED = "deceased"
    EXAMPLE = "example"


class Care(StrEnum):
    """Where someone stands, as a list shows it."""

    NEW = "new"
    IN_CARE = "in_care"
    OFF_SCHEDULE = "off_schedule"
    DISCHARGED = "discharged"


@dataclass(frozen=True)
class Card:
    """One line of the list. `score` is the last one that was counted, `visits` those done in the latest episode.

    `phone` holds digits alone. `reader` is the proxy who reads the mail, where there is one.
    """

    id: str
    first_name: str
    last_name: str
    number: str
    location: str | None = None
    therapist: str | None = None
    tags: tuple[str, ...] = ()
    reach: Reach = Reach.OK
    done_at: dt.datetime | None = None
    next_at: dt.datetime | None = None
    is_discharged: bool = False
    score: int | None = None
    email: str = ""
    phone: str = ""
    reader: str = ""
    visits: int = 0

    @property
    def group(self) -> str:
        """The group of the last score; passives and detractors are told apart by their number (Reichheld, 2003)."""
        if self.score is None:
            return ""
        return "promoter" if self.score >= _PROMOTER_FROM else "passive" if self.score >= _PASSIVE_FROM else "detractor"

    @property
    def name(self) -> str:
        """How people say it."""
        return f"{self.first_name} {self.last_name}".strip()

    def care_at(self, now: dt.datetime) -> Care:
        """Return where the patient stands at a moment."""
        if self.is_discharged:
            return Care.DISCHARGED
        if self.done_at is None:
            return Care.NEW
        if self.next_at and self.next_at > now:
            return Care.IN_CARE
        return Care.OFF_SCHEDULE if now - self.done_at > OFF_SCHEDULE_AFTER else Care.IN_CARE


@dataclass(frozen=True)
class Listing:
    """A page of the list. `after` is whom the next one begins after, "" at the end.

    `is_cut`: looking stopped at `after` before the page was full, because it had looked at enough for one request.
    `begins`: only those were looked at whose name begins so. `total` is how many there are from this page on, where
    that was seen.
    """

    cards: tuple[Card, ...] = ()
    after: str = ""
    is_cut: bool = False
    begins: str = ""
    total: int | None = None


@dataclass(frozen=True)
class Wanted:
    """What a list is asked for; what is empty or None asks for nothing."""

    search: str = ""
    care: Care | None = None
    location: str = ""
    therapist: str = ""
    tag: str = ""
    group: str = ""
    reach: Reach | None = None

    @property
    def is_anyone(self) -> bool:
        """Whether nothing is asked for."""
        return self == Wanted()

    @property
    def begins(self) -> str:
        """What the place of whom is looked for begins with, if it is a name: the last word, or all before a comma.

        "" where the search is for nobody's name but for a number or an address.
        """
        before, comma, _ = folded(self.search).partition(",")
        words = before.split()
        if not words or any(char.isdigit() or char == "@" for char in self.search):
            return ""
        return " ".join(words) if comma else words[-1]

    def takes(self, card: Card, now: dt.datetime) -> bool:
        """Tell whether a card belongs in the list."""
        return (
            self._found(card)
            and self.care in {None, card.care_at(now)}
            and self.location in {"", card.location}
            and self.therapist in {"", card.therapist}
            and (not self.tag or folded(self.tag) in map(folded, card.tags))
            and self.reach in {None, card.reach}
            and self.group in {"", card.group}
        )

    def _found(self, card: Card) -> bool:
        if not self.search:
            return True
        text = folded(f"{card.name} {card.number} {card.email}")
        digits = _NOT_DIGITS.sub("", self.search)
        if len(digits) >= _DIGITS and not _LETTERS.search(self.search) and digits[-_TEN:] in card.phone:
            return True
        return all(word in text for word in folded(self.search).replace(",", " ").split())


def card_of(
    patient: Patient,
    visits: tuple[Visit, ...],
    now: dt.datetime,
    *,
    reach: Reach | None = None,
    score: int | None = None,
) -> Card:
    """Return the card of a patient. `reach` None works out what the profile alone tells, on the UTC day."""
    done = [one for one in visits if one.status is VisitStatus.COMPLETED and one.ends_at <= now]
    ahead = [one for one in visits if one.status is VisitStatus.SCHEDULED and one.starts_at > now]
    courses = episodes(visits)
    latest = courses[-1].completed if courses else ()
    discharged = bool(courses) and courses[-1].state_at(now) is StateOfCare.DISCHARGED
    return Card(
        id=patient.id,
        first_name=patient.first_name[:_NAME_LONG],
        last_name=patient.last_name[:_NAME_LONG],
        number=patient.record_number[:_NAME_LONG],
        location=patient.location,
        therapist=patient.therapist,
        tags=tuple(sorted(patient.tags)),
        reach=reach or by_profile(patient, now.date()),
        done_at=max((one.ends_at for one in done), default=None),
        next_at=min((one.starts_at for one in ahead), default=None),
        is_discharged=discharged,
        score=score,
        email=(patient.email or "")[:_NAME_LONG],
        phone=_NOT_DIGITS.sub("", patient.phone or "")[:_NAME_LONG],
        reader=patient.proxy.name[:_NAME_LONG] if patient.proxy else "",
        visits=sum(one.ends_at <= now for one in latest),
    )


def anew(card: Card, patient: Patient, visits: tuple[Visit, ...], now: dt.datetime, day: dt.date) -> Card:
    """Return the card of a patient whose profile was changed, until the facts are read again a moment later."""
    known = by_profile(patient, day)
    same = (card.email, card.reader) == (patient.email or "", patient.proxy.name if patient.proxy else "")
    keeps = known is Reach.OK and (card.reach is Reach.STOPPED or (card.reach is Reach.BOUNCED and same))
    return card_of(patient, visits, now, reach=card.reach if keeps else known, score=card.score)


def by_profile(patient: Patient, day: dt.date) -> Reach:
    """Return whether a patient can be mailed, as far as the profile tells."""
    if patient.deceased_on is not None:
        return Reach.DECEASED
    address = patient.address_on(day)
    if is_example(address) or (patient.is_example and (patient.email or patient.proxy)):
        return Reach.EXAMPLE
    return Reach.OK if address else Reach.NO_ADDRESS


def sort_key(patient: Patient) -> str:
    """Return what orders the list: last name, first name, then the id, so that no two are the same."""
    return f"{folded(patient.last_name)[:_NAME_LONG]} {folded(patient.first_name)[:_NAME_LONG]}~{patient.id}"


def folded(text: str) -> str:
    """Return a name as it is looked for: small letters without accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in plain if not unicodedata.combining(char)).strip()
