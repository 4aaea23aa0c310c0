"""A score with its range, on a line with the marks it is held against."""

from markupsafe import Markup

from prm.core.formats import Formats
from prm.insights.model import Figures
from prm.insights.nps import Range
from prm.insights.verdicts import ENOUGH, MARKS, Mark
from prm.web.charts.picture import Picture
from prm.web.charts.svg import Canvas, Scale, dot, joined, line, rect, tag, text, twice
from prm.web.charts.words import Words

LOWEST, STEP = 20, 20
"""Where the scale begins, and how it grows where a range lies lower. Bars start at 0; a dot may do without."""
_ANCHORS = {Mark.LOWEST_TENTH: "end", Mark.AVERAGE: "middle", Mark.TOP_TENTH: "start"}
_ANCHORS_OF_NARROW = {Mark.LOWEST_TENTH: "middle", Mark.AVERAGE: "end", Mark.TOP_TENTH: "start"}
"""84 and 90 lean away from each other: there is hardly room for both."""
_AXIS = {True: 92, False: 80}
_BAND = 18


def lowest(*lows: float) -> int:
    """Return where a scale must begin so that all of these are on it."""
    least = min((*lows, LOWEST))
    return max(-100, int(least // STEP) * STEP)


def score(uid: str, figures: Figures, formats: Formats) -> Picture | None:
    """Return the picture of a score, or None below 10 answers."""
    value, found = figures.nps, figures.range
    if value is None or found is None or figures.answered < ENOUGH:
        return None
    words = Words(formats)
    title = words("score_title", score=words.whole(value), range=words.range(found))

    def draw(canvas: Canvas) -> Markup:
        axis = _AXIS[canvas.is_wide]
        at = Scale(lowest(found.low, value), 100, 14, 604 if canvas.is_wide else canvas.width - 14)
        return canvas.drawn(
            title,
            joined([*_axis(at, axis, canvas, words), *_marks(at, axis, canvas, words)])
            + _range(at, axis, found, value),
        )

    columns = (words("column_score"), words("column_range"), words("column_answers"))
    row = (words.whole(value), words.range(found), formats.number(figures.answered))
    return Picture(twice(uid, (116, 104), draw, note=words("marks")), columns, (row,))


def _axis(at: Scale, y: float, canvas: Canvas, words: Words) -> list[Markup]:
    every = 10 if canvas.is_wide and at.low >= LOWEST else 20
    drawn = [line(at.start, y, at.end, y, "axis")]
    for step in at.steps(every):
        drawn += [line(at(step), y, at(step), y + 5, "axis"), text(at(step), y + 20, words.whole(step), "middle")]
    return drawn


def _marks(at: Scale, y: float, canvas: Canvas, words: Words) -> list[Markup]:
    drawn = []
    for mark, value in MARKS.items():
        anchor = (_ANCHORS if canvas.is_wide else _ANCHORS_OF_NARROW)[mark]
        nudge = {"end": 5, "start": -5}.get(anchor, 0)
        drawn += [
            line(at(value), 36 if canvas.is_wide else 22, at(value), y, "goal"),
            text(at(value) + nudge, 12, str(value), anchor, "strong"),
        ]
        if canvas.is_wide:
            drawn.append(text(at(value) + nudge, 28, words(mark), anchor))
    return drawn


def _range(at: Scale, axis: float, found: Range, value: float) -> Markup:
    top = axis - 12 - _BAND
    low, high = at(found.low), at(found.high)
    ends = [line(x, top - 1, x, top + _BAND + 1, "cap") for x in (low, high)]
    band = rect(low, top, (high - low, _BAND), "band")
    return tag("g", band, *ends, dot(at(value), top + _BAND / 2, 7, "dot"))
