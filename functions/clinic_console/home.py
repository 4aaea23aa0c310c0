"""How are we doing, and what to fix: a sentence that says what is true, then the proof."""

from dataclasses import dataclass

from chalice import Response

from clinic_console import checklist, choosing, inbox, marks, voices
from clinic_console.choosing import READERS, Choice
from clinic_console.saying import Saying
from prm.audit.model import Action
from prm.insights.dashboard import Comparison, Dashboard, comparison
from prm.insights.model import CLINIC, Cut
from prm.insights.verdicts import ENOUGH
from prm.patients.model import Patient
from prm.recovery.model import Case
from prm.web import charts
from prm.web.clock_face import ClockFace
from prm.web.staff import StaffPages, StaffVisit

NAV = "home"
_SHOWN = 5
"""Cases on this page: the most urgent; the inbox has all."""

type Row = tuple[Case, Patient | None, ClockFace]


def register(pages: StaffPages) -> None:
    """Add the route."""
    pages.at("/clinic/home", roles=READERS)(home)


@dataclass(frozen=True)
class Calls:
    """Who waits for a call."""

    waiting: int
    late: int
    rows: list[Row]


def home(visit: StaffVisit) -> Response:
    """Show the dashboard of the clinic, of a location, or of a therapist; a clinic with none yet begins elsewhere."""
    choice = choosing.chosen(visit)
    board = choice.board(visit)
    if checklist.leads_on(visit, board):
        return visit.go("start")
    waiting = _waiting(visit, choice)
    voiced = voices.of_board(visit, board, (one.patient for one in waiting[:_SHOWN]))
    calls = _calls(visit, waiting, voiced.people)
    say = Saying(visit.formats)
    visit.note(Action.LISTED, what="home")
    return visit.page(
        "home/dashboard.html",
        nav=NAV,
        board=board,
        enough=board.figures.answered >= ENOUGH,
        choice=choice,
        form=choice.form(),
        spans=choosing.spans(visit),
        places=choosing.places(visit, choice),
        where=choice.where(visit),
        period=choosing.period(visit, board.days),
        calls=calls,
        waiting=calls.waiting,
        say=say,
        verdicts=say.verdicts(board),
        pictures=pictures(visit, board),
        compared=_compared(visit, board),
        latest=voiced.latest,
        to_fix=voiced.to_fix,
        late_rules=[one for one in (board.summary.rules if board.summary else ()) if one.is_quiet],
    )


def pictures(visit: StaffVisit, board: Dashboard) -> dict[str, charts.Picture | None]:
    """Return what is drawn of a dashboard."""
    say = Saying(visit.formats)
    found: dict[str, charts.Picture | None] = {
        "score": charts.score("nps", board.figures, visit.formats),
        "groups": charts.groups("groups", board.figures, visit.formats) if board.figures.answered else None,
        "trend": charts.trend("trend", board.months, visit.formats, marks.by_month(visit.clinic)),
    }
    if board.stretch and board.summary:
        found["coverage"] = charts.coverage("coverage", say.slices(board.stretch.coverage), visit.formats)
        found["stays"] = charts.stays("stays", board.summary.stays, visit.formats)
    return found


def _waiting(visit: StaffVisit, choice: Choice) -> list[Case]:
    """Return who waits for a call, most urgent first, by one query; nobody waits in a test."""
    return [
        one
        for one in visit.house.desk.glance(visit.clinic, visit.member)
        if not one.is_paused(visit.now)
        and not one.is_test
        and (choice.location is None or one.location == choice.location)
    ]


def _calls(visit: StaffVisit, waiting: list[Case], people: dict[str, Patient]) -> Calls:
    rows = [(one, people.get(one.patient), inbox.clock(visit, one)) for one in waiting[:_SHOWN]]
    return Calls(len(waiting), sum(one.is_late(visit.now) for one in waiting), rows)


def _compared(visit: StaffVisit, board: Dashboard) -> Comparison | None:
    """Return how therapists compare, for those who may see all of them."""
    if board.summary is None or board.scope != CLINIC or not visit.leads or visit.member.locations:
        return None
    return comparison(visit.clinic, board.summary, Cut.THERAPIST, board.span)
