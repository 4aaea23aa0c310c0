"""What staff change of a patient: how to reach them, their tags, what they may get, and that someone has died.

Each form brings back a mark of what its page showed. Of two people at once the second sees what the first did beside
what they typed themselves, and sends it once more if it still holds.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated, Any

from chalice import Response
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError, model_validator

from clinic_console import patients
from clinic_console.patient import found, name_of
from prm.audit.model import Action
from prm.clinics.model import Language
from prm.core.errors import Conflict, Invalid
from prm.patients import cells, edits
from prm.patients.directory import Card
from prm.patients.model import DAY_UNKNOWN, Patient, Proxy
from prm.web.filled import Filled, Typed
from prm.web.routes import SEND
from prm.web.staff import StaffPages, StaffVisit

_UNPROCESSABLE = 422
_CONFLICT = 409
_CONTACT = ("email", "phone", "language", "proxy_name", "proxy_email")
_PHONE = re.compile(r"[\d\s()+./#,;extEXT-]{3,40}")
_MOST_TAGS = 20
_TAG_LONG = 40


def _cell(reader: Callable[[str], str | None]) -> Callable[[str], str]:
    def read(text: str) -> str:
        try:
            return reader(text) or ""
        except Invalid as err:
            raise ValueError(err.message) from err

    return read


def _phone(text: str) -> str:
    text = cells.clean(text)
    if text and not (_PHONE.fullmatch(text) and any(map(str.isdigit, text))):
        raise ValueError("is no phone number")
    return text


type _Email = Annotated[str, AfterValidator(_cell(cells.email))]
type _Name = Annotated[str, AfterValidator(_cell(cells.name))]


class ContactForm(BaseModel):
    """How to reach someone; who reads for them has a name and an address, or is nobody."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    email: _Email
    phone: Annotated[str, AfterValidator(_phone)]
    language: Language
    proxy_name: _Name
    proxy_email: _Email

    @model_validator(mode="after")
    def _whole(self) -> "ContactForm":
        if bool(self.proxy_name) != bool(self.proxy_email):
            raise ValueError("a proxy has a name and an address")
        return self

    def on(self, patient: Patient) -> Patient:
        """Return the patient with this contact."""
        proxy = Proxy(self.proxy_name, self.proxy_email) if self.proxy_email else None
        return replace(patient, email=self.email or None, phone=self.phone or None, language=self.language, proxy=proxy)


def register(pages: StaffPages) -> None:
    """Add the routes."""
    for name, show, save in (
        ("contact", contact, contact_sent),
        ("tags", tags, tags_sent),
        ("death", death, death_sent),
    ):
        pages.at(f"/clinic/patients/{{patient}}/{name}")(show)
        pages.at(f"/clinic/patients/{{patient}}/{name}", SEND)(save)


def contact(visit: StaffVisit, patient: str) -> Response:
    """Show how to reach the patient."""
    known = found(visit, patient).patient
    return _show(visit, "contact", known, Filled(_contact_of(known)))


def contact_sent(visit: StaffVisit, patient: str) -> Response:
    """Change it."""
    form = visit.form()
    typed: dict[str, Typed] = {name: form.one(name) for name in _CONTACT}
    try:
        wanted = ContactForm.model_validate(typed)
    except ValidationError as err:
        return _show(visit, "contact", found(visit, patient).patient, Filled(typed, _wrong(visit, err)), _UNPROCESSABLE)
    return _save(visit, patient, "contact", wanted.on, lambda now: Filled(typed, _differs(visit, typed, now)))


def tags(visit: StaffVisit, patient: str) -> Response:
    """Show the patient's tags, and those in use."""
    known = found(visit, patient).patient
    return _show(visit, "tags", known, Filled({"tags": sorted(known.tags)}))


def tags_sent(visit: StaffVisit, patient: str) -> Response:
    """Change them."""
    form = visit.form()
    typed: dict[str, Typed] = {"tags": list(form.many("tags")), "more": form.one("more")}
    try:
        wanted = _read_tags([*form.many("tags"), *re.split(r"[|;,]", form.one("more"))])
    except Invalid as err:
        wrong = {"more": visit.texts(f"console_contact.{err.message}", number=_MOST_TAGS)}
        return _show(visit, "tags", found(visit, patient).patient, Filled(typed, wrong), _UNPROCESSABLE)

    def conflict(now: Patient) -> Filled:
        said = ", ".join(sorted(now.tags)) or visit.texts("console_patient.none")
        return Filled(typed, {"": _changed(visit), "more": visit.texts("console_contact.now", value=said)})

    return _save(visit, patient, "tags", lambda one: replace(one, tags=wanted), conflict)


def death(visit: StaffVisit, patient: str) -> Response:
    """Ask when someone died, or whether that was a mistake."""
    known = found(visit, patient).patient
    day = known.deceased_on
    return _show(visit, "death", known, Filled({"day": day.isoformat() if day and day != DAY_UNKNOWN else ""}))


def death_sent(visit: StaffVisit, patient: str) -> Response:
    """Note that someone died, or that it was a mistake."""
    form = visit.form()
    typed = {"day": form.one("day").strip()}
    day: dt.date | None = None
    if form.one("do") != "undo":
        try:
            day = dt.date.fromisoformat(typed["day"]) if typed["day"] else DAY_UNKNOWN
        except ValueError:
            day = dt.date.max
        if day > visit.today:
            wrong = {"day": visit.texts("console_contact.wrong_day")}
            return _show(visit, "death", found(visit, patient).patient, Filled(typed, wrong), _UNPROCESSABLE)

    def conflict(_: Patient) -> Filled:
        return Filled(typed, {"": _changed(visit)})

    name = "death" if day else "undo_death"
    return _save(visit, patient, name, lambda one: replace(one, deceased_on=day), conflict)


def _save(
    visit: StaffVisit,
    patient: str,
    what: str,
    change: Callable[[Patient], Patient],
    conflict: Callable[[Patient], Filled],
) -> Response:
    """Store an edit if the patient still is what the form's page showed."""
    known = found(visit, patient).patient
    try:
        saved = visit.house.patients.edit(visit.clinic, known.id, visit.form().one("mark"), change, visit.now)
    except Conflict:
        now = found(visit, patient).patient
        return _show(visit, what.removeprefix("undo_"), now, conflict(now), _CONFLICT)
    visit.note(Action.CHANGED, patient=patient, what=f"patient {what}".replace("_", " "))
    return visit.done(f"patients/{saved.id}", f"console_contact.flash_{what}")


def _show(visit: StaffVisit, what: str, patient: Patient, form: Filled, status: int = 200) -> Response:
    more: dict[str, Any] = {}
    if what == "tags":
        more["choices"] = [(one, one) for one in sorted({*_in_use(visit), *patient.tags, *form.chosen("tags")})]
    visit.note(Action.VIEWED, patient=patient.id, what="patient")
    return visit.page(
        f"patients/{what}.html",
        nav=patients.NAV,
        status=status,
        patient=patient,
        name=name_of(visit, patient),
        form=form,
        mark=edits.mark(patient),
        path=f"patients/{patient.id}",
        languages=[(one, visit.texts(f"console_patient.language_{one}")) for one in Language],
        says={name: _says(visit, patient, name) for name in edits.FIELDS},
        **more,
    )


def _in_use(visit: StaffVisit) -> set[str]:
    """Return the tags of the patients this person sees, of so many as one request reads."""
    tags: set[str] = set()

    def look_at(card: Card) -> bool:
        tags.update(card.tags if visit.sees(card.location) else ())
        return False

    visit.house.patients.look(visit.clinic.id, look_at, most=1)
    return tags


def _contact_of(patient: Patient) -> dict[str, Typed]:
    return {
        "email": patient.email or "",
        "phone": patient.phone or "",
        "language": patient.language,
        "proxy_name": patient.proxy.name if patient.proxy else "",
        "proxy_email": patient.proxy.email if patient.proxy else "",
    }


def _wrong(visit: StaffVisit, err: ValidationError) -> dict[str, str]:
    fields = {str(one["loc"][0]) if one["loc"] else "proxy_email" for one in err.errors(include_url=False)}
    return {name: visit.texts(f"console_contact.wrong_{name}") for name in _CONTACT if name in fields}


def _differs(visit: StaffVisit, typed: Mapping[str, Typed], now: Patient) -> dict[str, str]:
    """Return what stands there now beside each field in which that is not what was typed."""
    stored = _contact_of(now)
    none = visit.texts("console_patient.none")
    words = {name: str(value) or none for name, value in stored.items()}
    words["language"] = visit.texts(f"console_patient.language_{now.language}")
    different = [name for name in _CONTACT if stored[name] != typed[name]]
    return {"": _changed(visit)} | {name: visit.texts("console_contact.now", value=words[name]) for name in different}


def _changed(visit: StaffVisit) -> str:
    return visit.texts("console_contact.changed")


def _says(visit: StaffVisit, patient: Patient, name: str) -> str:
    """Return the hint that the records say otherwise, "" where they don't."""
    said = edits.records_say(patient, name)
    if said is None:
        return ""
    value = visit.texts(f"console_patient.language_{said}") if name == "language" else ", ".join(said.split("\n"))
    if not said:
        return visit.texts("console_contact.records_none")
    return visit.texts("console_contact.records_say", value=value)


def _read_tags(texts: list[str]) -> frozenset[str]:
    """Return tags as they are kept: small letters, each once. Raises Invalid with the key of what is wrong."""
    try:
        read = frozenset(tag for text in texts if (tag := cells.name(text).casefold()))
    except Invalid as err:
        raise Invalid("wrong_tag") from err
    if len(read) > _MOST_TAGS or any(len(tag) > _TAG_LONG for tag in read):
        raise Invalid("wrong_tag")
    return read
