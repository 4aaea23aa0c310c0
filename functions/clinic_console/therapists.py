"""Who treats: the names that records, cases and comparisons are sorted by."""

from dataclasses import replace
from typing import Annotated

from chalice import Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from clinic_console.keeping import keep
from prm.audit.model import Action
from prm.clinics import form as clinic_form
from prm.clinics.fields import Name
from prm.clinics.model import Clinic, Therapist
from prm.core import ids
from prm.web.filled import Filled, Typed
from prm.web.routes import READ, SEND
from prm.web.staff import LEADS, StaffPages, StaffVisit

NAV = "settings"
_UNPROCESSABLE = 422
_CONFLICT = 409
_MOST = 150
"""Therapists of one clinic: each is a field of the form, which takes 300."""


class TherapistsForm(BaseModel):
    """The names of those there are, in their order, and of new ones."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    names: list[Name]
    more: Annotated[list[Name], Field(max_length=_MOST)]

    def on(self, clinic: Clinic) -> Clinic:
        """Return the clinic with these therapists; a name that is there already is nobody new."""
        kept = tuple(replace(one, name=name) for one, name in zip(clinic.therapists, self.names, strict=True))
        known = {one.name.casefold() for one in kept}
        new = [name for name in dict.fromkeys(self.more) if name.casefold() not in known]
        taken = {one.id for one in kept}
        for name in new:
            own = clinic_form.slug(name)
            taken.add(made := own if own and own not in taken else ids.draw(40))
            kept = (*kept, Therapist(made, name))
        return replace(clinic, therapists=kept)


def register(pages: StaffPages) -> None:
    """Add the routes."""
    pages.at("/clinic/settings/therapists", READ, LEADS)(therapists)
    pages.at("/clinic/settings/therapists", SEND, LEADS)(saved)


def therapists(visit: StaffVisit) -> Response:
    """Show them, with room for more."""
    names: dict[str, Typed] = {f"name_{number}": one.name for number, one in enumerate(visit.clinic.therapists)}
    return _show(visit, Filled(names))


def saved(visit: StaffVisit) -> Response:
    """Change names and add people. Nobody is taken off: answers about them stay."""
    form = visit.form()
    fields = [f"name_{number}" for number in range(len(visit.clinic.therapists))]
    typed: dict[str, Typed] = {name: form.one(name) for name in (*fields, "more")}
    more = [line for line in form.one("more").splitlines() if line.strip()]
    try:
        read = TherapistsForm.model_validate({"names": [form.one(name) for name in fields], "more": more})
    except ValidationError as err:
        wrong = [one["loc"] for one in err.errors(include_url=False)]
        named = {f"name_{where[1]}" if where[0] == "names" else "more": str(where[0]) for where in wrong}
        errors = {name: visit.texts(f"console_therapists.wrong_{kind}") for name, kind in named.items()}
        return _show(visit, Filled(typed, errors), _UNPROCESSABLE)
    changed = read.on(visit.clinic)
    if len(changed.therapists) > _MOST:
        errors = {"more": visit.texts("console_therapists.wrong_many", most=_MOST)}
        return _show(visit, Filled(typed, errors), _UNPROCESSABLE)
    if not keep(visit, changed):
        return _show(visit, Filled(typed, {"": visit.texts("console_settings.changed")}), _CONFLICT)
    visit.note(Action.SET, what="therapists")
    return visit.done("settings/therapists", "console_therapists.flash_saved")


def _show(visit: StaffVisit, form: Filled, status: int = 200) -> Response:
    return visit.page("settings/therapists.html", nav=NAV, status=status, form=form)
