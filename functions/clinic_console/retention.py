"""How long patients are kept: for good, or until nobody has been in contact with them for some years."""

from dataclasses import replace
from typing import Annotated

from chalice import Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from clinic_console.keeping import keep
from prm.audit.model import Action
from prm.clinics.model import Retention
from prm.erasure.retention import GRACE, MOST, is_in_force
from prm.web.filled import Filled, Typed
from prm.web.parts import Option
from prm.web.routes import READ, SEND
from prm.web.staff import OWNER, StaffPages, StaffVisit

NAV = "settings"
LEAST, LONGEST = 2, 50
FOR_GOOD, YEARS = "for_good", "years"
_UNPROCESSABLE = 422
_CONFLICT = 409


class YearsForm(BaseModel):
    """After how many years."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    years: Annotated[int, Field(ge=LEAST, le=LONGEST)]


def register(pages: StaffPages) -> None:
    """Add the routes."""
    pages.at("/clinic/settings/retention", READ, OWNER)(show)
    pages.at("/clinic/settings/retention", SEND, OWNER)(sent)


def show(visit: StaffVisit) -> Response:
    """Show the choice, and what it does."""
    chosen = visit.clinic.retention
    typed: dict[str, Typed] = {"kept": YEARS if chosen else FOR_GOOD, "years": str(chosen.years) if chosen else ""}
    return _show(visit, Filled(typed))


def sent(visit: StaffVisit) -> Response:
    """Keep it; erasing has to be meant, and begins days later."""
    form = visit.form()
    typed: dict[str, Typed] = {name: form.one(name) for name in ("kept", "years", "understood")}
    if typed["kept"] not in {FOR_GOOD, YEARS}:
        return _show(visit, Filled(typed, {"kept": visit.texts("console_retention.wrong_kept")}), _UNPROCESSABLE)
    chosen, errors = _read(visit, typed)
    if errors:
        return _show(visit, Filled(typed, errors), _UNPROCESSABLE)
    if chosen:
        visit.house.clinics.make_erasure_key(visit.clinic.id)
    if not keep(visit, replace(visit.clinic, retention=chosen)):
        return _show(visit, Filled(typed, {"": visit.texts("console_settings.changed")}), _CONFLICT)
    visit.note(Action.SET, what=f"retention {chosen.years} years" if chosen else "retention for good")
    if chosen is None:
        return visit.done("settings/retention", "console_retention.flash_for_good")
    first = visit.formats.date(visit.formats.local(chosen.since + GRACE).date())
    return visit.done("settings/retention", "console_retention.flash_years", years=chosen.years, first=first)


def _read(visit: StaffVisit, typed: dict[str, Typed]) -> tuple[Retention | None, dict[str, str]]:
    """Return the choice; the same years again keep the day from which they hold."""
    if typed["kept"] == FOR_GOOD:
        return None, {}
    try:
        years = YearsForm.model_validate({"years": typed["years"]}).years
    except ValidationError:
        return None, {"years": visit.texts("console_retention.wrong_years", least=LEAST, most=LONGEST)}
    before = visit.clinic.retention
    if before and before.years == years:
        return before, {}
    if not typed["understood"]:
        return None, {"understood": visit.texts("console_retention.wrong_understood")}
    return Retention(years, visit.now), {}


def _show(visit: StaffVisit, form: Filled, status: int = 200) -> Response:
    chosen = visit.clinic.retention
    sweep = visit.house.retention.latest(visit.clinic.id) if chosen else None
    return visit.page(
        "settings/retention.html",
        nav=NAV,
        status=status,
        form=form,
        kept=[
            Option(FOR_GOOD, visit.texts("console_retention.for_good"), visit.texts("console_retention.for_good_hint")),
            Option(YEARS, visit.texts("console_retention.after"), visit.texts("console_retention.after_hint")),
        ],
        chosen=chosen,
        first=visit.formats.date(visit.formats.local(chosen.since + GRACE).date()) if chosen else "",
        in_force=is_in_force(visit.clinic, visit.now),
        sweep=sweep,
        when=visit.formats.moment(sweep.began_at, visit.now) if sweep else "",
        most=MOST,
    )
