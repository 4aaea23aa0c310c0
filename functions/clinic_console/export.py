"""Taking everything away, and closing the clinic: the owner's, in steps, with what cannot be called back said first."""

import datetime as dt

from chalice import Response

from clinic_console.keeping import version_of
from prm.audit.model import Action
from prm.core.errors import Conflict
from prm.exports.model import Export
from prm.web import page
from prm.web.filled import Filled
from prm.web.routes import READ, SEND
from prm.web.staff import OWNER, StaffPages, StaffVisit

NAV = "settings"
FRESH_FOR = dt.timedelta(days=7)
"""An export this old is no reason not to make another before a clinic is closed."""
_UNPROCESSABLE = 422
_CONFLICT = 409


def register(pages: StaffPages) -> None:
    """Add the routes."""
    pages.at("/clinic/settings/export", READ, OWNER)(show)
    pages.at("/clinic/settings/export", SEND, OWNER)(begin)
    pages.at("/clinic/settings/export/file", READ, OWNER)(file)
    pages.at("/clinic/settings/close", READ, OWNER)(close)
    pages.at("/clinic/settings/close", SEND, OWNER)(closed)


def show(visit: StaffVisit) -> Response:
    """Show how far the export is, and where it can be fetched."""
    export = visit.house.exports.latest(visit.clinic.id)
    number = export.patients if export else 0
    key = "console_export.patients_one" if number == 1 else "console_export.patients_other"
    patients = visit.texts(key, number=visit.formats.number(number))
    when = _when(visit, export)
    return visit.page("settings/export.html", nav=NAV, export=export, when=when, patients=patients)


def begin(visit: StaffVisit) -> Response:
    """Have one written."""
    try:
        visit.house.exports.begin(visit.clinic.id)
    except Conflict:
        return visit.done("settings/export", "console_export.flash_under_way")
    visit.note(Action.EXPORTED, what="everything")
    return visit.done("settings/export", "console_export.flash_begun")


def file(visit: StaffVisit) -> Response:
    """Lead to the file. The address works for 15 minutes, for whoever has it."""
    address = visit.house.exports.link(visit.clinic.id)
    if visit.request.method != "HEAD":
        visit.note(Action.EXPORTED, what="everything, fetched")
    return page.elsewhere(address)


def close(visit: StaffVisit) -> Response:
    """Say what closing means, and ask for the clinic's name."""
    return _close(visit, Filled())


def closed(visit: StaffVisit) -> Response:
    """Close the clinic, if there is an export of these days and its name was typed."""
    typed = visit.form().one("name")
    if not _is_exported(visit):
        return _close(visit, Filled({"name": typed}, {"": visit.texts("console_export.first")}), _UNPROCESSABLE)
    if _plain(typed) != _plain(visit.clinic.name):
        wrong = {"name": visit.texts("console_export.wrong_name")}
        return _close(visit, Filled({"name": typed}, wrong), _UNPROCESSABLE)
    if version_of(visit.form()) != visit.clinic.version:
        return _close(visit, Filled({"name": typed}, {"": visit.texts("console_settings.changed")}), _CONFLICT)
    visit.note(Action.SET, what="clinic closed")
    visit.house.operator.close(visit.clinic.id)
    visit.house.sessions.end(visit.token)
    return visit.show("settings/closed.html", name=visit.clinic.name)


def _close(visit: StaffVisit, form: Filled, status: int = 200) -> Response:
    export = visit.house.exports.latest(visit.clinic.id)
    return visit.page(
        "settings/close.html",
        nav=NAV,
        status=status,
        form=form,
        is_exported=_is_exported(visit),
        when=_when(visit, export),
        people=len(visit.clinic.staff),
    )


def _is_exported(visit: StaffVisit) -> bool:
    export = visit.house.exports.latest(visit.clinic.id)
    return bool(export and export.finished_at and visit.now - export.finished_at < FRESH_FOR)


def _when(visit: StaffVisit, export: Export | None) -> str:
    return visit.formats.moment(export.finished_at, visit.now) if export and export.finished_at else ""


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
