"""Patients and visits in: the form that brings a file, the example, and what was brought before."""

from chalice import Response

from clinic_console import examples
from prm.audit.model import Action
from prm.clinics.model import Role
from prm.core.errors import Conflict
from prm.patients.csvfile import MAX_FILE
from prm.uploads.files import Target
from prm.uploads.model import Stage, Upload
from prm.uploads.service import PAGE
from prm.web.outside import sending_to
from prm.web.routes import READ, SEND
from prm.web.staff import LEADS, StaffPages, StaffVisit

NAV = "records"
KEEPERS = LEADS | {Role.FRONT_DESK}
"""Who brings records in."""


def register(pages: StaffPages) -> None:
    """Add the routes."""
    pages.at("/clinic/records", READ, KEEPERS)(listed)
    pages.at("/clinic/records/example", SEND, KEEPERS)(example)


def listed(visit: StaffVisit) -> Response:
    """Show the form, and what was brought in before."""
    uploads = visit.house.uploads.list_of(visit.clinic.id, visit.query("before") or None)
    shown = [one for one in uploads[:PAGE] if sees(visit, one)]
    target = where_to(visit)
    answer = visit.page(
        "records/list.html",
        nav=NAV,
        target=target,
        most=MAX_FILE,
        megabytes=MAX_FILE // 1024 // 1024,
        uploads=[(one, *said(visit, one)) for one in shown],
        before=uploads[PAGE - 1].id if len(uploads) > PAGE else "",
        is_first=not visit.query("before") and all(one.is_example for one in uploads) and is_empty(visit),
        examples=examples.offer(visit),
    )
    return sending_to(answer, target.origin)


def example(visit: StaffVisit) -> Response:
    """Bring the example patients in, where there are no others to mix them with."""
    if not is_empty(visit) or visit.house.examples.is_going(visit.clinic.id):
        raise Conflict("You have patients already. Example patients would stand among them")
    upload = visit.house.uploads.example(visit.clinic, visit.member.id, visit.texts("console_records.example_name"))
    visit.note(Action.IMPORTED, what="example patients")
    return visit.done(f"records/{upload.id}", "console_records.flash_example")


def is_empty(visit: StaffVisit) -> bool:
    """Tell whether the clinic has no patients yet: when there is an example to try."""
    return next(iter(visit.house.patients.listed(visit.clinic.id)), None) is None


def where_to(visit: StaffVisit) -> Target:
    """Return where this browser may put a file. The way back is a whole address: it is S3 that leads there."""
    base = visit.house.settings.base_url or f"https://{visit.request.context['domainName']}{visit.urls.base}"
    return visit.house.uploads.target(visit.clinic.id, visit.member.id, f"{base}/clinic/records/")


def sees(visit: StaffVisit, upload: Upload) -> bool:
    """Tell whether a file is shown: a file is about all places, so those of some see what they brought themselves."""
    return not visit.member.locations or upload.by == visit.member.id


def who_brought(visit: StaffVisit, upload: Upload) -> str:
    """Return who brought a file; a program brings drops."""
    return visit.texts("console_records.program") if upload.is_drop else person(visit, upload.by)


def person(visit: StaffVisit, member: str) -> str:
    """Return who it was, also of someone who left."""
    found = next((one.name for one in visit.clinic.staff if one.id == member), "")
    return found or visit.texts("console_records.someone")


def name(visit: StaffVisit, upload: Upload) -> str:
    """Return what the person called the file."""
    return upload.name or visit.texts("console_records.no_name")


def said(visit: StaffVisit, upload: Upload) -> tuple[str, str, str, str]:
    """Return a file's name, who brought it, when, and what came of it."""
    when = visit.formats.moment(upload.at, visit.house.clock.wall())
    return name(visit, upload), who_brought(visit, upload), when, outcome(visit, upload)


def outcome(visit: StaffVisit, upload: Upload) -> str:
    """Return in a line what came of a file."""
    found, texts = upload.found, visit.texts
    if upload.stage in {Stage.CHECKING, Stage.IMPORTING} or found is None:
        return texts(f"console_records.state_{upload.stage}")
    if found.unreadable:
        return texts("console_records.state_unreadable")
    if upload.stage is Stage.CHECKED:
        return texts("console_records.waiting_for_you" if found.news else "console_records.same")
    if not found.news:
        return texts("console_records.same")
    out = texts("console_records.and_left_out", number=visit.formats.number(found.left_out)) if found.left_out else ""
    return many(visit, "came_in", found.news) + out


def many(visit: StaffVisit, key: str, number: int) -> str:
    """Return a sentence about a number, which is written as numbers are."""
    form = "one" if number == 1 else "other"
    return visit.texts(f"console_records.{key}_{form}", count=visit.formats.number(number))
