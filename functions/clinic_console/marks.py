"""Changes that a clinic marks on its trend, so that whoever looks at a month months later knows what happened in it."""

import datetime as dt
from dataclasses import replace
from typing import Annotated

from chalice import Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from clinic_console.keeping import keep
from prm.audit.model import Action
from prm.clinics.fields import Line
from prm.clinics.model import Clinic, Mark
from prm.core import ids
from prm.core.errors import NotFound
from prm.web.filled import Filled, Typed
from prm.web.routes import READ, SEND
from prm.web.staff import LEADS, StaffPages, StaffVisit

NAV = "reports"
MOST = 40
"""Marks of one clinic: they stand in its settings, and the trend shows a year."""
LONGEST = 60
_UNPROCESSABLE = 422
_CONFLICT = 409


class MarkForm(BaseModel):
    """One change."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    day: dt.date
    words: Annotated[Line, Field(min_length=1, max_length=LONGEST)]


def register(pages: StaffPages) -> None:
    """Add the routes."""
    pages.at("/clinic/changes", READ, LEADS)(changes)
    pages.at("/clinic/changes", SEND, LEADS)(marked)
    pages.at("/clinic/changes/{mark}/remove", SEND, LEADS)(removed)


def by_month(clinic: Clinic) -> dict[str, str]:
    """Return what changed by month (YYYY-MM), several in the order of their days."""
    found: dict[str, str] = {}
    for one in clinic.marks:
        month = f"{one.day:%Y-%m}"
        found[month] = f"{found[month]}; {one.words}" if month in found else one.words
    return found


def changes(visit: StaffVisit) -> Response:
    """List them, with a form for one more."""
    return _show(visit, _fresh(visit))


def marked(visit: StaffVisit) -> Response:
    """Mark a change, unless the settings changed since the page was shown; of the same sent twice, one."""
    form = visit.form()
    typed: dict[str, Typed] = {"day": form.one("day"), "words": form.one("words")}
    try:
        read = MarkForm.model_validate(typed)
    except ValidationError as err:
        wrong = {str(one["loc"][0]) for one in err.errors(include_url=False)}
        return _show(visit, Filled(typed, {name: _wrong(visit, name) for name in wrong}), _UNPROCESSABLE)
    if read.day > visit.today:
        return _show(visit, Filled(typed, {"day": _wrong(visit, "ahead")}), _UNPROCESSABLE)
    if len(visit.clinic.marks) >= MOST:
        return _show(visit, Filled(typed, {"": _wrong(visit, "many")}), _UNPROCESSABLE)
    new = Mark(ids.draw(40), read.day, read.words, visit.member.id)
    if any((one.day, one.words) == (new.day, new.words) for one in visit.clinic.marks):
        return visit.done("changes", "console_changes.flash_marked", words=new.words)
    if not _keep(visit, (*visit.clinic.marks, new)):
        return _show(visit, Filled(typed, {"": _wrong(visit, "meanwhile")}), _CONFLICT)
    visit.note(Action.SET, what="change marked")
    return visit.done("changes", "console_changes.flash_marked", words=new.words)


def removed(visit: StaffVisit, mark: str) -> Response:
    """Take one off. Raises NotFound where it is gone."""
    gone = next((one for one in visit.clinic.marks if one.id == mark), None)
    if gone is None:
        raise NotFound("There is no such change")
    if not _keep(visit, tuple(one for one in visit.clinic.marks if one.id != mark)):
        return _show(visit, _fresh(visit, {"": _wrong(visit, "meanwhile")}), _CONFLICT)
    visit.note(Action.REMOVED, what="change marked")
    return visit.done("changes", "console_changes.flash_removed", words=gone.words)


def _keep(visit: StaffVisit, kept: tuple[Mark, ...]) -> bool:
    """Store them; False where the settings are no longer those that the form's page showed."""
    return keep(visit, replace(visit.clinic, marks=tuple(sorted(kept, key=lambda one: one.day))))


def _fresh(visit: StaffVisit, errors: dict[str, str] | None = None) -> Filled:
    return Filled({"day": visit.today.isoformat()}, errors or {})


def _show(visit: StaffVisit, form: Filled, status: int = 200) -> Response:
    names = {one.id: one.name for one in visit.clinic.staff}
    listed = [(one, visit.formats.date(one.day), names.get(one.by, "")) for one in reversed(visit.clinic.marks)]
    return visit.page(
        "reports/changes.html",
        nav=NAV,
        status=status,
        form=form,
        listed=listed,
        longest=LONGEST,
        today=visit.today.isoformat(),
    )


def _wrong(visit: StaffVisit, name: str) -> str:
    return visit.texts(f"console_changes.wrong_{name}", **({"most": MOST} if name == "many" else {}))
