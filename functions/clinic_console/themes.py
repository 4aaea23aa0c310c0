"""The report on what comments are about: the themes counted, and behind each the comments themselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from chalice import Response

from clinic_console import choosing, report_frame, voices
from clinic_console.choosing import Choice
from prm.audit.model import Action
from prm.insights.dashboard import Dashboard
from prm.insights.spans import Span, days
from prm.insights.themed import LISTED, Comments, Remark
from prm.surveys.themes import Theme
from prm.web.parts import Tab
from prm.web.staff import StaffVisit

PAGE = 20
_LOW, _HIGH = "low", "high"


@dataclass(frozen=True)
class Line:
    """A theme with what was counted of it; `places`: where its low comments are from."""

    theme: Theme
    low: int
    before: int
    high: int
    places: str


def themes(visit: StaffVisit) -> Response:
    """Show the themes, or the comments behind the one that the address names."""
    choice = choosing.chosen(visit)
    board = choice.board(visit)
    wanted = visit.query("theme")
    if wanted in set(Theme) and board.stretch:
        return _behind(visit, choice, board, Theme(wanted))
    comments = board.stretch.comments if board.stretch else None
    shows_places = choice == Choice(choice.span) and report_frame.sees_all(visit) and len(visit.clinic.locations) > 1
    return _page(
        visit,
        "reports/themes.html",
        choice,
        board,
        comments=comments,
        lines=list(_lines(visit, comments)) if comments else [],
        shows_places=shows_places,
    )


def _lines(visit: StaffVisit, comments: Comments) -> Iterator[Line]:
    """Yield the themes: those of low answers first, the most frequent on top."""
    low = comments.to_fix
    others = sorted((theme, tone) for theme, tone in comments.themes.items() if not tone.low)
    for theme, tone in (*low, *others):
        found = ((visit.clinic.location(place), by.get(theme, 0)) for place, by in comments.places.items())
        places = ", ".join(f"{place.name} {number}" for place, number in found if place and number)
        yield Line(theme, tone.low, tone.before, tone.high, places)


def _behind(visit: StaffVisit, choice: Choice, board: Dashboard, theme: Theme) -> Response:
    """Show the comments that speak of a theme, a page at a time, as each stands now."""
    kind = _HIGH if visit.query("kind") == _HIGH else _LOW
    found = [one for one in _remarks(visit, choice, board) if theme in one.themes]
    shown = [one for one in found if one.is_low is (kind == _LOW)]
    page = _number(visit.query("page"), -(-len(shown) // PAGE))
    first = (page - 1) * PAGE
    here = shown[first : first + PAGE]
    answers = visit.house.answers.read(visit.clinic.id, (one.key for one in here))
    visit.note(Action.LISTED, what="comments")
    query = f"theme={theme}&span={choice.span}" + (f"&location={choice.location}" if choice.location else "")
    at = visit.urls.console(f"reports/themes?{query}")
    tone = board.stretch.comments.themes.get(theme) if board.stretch else None
    return _page(
        visit,
        "reports/comments.html",
        choice,
        board,
        theme=theme,
        tone=tone,
        kinds=[
            Tab(visit.texts(f"console_reports.kind_{one}"), f"{at}&kind={one}", getattr(tone, one, 0), one == kind)
            for one in (_LOW, _HIGH)
        ],
        voices=voices.listed(visit, answers),
        said=visit.texts("console_reports.comments_page", first=first + 1, last=first + len(here), all=len(shown)),
        previous=f"{at}&kind={kind}&page={page - 1}" if page > 1 else "",
        next=f"{at}&kind={kind}&page={page + 1}" if first + PAGE < len(shown) else "",
        is_cut=getattr(tone, kind, 0) > len(shown),
        most=LISTED,
        back=visit.urls.console(f"reports/themes?{query.partition('&')[2]}"),
    )


def _remarks(visit: StaffVisit, choice: Choice, board: Dashboard) -> Iterator[Remark]:
    """Yield where the comments of a choice stand, of the days that the night's count looked at."""
    if board.summary is None:
        return
    run = days(Span(choice.span), visit.formats.local(board.summary.as_of).date())
    for one in visit.house.insights.remarks(visit.clinic.id):
        is_there = choice.location in {None, one.location} and choice.therapist in {None, one.therapist}
        if is_there and visit.formats.local(one.at).date() in run:
            yield one


def _page(visit: StaffVisit, template: str, choice: Choice, board: Dashboard, **values: Any) -> Response:  # noqa: ANN401  # the template's
    return visit.page(
        template,
        nav=report_frame.NAV,
        status=200,
        **report_frame.values(visit, report_frame.THEMES, choice),
        board=board,
        period=choosing.period(visit, board.days),
        **values,
    )


def _number(text: str, last: int) -> int:
    """Return the page that an address asks for, or the nearest there is."""
    wanted = int(text) if text.isascii() and text.isdecimal() and len(text) < len("1000") else 1
    return max(1, min(wanted, last))
