"""Who needs a call now: the list of cases, and the replies that were no answer."""

import datetime as dt
from collections.abc import Iterable

from chalice import Response

from prm.audit.model import Action
from prm.core.errors import NotFound
from prm.patients.model import Patient
from prm.recovery.model import Case
from prm.web import clock_face
from prm.web.clock_face import ClockFace
from prm.web.filled import Filled
from prm.web.parts import Tab
from prm.web.routes import SEND
from prm.web.staff import StaffPages, StaffVisit

NAV = "inbox"
_OPEN, _MINE, _PAUSED, _CLOSED, _MESSAGES = "open", "mine", "paused", "closed", "messages"

_LONGEST_ID = 100
_TABS = (_OPEN, _MINE, _PAUSED, _CLOSED)


def register(pages: StaffPages) -> None:
    """Add the routes."""
    pages.at("/clinic/inbox")(inbox)
    pages.at("/clinic/inbox/messages")(messages)
    pages.at("/clinic/inbox/messages/done", SEND)(message_done)


def inbox(visit: StaffVisit) -> Response:
    """Show cases: the open ones by the time that is left, or those of another tab."""
    wanted = visit.query("show")
    here = wanted if wanted in _TABS else _OPEN
    place = visit.query("location")
    desk = visit.house.desk
    cases = (desk.glance if here == _CLOSED else desk.open_cases)(visit.clinic, visit.member)
    waiting = [case for case in cases if not case.is_paused(visit.now)]
    shown = {
        _MINE: [case for case in cases if case.taken_by == visit.member.id],
        _PAUSED: [case for case in cases if case.is_paused(visit.now)],
    }.get(here, waiting)
    if here == _CLOSED:
        shown = visit.house.desk.closed_cases(visit.clinic, visit.member, _moment(visit.query("before")))
    shown = [case for case in shown if not place or case.location == place]
    visit.note(Action.LISTED, what="cases")
    return visit.page(
        "inbox/list.html",
        nav=NAV,
        tabs=_tabs(visit, here, cases),
        here=here,
        waiting=sum(not case.is_test for case in waiting),
        late=sum(case.is_late(visit.now) for case in waiting if not case.is_test),
        rows=rows(visit, shown),
        places=[("", visit.texts("console_inbox.all_places")), *((one.id, one.name) for one in visit.locations)],
        form=Filled({"location": place, "show": here}),
        before=shown[-1].call_by.isoformat() if here == _CLOSED and shown else "",
        hours=visit.formats.length(visit.clinic.case_times.call_within),
    )


def messages(visit: StaffVisit) -> Response:
    """Show replies that were no answer."""
    items = visit.house.desk.messages(visit.clinic)
    people = visit.house.patients.some(visit.clinic.id, (item.patient for item in items if item.patient))
    seen = [item for item in items if item.patient is None or _sees(visit, people.get(item.patient))]
    visit.note(Action.LISTED, what="messages")
    return visit.page(
        "inbox/messages.html",
        nav=NAV,
        tabs=_tabs(visit, _MESSAGES, visit.house.desk.glance(visit.clinic, visit.member)),
        items=[(item, people.get(item.patient or "")) for item in seen],
    )


def message_done(visit: StaffVisit) -> Response:
    """Take a message off the list."""
    form = visit.form()
    at, item = _moment(form.one("at")), form.one("id")
    if at is None or len(item) > _LONGEST_ID:
        raise NotFound("There is no such message")
    visit.house.desk.finish(visit.clinic, at, item, visit.member)
    return visit.done("inbox/messages", "console_inbox.flash_message_done")


def rows(visit: StaffVisit, cases: Iterable[Case]) -> list[tuple[Case, Patient | None, ClockFace, list[str]]]:
    """Return cases with whom they are about, their clock, and the grey lines under the name."""
    listed = list(cases)
    people = visit.house.patients.some(visit.clinic.id, (case.patient for case in listed))
    return [(case, people.get(case.patient), clock(visit, case), facts(visit, case)) for case in listed]


def clock(visit: StaffVisit, case: Case) -> ClockFace:
    """Return the clock of a case."""
    if not case.is_open:
        ended = visit.formats.moment(case.closed_at, visit.now) if case.closed_at else ""
        said = visit.texts(f"console_inbox.outcome_{case.outcome}") if case.outcome else ""
        return clock_face.closed(visit.texts("console_inbox.ended", how=said, when=ended), visit.formats)
    if case.is_paused(visit.now) and case.paused_until:
        until = visit.formats.moment(case.paused_until, visit.now)
        return clock_face.paused(visit.texts("console_inbox.until", moment=until), visit.formats)
    return clock_face.running(case.opened_at, case.call_by, visit.now, visit.formats)


def facts(visit: StaffVisit, case: Case) -> list[str]:
    """Return where and with whom it was, and when the answer came."""
    place, therapist = visit.clinic.location(case.location), visit.clinic.therapist(case.therapist)
    where = " · ".join(one.name for one in (place, therapist) if one)
    answered = visit.formats.moment(case.opened_at, visit.now)
    test = [visit.texts("console_inbox.test")] if case.is_test else []
    return [*test, *([where] if where else []), visit.texts("console_inbox.answered", when=answered)]


def _tabs(visit: StaffVisit, here: str, cases: list[Case]) -> list[Tab]:
    paused = sum(case.is_paused(visit.now) for case in cases)
    counts: dict[str, int | None] = {
        _OPEN: len(cases) - paused,
        _MINE: sum(case.taken_by == visit.member.id for case in cases),
        _PAUSED: paused,
        _CLOSED: None,
    }
    tabs = [
        Tab(visit.texts(f"console_inbox.tab_{name}"), visit.urls.console(f"inbox?show={name}"), count, name == here)
        for name, count in counts.items()
    ]
    messages_at = visit.urls.console("inbox/messages")
    return [*tabs, Tab(visit.texts("console_inbox.tab_messages"), messages_at, None, here == _MESSAGES)]


def _sees(visit: StaffVisit, patient: Patient | None) -> bool:
    return patient is None or visit.sees(patient.location)


def _moment(text: str) -> dt.datetime | None:
    """Return the moment in an address or form of ours, None for anything else."""
    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None
