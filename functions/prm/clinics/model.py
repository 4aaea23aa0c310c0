"""A clinic as its owner describes it; all that mails, pages and rules need to know of it."""

import datetime as dt
import zoneinfo
from dataclasses import dataclass, field
from enum import StrEnum

from prm.core.errors import Invalid, NotFound


class ClinicState(StrEnum):
    """Where a clinic stands with its operator.

    A proposed one signed up and has not confirmed its address; it is listed nowhere and forgotten after some days. A
    suspended one sends nothing optional, a closed one nothing at all.
    """

    PROPOSED = "proposed"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"


@dataclass(frozen=True)
class Terms:
    """The operator's business associate agreement: the text that clinics accept, and its version."""

    version: str
    text: str


@dataclass(frozen=True)
class Agreement:
    """Who accepted the operator's business associate agreement (45 CFR 164.504(e)), which version, and when."""

    version: str
    member: str
    at: dt.datetime


class Role(StrEnum):
    """What a staff member may do."""

    OWNER = "owner"
    MANAGER = "manager"
    THERAPIST = "therapist"
    FRONT_DESK = "front_desk"


class Alert(StrEnum):
    """What a staff member can be told of by mail: each case at once, or all of them each morning; and the week."""

    LOW_ANSWER = "low_answer"
    DIGEST = "digest"
    ESCALATION = "escalation"
    WEEKLY = "weekly"


class ReviewPolicy(StrEnum):
    """Whom the clinic asks for a public review. Asking only promoters is review gating to Google and the FTC."""

    EVERYONE = "everyone"
    PROMOTERS = "promoters"


class Language(StrEnum):
    """What patients are written to in."""

    ENGLISH = "en"
    SPANISH = "es"


@dataclass(frozen=True)
class Hours:
    """Opening hours of one weekday, in the clinic's zone."""

    opens: dt.time
    closes: dt.time

    def __post_init__(self) -> None:
        """Refuse a day that closes before it opens."""
        if self.closes <= self.opens:
            raise Invalid("closing time must be after opening time", field="hours")


WEEKDAYS = {day: Hours(dt.time(8), dt.time(18)) for day in range(5)}
"""What a clinic is taken to be open until it says otherwise."""


@dataclass(frozen=True)
class ReviewSite:
    """A place on the web where a location can be reviewed."""

    id: str
    name: str
    url: str


@dataclass(frozen=True)
class Location:
    """One of the clinic's places."""

    id: str
    name: str
    phone: str = ""
    review_sites: tuple[ReviewSite, ...] = ()


@dataclass(frozen=True)
class Therapist:
    """Someone who treats; answers are shown by therapist."""

    id: str
    name: str


@dataclass(frozen=True)
class StaffMember:
    """Someone who works with the system; no locations means all of them.

    `joined_at` is when they first chose a password (wall time); browsers that signed in before `signed_out_at` are not
    let in any more. `therapist` is whom the clinic's records call this person by, where they treat.
    """

    id: str
    name: str
    email: str
    role: Role
    locations: frozenset[str] = frozenset()
    alerts: frozenset[Alert] = frozenset()
    joined_at: dt.datetime | None = None
    signed_out_at: dt.datetime | None = None
    therapist: str | None = None

    def covers(self, location: str | None) -> bool:
        """Tell whether this person answers for a location."""
        return not self.locations or location in self.locations


@dataclass(frozen=True)
class Caps:
    """How much mail is too much."""

    mails: int = 2
    mails_days: int = 7
    survey_days: int = 14
    surveys_per_episode: int = 3
    review_days: int = 180


@dataclass(frozen=True)
class SendingWindow:
    """When optional mail may go, in clinic time."""

    opens: dt.time = dt.time(9)
    closes: dt.time = dt.time(19)


@dataclass(frozen=True)
class CaseTimes:
    """How soon an unhappy patient is called, counted in opening hours."""

    call_within: dt.timedelta = dt.timedelta(hours=4)
    escalate_before: dt.timedelta = dt.timedelta(minutes=30)


@dataclass(frozen=True)
class TalkTrack:
    """What to say on the phone, step by step."""

    title: str
    steps: tuple[str, ...]


COLOUR = "#0f5c52"
"""What pages and mails are coloured with until a clinic chooses its own."""


@dataclass(frozen=True)
class Logo:
    """A clinic's logo: the name it is served under, and how large it is shown."""

    name: str
    width: int
    height: int


@dataclass(frozen=True)
class Looks:
    """How patients recognise the clinic. White can be read on `colour`, and it on white."""

    colour: str = COLOUR
    logo: Logo | None = None


@dataclass(frozen=True)
class Retention:
    """After how many years without contact patients are erased, and since when the clinic wants that (business)."""

    years: int
    since: dt.datetime


@dataclass(frozen=True)
class Mark:
    """What a clinic changed on a day, for whoever reads its numbers by month: "Evening hours added"."""

    id: str
    day: dt.date
    words: str
    by: str


@dataclass(frozen=True)
class Clinic:
    """A clinic with its settings.

    `hours` has Monday as 0; a weekday that is missing is closed. `holidays` are closed too. `signer` ends the mails.
    `daily_limit` bounds optional patient mail a business day (100 until the operator approves the clinic). `texts` are
    the clinic's own words in mails, by language and key ("es.survey_mail.lead"). `marks` stand in the order of their
    days: here, beside what else a page knows of its clinic, they cost no page a request.
    """

    id: str
    name: str
    short_name: str
    phone: str
    postal_address: str
    zone: str
    locations: tuple[Location, ...]
    therapists: tuple[Therapist, ...]
    staff: tuple[StaffMember, ...]
    hours: dict[int, Hours]
    languages: tuple[Language, ...] = (Language.ENGLISH,)
    signer: str = ""
    review_policy: ReviewPolicy = ReviewPolicy.EVERYONE
    caps: Caps = field(default_factory=Caps)
    window: SendingWindow = field(default_factory=SendingWindow)
    case_times: CaseTimes = field(default_factory=CaseTimes)
    holidays: frozenset[dt.date] = frozenset()
    daily_limit: int = 100
    date_order: str = "mdy"
    state: ClinicState = ClinicState.ACTIVE
    agreement: Agreement | None = None
    approved_at: dt.datetime | None = None
    talk_tracks: dict[str, TalkTrack] = field(default_factory=dict)
    looks: Looks = field(default_factory=Looks)
    texts: dict[str, str] = field(default_factory=dict)
    retention: Retention | None = None
    marks: tuple[Mark, ...] = ()
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse what no mail or rule could work with."""
        try:
            zoneinfo.ZoneInfo(self.zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError) as err:
            raise Invalid(f"{self.zone!r} is not a time zone name such as America/New_York", field="zone") from err
        for name in ("name", "phone", "postal_address"):
            if not getattr(self, name).strip():
                raise Invalid(f"{name.replace('_', ' ')} is missing; every mail shows it", field=name)
        if not self.locations:
            raise Invalid("a clinic has at least one location", field="locations")

    @property
    def tz(self) -> zoneinfo.ZoneInfo:
        """The clinic's zone."""
        return zoneinfo.ZoneInfo(self.zone)

    def location(self, location_id: str | None) -> Location | None:
        """Return the location of that id, or None."""
        return next((place for place in self.locations if place.id == location_id), None)

    def phone_at(self, location_id: str | None) -> str:
        """Return the number to call about this location: its own, or the clinic's where it has none."""
        place = self.location(location_id)
        return (place.phone if place else "") or self.phone

    def therapist(self, therapist_id: str | None) -> Therapist | None:
        """Return the therapist of that id, or None."""
        return next((one for one in self.therapists if one.id == therapist_id), None)

    def member(self, staff_id: str) -> StaffMember:
        """Return the staff member of that id. Raises NotFound: people leave while mail to them waits."""
        for one in self.staff:
            if one.id == staff_id:
                return one
        raise NotFound("no such staff member")

    def unheard(self) -> tuple[Location, ...]:
        """Return the places where a case would open and nobody be told."""
        told = [one for one in self.staff if {Alert.LOW_ANSWER, Alert.DIGEST} & one.alerts]
        return tuple(place for place in self.locations if not any(one.covers(place.id) for one in told))

    def own_texts(self, language: str) -> dict[str, str]:
        """Return the clinic's own words in a language, by key."""
        start = f"{language}."
        return {name.removeprefix(start): text for name, text in self.texts.items() if name.startswith(start)}

    def review_sites(self, location_id: str | None) -> tuple[ReviewSite, ...]:
        """Return where this location, or failing that the clinic's first one, can be reviewed."""
        place = self.location(location_id) or self.locations[0]
        return place.review_sites
