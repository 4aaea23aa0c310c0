"""`prm nps`: what patients answered, and how sure the score is."""

from collections.abc import Sequence

import click
from rich.table import Table
from rich.text import Text

from local.output import as_json, report
from local.session import connect
from local.tables import drawn
from prm.insights.model import Cut, Figures, Line, Report

_BAR = 24


@click.command()
@click.argument("clinic")
@click.option("--by", type=click.Choice([cut.value for cut in Cut]), help="One line for each.")
@click.option("--months", type=click.IntRange(1, 120), default=12, show_default=True, help="How far to look back.")
@as_json
def command(clinic: str, by: str | None, months: int, *, json_: bool) -> None:
    """Show the Net Promoter Score with its 95% range, over the last months, the current one included."""
    cut = Cut(by) if by else None
    found = connect().insights.nps(clinic, cut, months)
    report(_facts(found, cut), lambda: _told(found, cut), json_=json_)


def _facts(found: Report, cut: Cut | None) -> dict[str, object]:
    total = {"months": list(found.months), **_numbers(found.total)}
    if cut is None:
        return total
    return {**total, "by": [{cut.value: one.key, "name": one.name, **_numbers(one.figures)} for one in found.lines]}


def _numbers(figures: Figures) -> dict[str, object]:
    return {
        "asked": figures.asked,
        "answered": figures.answered,
        "promoters": figures.promoters,
        "passives": figures.passives,
        "detractors": figures.detractors,
        "nps": figures.nps,
        "low": figures.range.low if figures.range else None,
        "high": figures.range.high if figures.range else None,
    }


def _told(found: Report, cut: Cut | None) -> str:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column(cut.value if cut else "")
    for name in ("asked", "answered", "9-10 █", "7-8 ▒", "0-6 ░"):
        table.add_column(name, justify="right")
    table.add_column("")
    table.add_column("NPS", justify="right")
    table.add_column("95% range")
    for line in _shown(found.lines, cut):
        table.add_row(line.name, *_cells(line.figures))
    if found.lines:
        table.add_section()
    table.add_row(f"{found.months[0]} to {found.months[-1]}", *_cells(found.total), style="bold")
    return drawn(table)


def _shown(lines: Sequence[Line], cut: Cut | None) -> Sequence[Line]:
    """Leave out the months before the first in which anyone was asked."""
    first = next((number for number, line in enumerate(lines) if line.figures != Figures()), len(lines))
    return lines[first:] if cut is Cut.MONTH else lines


def _cells(figures: Figures) -> list[str | Text]:
    groups = (figures.promoters, figures.passives, figures.detractors)
    counts = [f"{number:,}" for number in (figures.asked, figures.answered, *groups)]
    if figures.nps is None or figures.range is None:
        return [*counts, Text("no answers", style="dim"), "", ""]
    return [*counts, _bar(groups), _whole(figures.nps), f"{_whole(figures.range.low)} to {_whole(figures.range.high)}"]


def _bar(groups: tuple[int, int, int]) -> Text:
    """Draw the three groups in one bar of fixed length; rounded so that the parts always fill it."""
    bar, drawn_to, counted, answered = Text(), 0, 0, sum(groups)
    for number, mark, style in zip(groups, "█▒░", ("blue", "white", "yellow"), strict=True):
        counted += number
        end = round(_BAR * counted / answered)
        bar.append(mark * (end - drawn_to), style=style)
        drawn_to = end
    return bar


def _whole(points: float) -> str:
    """Round once, here; minus is the typographic one, and nothing is minus nought."""
    return str(round(points)).replace("-", "\N{MINUS SIGN}")
