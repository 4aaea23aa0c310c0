"""One file: what it would bring, the question, and what its import did."""

import re

from chalice import Response

from clinic_console import records
from clinic_console.records import KEEPERS, NAV
from prm.audit.model import Action
from prm.core.errors import NotFound
from prm.core.formats import Formats
from prm.patients.dates import Order
from prm.rules import forecast
from prm.uploads import troubles
from prm.uploads.model import Findings, Stage, Trouble, Upload
from prm.web.filled import Filled
from prm.web.page import see_other
from prm.web.routes import READ, SEND
from prm.web.staff import StaffPages, StaffVisit

_ROWS = ("new", "changed", "unchanged", "refused")
_SLOW = 20 * 60
"""Seconds after which a file should have been read; its first word may be lost."""
_ADVICE = (
    (re.compile("no patient with this number"), "patients_first"),
    (re.compile("^The date .* (could be|does not fit) "), "order"),
    (re.compile("status"), "status"),
    (re.compile("row of totals"), "totals"),
    (re.compile("and was taken instead"), "nothing"),
    (re.compile("quotation mark|cannot be read as CSV|more cells"), "export"),
)


def register(pages: StaffPages) -> None:
    """Add the routes."""
    pages.at("/clinic/records/{upload}", READ, KEEPERS)(show)
    pages.at("/clinic/records/{upload}/check", SEND, KEEPERS)(check_again)
    pages.at("/clinic/records/{upload}/import", READ, KEEPERS)(ask)
    pages.at("/clinic/records/{upload}/import", SEND, KEEPERS)(confirm)
    pages.at("/clinic/records/{upload}/again", SEND, KEEPERS)(nudge)
    pages.at("/clinic/records/{upload}/rows", READ, KEEPERS)(rows)


def show(visit: StaffVisit, upload: str) -> Response:
    """Show how far a file is, what it would bring or what it brought."""
    found = _find(visit, upload)
    if found.stage in {Stage.CHECKING, Stage.IMPORTING}:
        return _page(visit, "records/waiting.html", found)
    if found.found and found.found.unreadable:
        return _page(visit, "records/unreadable.html", found)
    visit.note(Action.VIEWED, what="import report")
    said = visit.house.uploads.troubles(found)
    return _page(
        visit,
        "records/report.html",
        found,
        findings=found.found,
        is_done=found.stage is Stage.DONE,
        is_gone=said is None,
        grid=_table(visit, found.found),
        left_out=[(one, _advice(one)) for one in said or () if one.left_out],
        noted=[one for one in said or () if not one.left_out],
        is_about_order=troubles.is_about_order(said or ()),
        orders=[(one, visit.texts(f"console_records.order_{one}")) for one in Order],
        form=Filled({"order": found.order or visit.clinic.date_order}),
        leads=_leads_to(visit, found.check),
    )


def check_again(visit: StaffVisit, upload: str) -> Response:
    """Look at the file once more, its dates read in another order."""
    found = _find(visit, upload)
    wanted = visit.form().one("order")
    if wanted and wanted not in set(Order):
        raise NotFound("There is no such order")
    visit.house.uploads.check_again(found, Order(wanted) if wanted else None)
    return visit.done(f"records/{found.id}", "console_records.flash_again")


def ask(visit: StaffVisit, upload: str) -> Response:
    """Ask once more before anything is stored: what comes in, and what it sends."""
    found = _find(visit, upload)
    if not found.can_be_imported:
        return see_other(visit.urls.console(f"records/{found.id}"))
    if _is_stale(visit, found):
        return _page(visit, "records/stale.html", found)
    return _page(visit, "records/confirm.html", found, findings=found.check, leads=_leads_to(visit, found.check))


def confirm(visit: StaffVisit, upload: str) -> Response:
    """Import it. A second press finds it under way, and says so."""
    found = _find(visit, upload)
    if found.stage in {Stage.IMPORTING, Stage.DONE}:
        return see_other(visit.urls.console(f"records/{found.id}"))
    if _is_stale(visit, found):
        return see_other(visit.urls.console(f"records/{found.id}/import"))
    visit.house.uploads.confirm(found, visit.member.id, visit.form().number("version") or 0)
    visit.note(Action.IMPORTED, what=f"upload {found.id}")
    return visit.done(f"records/{found.id}", "console_records.flash_started")


def nudge(visit: StaffVisit, upload: str) -> Response:
    """Ask again for what was asked for long ago."""
    found = _find(visit, upload)
    visit.house.uploads.nudge(found)
    return visit.done(f"records/{found.id}", "console_records.flash_nudged")


def rows(visit: StaffVisit, upload: str) -> Response:
    """Hand out the rows that were left out."""
    found = _find(visit, upload)
    if found.found is None or not found.found.left_out:
        raise NotFound("No rows were left out")
    address = visit.house.uploads.rows_left_out(found)
    visit.note(Action.EXPORTED, what=f"rows left out of upload {found.id}")
    return see_other(address)


def _find(visit: StaffVisit, upload: str) -> Upload:
    found = visit.house.uploads.find(visit.clinic.id, upload)
    if not records.sees(visit, found):
        raise NotFound("There is no such file")
    return found


def _page(visit: StaffVisit, template: str, upload: Upload, **values: object) -> Response:
    wall = visit.house.clock.wall()
    return visit.page(
        template,
        nav=NAV,
        status=200,
        upload=upload,
        name=records.name(visit, upload),
        came=_came(visit, upload),
        importer=records.person(visit, upload.imported_by),
        imported=visit.formats.moment(upload.imported_at, wall) if upload.imported_at else "",
        is_slow=(wall - (upload.imported_at or upload.at)).total_seconds() > _SLOW,
        **values,
    )


def _came(visit: StaffVisit, upload: Upload) -> str:
    """Return how a file came, and when."""
    when = visit.formats.moment(upload.at, visit.house.clock.wall())
    if upload.is_drop:
        return visit.texts("console_records.dropped", when=when)
    return visit.texts("console_records.uploaded", who=records.person(visit, upload.by), when=when)


def _table(visit: StaffVisit, found: Findings | None) -> dict[str, object]:
    """Return the kinds of rows there are, as columns, and what became of how many of each."""
    counts = {kind: one for kind, one in found.counts.items() if one.read} if found else {}
    return {
        "columns": [(visit.texts(f"console_records.kind_of_{kind}"), "num") for kind in counts],
        "lines": [(row, [visit.formats.number(getattr(one, row)) for one in counts.values()]) for row in _ROWS],
    }


def _advice(trouble: Trouble) -> str:
    return next((key for pattern, key in _ADVICE if pattern.search(trouble.reason)), "correct")


def _is_stale(visit: StaffVisit, upload: Upload) -> bool:
    """Tell whether the emails were counted on another day, or under other rules than those that are on now."""
    if upload.check is None or visit.formats.local(upload.check.at).date() != visit.today:
        return True
    return forecast.mark(visit.house.rules.list_of(visit.clinic.id)) != upload.check.decided_by


def _leads_to(visit: StaffVisit, found: Findings | None) -> dict[str, object]:
    """Return the emails that follow: how many of each kind, by rule, and what bounds them."""
    if found is None:
        return {"kinds": "", "by_rule": [], "counted": "", "since": "", "is_over_limit": False}
    formats: Formats = visit.formats
    kinds: dict[str, int] = {}
    for one in found.mails:
        kinds[one.kind] = kinds.get(one.kind, 0) + one.week
    said = [records.many(visit, f"kind_{kind}", number) for kind, number in kinds.items()]
    return {
        "kinds": ", ".join(said),
        "by_rule": [((found.rules or {}).get(one.rule, one.rule), one) for one in found.mails],
        "counted": formats.moment(found.at, visit.now),
        "since": formats.month_day(formats.local(found.since).date()) if found.since else "",
        "is_over_limit": found.today > visit.clinic.daily_limit,
    }
