"""Reports: one question a tab, each with its figures as a file to take away."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from chalice import Response

from clinic_console import choosing, home, themes
from clinic_console import report_frame as frame
from clinic_console.choosing import READERS, Choice
from clinic_console.saying import Saying
from prm.audit.model import Action
from prm.core.errors import NotFound
from prm.insights.dashboard import Comparison, Dashboard
from prm.insights.shrink import Compared
from prm.insights.spans import Span
from prm.web import charts
from prm.web.download import Cell, download
from prm.web.staff import StaffPages, StaffVisit

NAV = frame.NAV
_BOARDS = ("score", "retention", "coverage")

type Lines = Iterator[Sequence[Cell]]


@dataclass(frozen=True)
class File:
    """The figures of a report: names of columns, in words that do not change, and rows."""

    columns: tuple[str, ...]
    lines: Lines


def register(pages: StaffPages) -> None:
    """Add the routes."""
    pages.at("/clinic/reports", roles=READERS)(first)
    pages.at("/clinic/reports/{name}", roles=READERS)(report)
    pages.at("/clinic/reports/{name}/file", roles=READERS)(file)


def first(visit: StaffVisit) -> Response:
    """Show the score."""
    return report(visit, "score")


def report(visit: StaffVisit, name: str) -> Response:
    """Show one report."""
    if name in frame.CUTS:
        return _compared(visit, name)
    if name == frame.THEMES:
        return themes.themes(visit)
    if name not in _BOARDS:
        raise NotFound("There is no such report")
    choice = choosing.chosen(visit)
    board = choice.board(visit)
    say = Saying(visit.formats)
    return visit.page(
        f"reports/{name}.html",
        nav=NAV,
        status=200,
        **frame.values(visit, name, choice),
        board=board,
        verdicts=say.verdicts(board),
        period=choosing.period(visit, board.days),
        pictures=home.pictures(visit, board),
    )


def file(visit: StaffVisit, name: str) -> Response:
    """Give the figures of a report away. Raises NotFound where there are none yet."""
    choice = choosing.chosen(visit, Span.ALL if name in frame.CUTS else Span.QUARTER)
    found = (
        _compared_file(visit, name, choice) if name in frame.CUTS else _FILES.get(name, _missing)(choice.board(visit))
    )
    visit.note(Action.EXPORTED, what=f"report {name}")
    return download(f"{visit.clinic.id}-{name}-{visit.today:%Y-%m-%d}", found.columns, found.lines)


def _comparison(visit: StaffVisit, name: str, choice: Choice) -> Comparison | None:
    if not frame.sees_all(visit):
        raise NotFound("There is no such report")
    return visit.house.insights.compare(visit.clinic.id, frame.CUTS[name], choice.span)


def _compared(visit: StaffVisit, name: str) -> Response:
    choice = Choice(choosing.chosen(visit, Span.ALL).span)
    found = _comparison(visit, name, choice)
    return visit.page(
        "reports/compare.html",
        nav=NAV,
        status=200,
        **frame.values(visit, name, choice),
        found=found,
        pictures=charts.compare("compare", found, visit.formats) if found else None,
        clear=_clear(visit, found) if found else [],
    )


def _clear(visit: StaffVisit, found: Comparison) -> list[str]:
    """Return a sentence about each whose difference is no chance."""
    return [visit.texts(f"console_reports.clear_{one.stand}", name=one.part.name) for one in found.clear]


def _score_file(board: Dashboard) -> File:
    def lines() -> Lines:
        for one in board.months:
            figures, found = one.figures, one.figures.range
            counts = (figures.answered, figures.promoters, figures.passives, figures.detractors)
            ends = (_rounded(found.low), _rounded(found.high)) if found else (None, None)
            yield (one.month, *counts, _rounded(figures.nps), *ends)

    return File(("month", "answers", "promoters", "passives", "detractors", "nps", "range_low", "range_high"), lines())


def _retention_file(board: Dashboard) -> File:
    stays = board.summary.stays if board.summary else None
    if stays is None:
        raise NotFound("This is counted each night, and there tomorrow")
    kept = ((visit, _rounded(share), stays.started) for visit, share in enumerate(stays.kept, 1))
    return File(("visit", "still_coming_percent", "started"), kept)


def _coverage_file(board: Dashboard) -> File:
    stretch = board.stretch
    if stretch is None:
        raise NotFound("This is counted each night, and there tomorrow")
    found = vars(stretch.coverage)
    return File(("what", "number"), ((name, number) for name, number in found.items()))


def _themes_file(board: Dashboard) -> File:
    stretch = board.stretch
    if stretch is None:
        raise NotFound("This is counted each night, and there tomorrow")
    found = ((theme, tone.low, tone.before, tone.high) for theme, tone in stretch.comments.to_fix)
    return File(("theme", "low_comments", "low_comments_before", "high_comments"), found)


def _missing(_: Dashboard) -> File:
    raise NotFound("There is no such report")


_FILES: dict[str, Callable[[Dashboard], File]] = {
    "score": _score_file,
    "retention": _retention_file,
    "coverage": _coverage_file,
    frame.THEMES: _themes_file,
}


def _compared_file(visit: StaffVisit, name: str, choice: Choice) -> File:
    found = _comparison(visit, name, choice)
    if found is None:
        raise NotFound("This is counted each night, and there tomorrow")
    columns = ("name", "answers", "nps", "adjusted", "range_low", "range_high", "against_the_clinic")
    return File(columns, (_compared_line(one) for one in found.rows))


def _compared_line(one: Compared) -> Sequence[Cell]:
    if one.range is None:
        return (one.part.name, one.part.figures.answered, None, None, None, None, None)
    ends = (_rounded(one.range.low), _rounded(one.range.high))
    plain = _rounded(one.part.figures.nps)
    return (one.part.name, one.part.figures.answered, plain, _rounded(one.adjusted), *ends, one.stand)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
