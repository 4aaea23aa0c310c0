"""The clinic's settings, a page a topic: who it is, when it is open, how much mail is too much."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated, Any

from chalice import Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from clinic_console.keeping import keep
from prm.audit.model import Action
from prm.clinics import model
from prm.clinics.fields import Line, Name, Phone, Time, Zone
from prm.clinics.model import Clinic
from prm.web import zones
from prm.web.filled import Filled, Typed
from prm.web.forms import Form
from prm.web.parts import Option
from prm.web.routes import READ, SEND
from prm.web.staff import LEADS, StaffPages, StaffVisit

NAV = "settings"
_UNPROCESSABLE = 422
_CONFLICT = 409
_DAYS = range(7)
TOPICS = {
    "clinic": ("practice", "hours", "locations", "therapists", "team", "talk"),
    "mail": ("texts", "looks", "limits", "reviews"),
    "data": ("audit", "retention", "export", "close"),
}
"""The pages of settings, in their groups."""
OWNERS = {"audit", "retention", "export", "close"}
"""What is shown to owners alone."""


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class PracticeForm(_Form):
    """Who the clinic is to its patients."""

    name: Name
    short_name: Annotated[Line, Field(min_length=1, max_length=40)]
    signer: Annotated[Line, Field(max_length=100)]
    phone: Phone
    postal_address: Annotated[Line, Field(min_length=5, max_length=200)]
    zone: Zone
    languages: Annotated[list[model.Language], Field(min_length=1)]

    def on(self, clinic: Clinic) -> Clinic:
        """Return the clinic with these settings."""
        return replace(clinic, **{**self.model_dump(), "languages": tuple(dict.fromkeys(self.languages))})


class DayForm(_Form):
    """One weekday: from when to when, or closed where both are empty."""

    opens: Time | None
    closes: Time | None

    @model_validator(mode="before")
    @classmethod
    def _empty_is_none(cls, data: dict[str, Any]) -> dict[str, Any]:
        return {name: value or None for name, value in data.items()}

    @model_validator(mode="after")
    def _in_order(self) -> "DayForm":
        if (self.opens is None) != (self.closes is None) or (self.opens and self.closes and self.closes <= self.opens):
            raise ValueError("closing time must be after opening time")
        return self


class HoursForm(_Form):
    """The week, and the days the clinic is closed all the same."""

    days: list[DayForm]
    holidays: list[dt.date]
    call_within: Annotated[float, Field(gt=0, le=100)]
    escalate_before: Annotated[int, Field(ge=0, le=600)]

    def on(self, clinic: Clinic) -> Clinic:
        """Return the clinic with these hours."""
        hours = {
            day: model.Hours(one.opens, one.closes)
            for day, one in enumerate(self.days)
            if one.opens is not None and one.closes is not None
        }
        times = model.CaseTimes(dt.timedelta(hours=self.call_within), dt.timedelta(minutes=self.escalate_before))
        return replace(clinic, hours=hours, holidays=frozenset(self.holidays), case_times=times)


class LimitsForm(_Form):
    """How much mail is too much, and when it may go."""

    mails: Annotated[int, Field(ge=1, le=20)]
    mails_days: Annotated[int, Field(ge=1, le=90)]
    survey_days: Annotated[int, Field(ge=1, le=365)]
    surveys_per_episode: Annotated[int, Field(ge=1, le=20)]
    review_days: Annotated[int, Field(ge=1, le=3650)]
    opens: Time
    closes: Time

    @model_validator(mode="after")
    def _in_order(self) -> "LimitsForm":
        if self.closes <= self.opens:
            raise ValueError("closing time must be after opening time")
        return self

    def on(self, clinic: Clinic) -> Clinic:
        """Return the clinic with these limits."""
        caps = model.Caps(**self.model_dump(exclude={"opens", "closes"}))
        return replace(clinic, caps=caps, window=model.SendingWindow(self.opens, self.closes))


def register(pages: StaffPages) -> None:
    """Add the routes."""
    pages.at("/clinic/settings", READ, LEADS)(index)
    for name, show, save in (
        ("practice", practice, practice_sent),
        ("hours", hours, hours_sent),
        ("limits", limits, limits_sent),
    ):
        pages.at(f"/clinic/settings/{name}", READ, LEADS)(show)
        pages.at(f"/clinic/settings/{name}", SEND, LEADS)(save)


def index(visit: StaffVisit) -> Response:
    """List the topics."""
    return visit.page("settings/index.html", nav=NAV, topics=_topics(visit))


def practice(visit: StaffVisit) -> Response:
    """Show who the clinic is."""
    names = ("name", "short_name", "signer", "phone", "postal_address", "zone")
    typed: dict[str, Typed] = {name: getattr(visit.clinic, name) for name in names}
    return _show(visit, "practice", Filled({**typed, "languages": list(visit.clinic.languages)}))


def practice_sent(visit: StaffVisit) -> Response:
    """Change it."""
    form = visit.form()
    names = ("name", "short_name", "signer", "phone", "postal_address", "zone")
    typed: dict[str, Typed] = {name: form.one(name) for name in names}
    typed["languages"] = list(form.many("languages"))
    return _save(visit, "practice", typed, lambda: PracticeForm.model_validate(typed).on)


def hours(visit: StaffVisit) -> Response:
    """Show when the clinic is open."""
    typed: dict[str, Typed] = {
        "holidays": "\n".join(day.isoformat() for day in sorted(visit.clinic.holidays)),
        "call_within": f"{visit.clinic.case_times.call_within / dt.timedelta(hours=1):g}",
        "escalate_before": str(visit.clinic.case_times.escalate_before // dt.timedelta(minutes=1)),
    }
    for day in _DAYS:
        found = visit.clinic.hours.get(day)
        typed[f"opens_{day}"] = f"{found.opens:%H:%M}" if found else ""
        typed[f"closes_{day}"] = f"{found.closes:%H:%M}" if found else ""
    return _show(visit, "hours", Filled(typed))


def hours_sent(visit: StaffVisit) -> Response:
    """Change it."""
    form = visit.form()
    typed = _typed(form, "holidays", "call_within", "escalate_before")
    typed |= _typed(form, *(f"{name}_{day}" for day in _DAYS for name in ("opens", "closes")))
    sent = {
        "days": [{name: form.one(f"{name}_{day}").strip() for name in ("opens", "closes")} for day in _DAYS],
        "holidays": form.one("holidays").split(),
        "call_within": form.one("call_within"),
        "escalate_before": form.one("escalate_before"),
    }
    return _save(visit, "hours", typed, lambda: HoursForm.model_validate(sent).on)


def limits(visit: StaffVisit) -> Response:
    """Show how much mail is too much."""
    caps, window = visit.clinic.caps, visit.clinic.window
    names = ("mails", "mails_days", "survey_days", "surveys_per_episode", "review_days")
    typed: dict[str, Typed] = {name: str(getattr(caps, name)) for name in names}
    typed |= {"opens": f"{window.opens:%H:%M}", "closes": f"{window.closes:%H:%M}"}
    return _show(visit, "limits", Filled(typed))


def limits_sent(visit: StaffVisit) -> Response:
    """Change it."""
    names = ("mails", "mails_days", "survey_days", "surveys_per_episode", "review_days", "opens", "closes")
    typed = _typed(visit.form(), *names)
    return _save(visit, "limits", typed, lambda: LimitsForm.model_validate(typed).on)


def _typed(form: Form, *names: str) -> dict[str, Typed]:
    return {name: form.one(name) for name in names}


def _save(
    visit: StaffVisit, topic: str, typed: Mapping[str, Typed], read: Callable[[], Callable[[Clinic], Clinic]]
) -> Response:
    """Store what a form says, if the settings are still those that its page showed."""
    try:
        change = read()
    except ValidationError as err:
        fields = {_field(one["loc"]) for one in err.errors(include_url=False)}
        errors = {name: visit.texts(f"console_settings.wrong_{_kind(name)}") for name in sorted(fields)}
        return _show(visit, topic, Filled(typed, errors), _UNPROCESSABLE)
    if not keep(visit, change(visit.clinic)):
        changed = {"": visit.texts("console_settings.changed")}
        return _show(visit, topic, Filled(typed, changed), _CONFLICT)
    visit.note(Action.SET, what=topic)
    return visit.done("settings", f"console_settings.flash_{topic}")


def _field(where: tuple[int | str, ...]) -> str:
    """Return the field on the page: a day's is named by its number."""
    if where and where[0] == "days":
        return f"{where[2] if len(where) > 2 else 'closes'}_{where[1]}"  # noqa: PLR2004  # days, which, field
    return str(where[0]) if where else "closes"


def _kind(field: str) -> str:
    return field.partition("_")[0] if field.startswith(("opens_", "closes_")) else field


def _show(visit: StaffVisit, topic: str, form: Filled, status: int = 200) -> Response:
    return visit.page(
        f"settings/{topic}.html",
        nav=NAV,
        status=status,
        form=form,
        zones=zones.choices(),
        weekdays=visit.texts.words("formats.weekdays"),
        languages=[Option(one, visit.texts(f"console_settings.language_{one}")) for one in model.Language],
    )


def _topics(visit: StaffVisit) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Return the groups of topics, each with its path, title and what it is about."""
    return [
        (
            visit.texts(f"console_settings.group_{group}"),
            [
                (one, visit.texts(f"console_settings.topic_{one}"), visit.texts(f"console_settings.topic_{one}_why"))
                for one in topics
                if one not in OWNERS or visit.member.role is model.Role.OWNER
            ],
        )
        for group, topics in TOPICS.items()
        if visit.member.role is model.Role.OWNER or not OWNERS.issuperset(topics)
    ]
