"""Who looked at whom: the clinic's audit log, a month at a time, and as a file."""

import re

from chalice import Response

from clinic_console.operator import BY_OPERATOR
from prm.audit.model import Action, Entry
from prm.erasure.retention import SYSTEM
from prm.web.filled import Filled
from prm.web.routes import READ
from prm.web.staff import OWNER, StaffPages, StaffVisit

NAV = "settings"
PAGE = 100
_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


def register(pages: StaffPages) -> None:
    """Add the routes."""
    pages.at("/clinic/settings/audit", READ, OWNER)(log)


def log(visit: StaffVisit) -> Response:
    """Show a page of a month's entries, newest first, of one person or all."""
    wanted = visit.query("month")
    month = wanted if _MONTH.fullmatch(wanted) else f"{visit.house.clock.wall():%Y-%m}"
    who = visit.query("who")
    found = visit.house.audit.month(visit.clinic.id, month, visit.query("before") or None, PAGE)
    entries = [entry for _, entry in found if not who or entry.member == who]
    people = visit.house.patients.some(visit.clinic.id, (one.patient for one in entries if one.patient))
    visit.note(Action.VIEWED, what="audit log")
    names = {one.id: one.name for one in visit.clinic.staff}
    return visit.page(
        "settings/audit.html",
        nav=NAV,
        form=Filled({"month": month, "who": who}),
        entries=[(one, _who(visit, names, one), people.get(one.patient)) for one in entries],
        members=[("", visit.texts("console_audit.everyone")), *sorted(names.items(), key=lambda pair: pair[1])],
        before=found[-1][0] if len(found) == PAGE else "",
        month=month,
    )


def _who(visit: StaffVisit, names: dict[str, str], entry: Entry) -> str:
    if entry.member == SYSTEM:
        return visit.texts("console_audit.retention")
    if entry.what.startswith(BY_OPERATOR):
        return visit.texts("console_audit.operator")
    return names.get(entry.member) or visit.texts("console_audit.left")
