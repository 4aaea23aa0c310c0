"""Scores by month: a dot with its range for each, nothing where answers are few."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from prm.core.formats import Formats
from prm.insights.dashboard import MonthPoint
from prm.insights.nps import Range
from prm.insights.verdicts import ENOUGH, MARKS
from prm.web.charts.picture import Picture
from prm.web.charts.score import STEP, lowest
from prm.web.charts.svg import Canvas, Scale, dot, joined, line, rect, tag, text, twice
from prm.web.charts.words import Words

_TOP, _BOTTOM = 14, 238
_BAR, _CAP = 6, 5
_EACH_OF_NARROW = 3
_LINE = 13
_LETTER = 7
"""Pixels of a letter, on the generous side: what a label of a change has room for."""
_RISE = 16
"""Labels of changes stand this far above each other, three high, so that neighbours do not meet."""
"""Labels that would overlap are moved this far apart."""


@dataclass(frozen=True)
class _Point:
    month: str
    answered: int
    value: float | None
    range: Range | None
    under_way: bool


@dataclass(frozen=True)
class _Trend:
    points: Sequence[_Point]
    words: Words
    changes: Mapping[str, str] = field(default_factory=dict)


def trend(
    uid: str, months: Sequence[MonthPoint], formats: Formats, changes: Mapping[str, str] | None = None
) -> Picture:
    """Return the picture of some months; `changes` names by month (YYYY-MM) what the clinic changed then.

    What has no room in the picture is cut there; the title and the table have all of it.
    """
    drawn = _Trend([_point(one) for one in months], Words(formats), changes or {})
    return Picture(
        twice(uid, (284, 284), lambda canvas: _draw(canvas, drawn)), *_table(drawn), 1 if _changed(drawn) else 0
    )


def _point(one: MonthPoint) -> _Point:
    enough = one.figures.answered >= ENOUGH
    return _Point(
        one.month,
        one.figures.answered,
        one.figures.nps if enough else None,
        one.figures.range if enough else None,
        one.under_way,
    )


def _draw(canvas: Canvas, drawn: _Trend) -> Markup:
    lows = [one.range.low for one in drawn.points if one.range]
    up = Scale(lowest(*lows), 100, _BOTTOM, _TOP)
    right = 534 if canvas.is_wide else canvas.width - 34
    room = (right - 38) / max(len(drawn.points), 1)
    places = [38 + room * (number + 0.5) for number in range(len(drawn.points))]
    return canvas.drawn(
        _title(drawn),
        joined(
            [
                *_grid(up, right, canvas, drawn.words),
                *_changes(canvas, drawn, places, up),
                _course(drawn, places, up),
                *(_month(point, x, up) for point, x in zip(drawn.points, places, strict=True)),
                *_few(canvas, drawn, places),
                *_labels(canvas, drawn, places),
            ]
        ),
    )


def _grid(up: Scale, right: float, canvas: Canvas, words: Words) -> list[Markup]:
    drawn = []
    for step in up.steps(STEP):
        drawn += [line(38, up(step), right, up(step), "grid-line"), text(30, up(step) + 4, words.whole(step), "end")]
    above = up.end - _LINE
    for mark, value in sorted(MARKS.items(), key=lambda one: -one[1]):
        said = words(f"mark_{mark}", value=value) if canvas.is_wide else str(value)
        above = max(up(value), above + _LINE)
        drawn += [line(38, up(value), right, up(value), "goal"), text(right + 6, above + 4, said)]
    return drawn


def _course(drawn: _Trend, places: Sequence[float], up: Scale) -> Markup:
    """Return the line through the dots; it breaks where a month shows none."""
    runs: list[list[str]] = [[]]
    for point, x in zip(drawn.points, places, strict=True):
        if point.value is None:
            runs.append([])
        else:
            runs[-1].append(f"{x:.1f},{up(point.value):.1f}")
    return joined(tag("polyline", points=" ".join(run), class_="course-line") for run in runs if len(run) > 1)


def _month(point: _Point, x: float, up: Scale) -> Markup:
    if point.value is None or point.range is None:
        return line(x, _BOTTOM - 18, x, _BOTTOM, "change") if point.answered else Markup("")
    top, bottom = up(point.range.high), up(point.range.low)
    bar = rect(x - _BAR / 2, top, (_BAR, bottom - top), "span")
    ends = [line(x - _CAP, y, x + _CAP, y, "cap thin") for y in (top, bottom)]
    return tag("g", bar, *ends, dot(x, up(point.value), 5.5, "dot open" if point.under_way else "dot"))


def _few(canvas: Canvas, drawn: _Trend, places: Sequence[float]) -> list[Markup]:
    """Say "few" where answers are few: at each such month, or where there is no room at the first of a run."""
    found, before = [], False
    for point, x in zip(drawn.points, places, strict=True):
        few = point.value is None and point.answered > 0
        if few and (canvas.is_wide or not before):
            found.append(text(x, _BOTTOM - 24, drawn.words("few"), "middle"))
        before = few
    return found


def _labels(canvas: Canvas, drawn: _Trend, places: Sequence[float]) -> list[Markup]:
    """Name the months with their numbers of answers: all, or where there is no room every third and the last."""
    last = len(places) - 1
    found = [text(30, 276, drawn.words("n"), "end")]
    for number, (point, x) in enumerate(zip(drawn.points, places, strict=True)):
        if not canvas.is_wide and number != last and (number % _EACH_OF_NARROW or last - number < _EACH_OF_NARROW - 1):
            continue
        look = "strong" if point.under_way else None
        found += [
            text(x, 258, drawn.words.month(point.month), "middle", look),
            text(x, 276, drawn.words.formats.number(point.answered), "middle"),
        ]
    return found


def _changes(canvas: Canvas, drawn: _Trend, places: Sequence[float], up: Scale) -> list[Markup]:
    found: list[Markup] = []
    bottom = up(up.low)
    for point, x in zip(drawn.points, places, strict=True):
        said = drawn.changes.get(point.month)
        if said:
            left = x < canvas.width / 2
            room = int((canvas.width - x if left else x) / _LETTER) - 1
            y = bottom - 6 - _RISE * (len(found) // 2 % 3)
            found += [
                line(x, min(bottom - 40, y - _LINE), x, bottom, "change"),
                text(x + (5 if left else -5), y, _cut(said, room), None if left else "end", "ink"),
            ]
    return found


def _cut(said: str, room: int) -> str:
    return said if len(said) <= room else f"{said[: room - 1].rstrip()}…"


def _title(drawn: _Trend) -> str:
    words = drawn.words
    shown = (one for one in drawn.points if one.answered or one.month in drawn.changes)
    return words("trend_title", months=" ".join(_said(one, drawn) for one in shown))


def _said(point: _Point, drawn: _Trend) -> str:
    words = drawn.words
    month, answers = words.month(point.month), words.answers(point.answered)
    changed = drawn.changes.get(point.month)
    after = f" {words('trend_change', month=month, words=changed)}" if changed else ""
    if point.value is None or point.range is None:
        return words("trend_few", month=month, answers=answers) + after
    found = words.range(point.range)
    return words("trend_month", month=month, score=words.whole(point.value), range=found, answers=answers) + after


def _changed(drawn: _Trend) -> bool:
    return any(one.month in drawn.changes for one in drawn.points)


def _table(drawn: _Trend) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    words = drawn.words
    changed = _changed(drawn)
    names = ("month", "score", "range", "answers", *(("change",) if changed else ()))
    columns = tuple(words(f"column_{name}") for name in names)
    rows = []
    for one in drawn.points:
        value = words("few") if one.value is None and one.answered else ""
        rows.append(
            (
                f"{words.month(one.month)} {one.month[:4]}",
                words.whole(one.value) if one.value is not None else value,
                words.range(one.range) if one.range else "",
                words.formats.number(one.answered),
                *((drawn.changes.get(one.month, ""),) if changed else ()),
            )
        )
    return columns, tuple(rows)
