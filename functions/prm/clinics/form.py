"""A clinic as someone writes it down in JSON, checked down to the last address. docs/examples/clinic.json is one."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    EmailStr,
    Field,
    ValidationError,
    model_validator,
)

from prm.clinics import model
from prm.clinics.fields import Id, Line, Name, Phone, SiteName, SiteUrl, Time, Zone, span
from prm.core.errors import Invalid

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_RESERVED = {"clinics", "operator"}
_IN_OUR_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is no setting we know",
    "string_pattern_mismatch": "may hold small letters, digits and hyphens, 40 at most",
}


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class _Named(_Form):
    """Whatever has a name, and an id made of it where none is given."""

    id: Id = ""
    name: Name

    @model_validator(mode="before")
    @classmethod
    def _id_from_name(cls, data: Any) -> Any:  # noqa: ANN401 - any JSON
        if isinstance(data, dict) and not data.get("id") and isinstance(data.get("name"), str):
            return data | {"id": slug(data["name"])}
        return data


class SiteForm(_Named):
    """A review site; any https address but Yelp's."""

    name: SiteName
    url: SiteUrl


class LocationForm(_Named):
    """A place with its review sites."""

    phone: Phone | Literal[""] = ""
    review_sites: list[SiteForm] = []


class TherapistForm(_Named):
    """Someone who treats."""


class StaffForm(_Named):
    """Someone who works with the system; no locations means all."""

    email: EmailStr
    role: model.Role
    locations: list[Id] = []
    alerts: list[model.Alert] = []
    therapist: Id = ""


class SpanForm(_Form):
    """From when to when."""

    opens: Time
    closes: Time

    @model_validator(mode="before")
    @classmethod
    def _as_text(cls, data: object) -> object:
        return span(data)

    @model_validator(mode="after")
    def _in_order(self) -> "SpanForm":
        if self.closes <= self.opens:
            raise ValueError("closing time must be after opening time")
        return self


class CapsForm(_Form):
    """How much mail is too much."""

    mails: Annotated[int, Field(ge=1, le=20)] = 2
    mails_days: Annotated[int, Field(ge=1, le=90)] = 7
    survey_days: Annotated[int, Field(ge=1, le=365)] = 14
    surveys_per_episode: Annotated[int, Field(ge=1, le=20)] = 3
    review_days: Annotated[int, Field(ge=1, le=3650)] = 180


class CaseTimesForm(_Form):
    """How soon an unhappy patient is called, in opening hours."""

    call_within_hours: Annotated[float, Field(gt=0, le=100)] = 4
    escalate_before_minutes: Annotated[int, Field(ge=0, le=600)] = 30


class ClinicForm(_Named):
    """A clinic's settings as they are written down."""

    short_name: Annotated[Line, Field(max_length=40)] = ""
    phone: Phone
    postal_address: Annotated[Line, Field(min_length=5, max_length=200)]
    zone: Zone
    languages: list[model.Language] = Field([model.Language.ENGLISH], min_length=1)
    signer: Annotated[Line, Field(max_length=100)] = ""
    hours: dict[str, SpanForm | None] = {}
    holidays: list[dt.date] = []
    locations: list[LocationForm] = Field(min_length=1)
    therapists: list[TherapistForm] = []
    staff: list[StaffForm] = []
    review_policy: model.ReviewPolicy = model.ReviewPolicy.EVERYONE
    window: SpanForm = SpanForm(opens="9:00", closes="19:00")  # type: ignore[arg-type]
    caps: CapsForm = CapsForm()
    case_times: CaseTimesForm = CaseTimesForm()
    daily_limit: Annotated[int, Field(ge=1, le=1_000_000)] = 100
    date_order: Literal["mdy", "dmy", "ymd", ""] = ""

    @model_validator(mode="after")
    def _consistent(self) -> "ClinicForm":
        """Refuse ids used twice, locations nobody has, and days no week has."""
        if self.id in _RESERVED:
            raise ValueError(f"{self.id!r} cannot be a clinic's id")
        lists: dict[str, Sequence[_Named]] = {
            "locations": self.locations,
            "therapists": self.therapists,
            "staff": self.staff,
        }
        for name, forms in lists.items():
            _once(name, (form.id for form in forms))
        places = {place.id for place in self.locations}
        for place in self.locations:
            _once(f"review sites of {place.name}", (site.id for site in place.review_sites))
        for member in self.staff:
            if missing := set(member.locations) - places:
                raise ValueError(f"{member.name} has a location that the clinic does not: {', '.join(sorted(missing))}")
        self._treating()
        for day in self.hours:
            _weekday(day)
        return self

    def _treating(self) -> None:
        """Refuse staff who are a therapist that the clinic does not have, or that a colleague is."""
        known = {one.id for one in self.therapists}
        for member in self.staff:
            if member.therapist and member.therapist not in known:
                raise ValueError(f"{member.name} is a therapist that the clinic does not have: {member.therapist}")
        _once("therapists of staff", (one.therapist for one in self.staff if one.therapist))

    def clinic(self) -> model.Clinic:
        """Return the clinic."""
        return model.Clinic(
            id=self.id,
            name=self.name,
            short_name=self.short_name or self.name,
            phone=self.phone,
            postal_address=self.postal_address,
            zone=self.zone,
            locations=tuple(_location(place) for place in self.locations),
            therapists=tuple(model.Therapist(one.id, one.name) for one in self.therapists),
            staff=tuple(_member(one) for one in self.staff),
            hours={_weekday(day): model.Hours(span.opens, span.closes) for day, span in self.hours.items() if span},
            languages=tuple(dict.fromkeys(self.languages)),
            signer=self.signer,
            review_policy=self.review_policy,
            caps=model.Caps(**self.caps.model_dump()),
            window=model.SendingWindow(self.window.opens, self.window.closes),
            case_times=model.CaseTimes(
                dt.timedelta(hours=self.case_times.call_within_hours),
                dt.timedelta(minutes=self.case_times.escalate_before_minutes),
            ),
            holidays=frozenset(self.holidays),
            daily_limit=self.daily_limit,
            date_order=self.date_order,
        )


def read(document: bytes | str) -> model.Clinic:
    """Return the clinic that a JSON document describes. Raises Invalid that lists all that is wrong, and where."""
    try:
        return ClinicForm.model_validate_json(document).clinic()
    except ValidationError as err:
        wrong = [_said(one["loc"], _IN_OUR_WORDS.get(one["type"], one["msg"])) for one in err.errors(include_url=False)]
        raise Invalid("\n".join(wrong), field=wrong[0].partition(":")[0], wrong=wrong) from err


def warnings(clinic: model.Clinic) -> tuple[str, ...]:
    """Return what an owner must hear about settings that are allowed and still worth a second thought."""
    found = []
    if clinic.review_policy is model.ReviewPolicy.PROMOTERS:
        found.append(
            "Asking only promoters for reviews is review gating to Google, which removes such reviews, and may be "
            "deceptive to the FTC (16 CFR part 465). The policy “everyone” asks all who answered, with the same links."
        )
    if unheard := clinic.unheard():
        names = ", ".join(place.name for place in unheard)
        found.append(f"Nobody gets an email when a patient of {names} is unhappy. Give someone the alert “low_answer”.")
    return tuple(found)


def slug(name: str) -> str:
    """Return an id made of a name: "Riverbend Physical Therapy" is riverbend-physical-therapy."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].rstrip("-")


def _said(where: tuple[int | str, ...], message: str) -> str:
    place = ".".join(str(part) for part in where)
    message = message.removeprefix("Value error, ")
    return f"{place}: {message}" if place else message


def _once(what: str, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            raise ValueError(f"{what}: {one!r} stands there twice")
        seen.add(one)


def _weekday(day: str) -> int:
    """Read mon, Monday, ... ; Monday is 0."""
    found = [number for number, name in enumerate(_DAYS) if len(day) >= 3 and name.startswith(day.lower())]  # noqa: PLR2004 - mon
    if not found:
        raise ValueError(f"hours: {day!r} is no day of the week")
    return found[0]


def _location(form: LocationForm) -> model.Location:
    return model.Location(
        form.id, form.name, form.phone, tuple(model.ReviewSite(one.id, one.name, one.url) for one in form.review_sites)
    )


def _member(form: StaffForm) -> model.StaffMember:
    return model.StaffMember(
        form.id,
        form.name,
        form.email,
        form.role,
        frozenset(form.locations),
        frozenset(form.alerts),
        therapist=form.therapist or None,
    )
