"""Rows of a comparison: adjusted score as a dot with its range, plain score as a ring, the clinic as a dashed line."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from prm.core.formats import Formats
from prm.insights.dashboard import Comparison
from prm.insights.shrink import Compared
from prm.web.charts.score import STEP
from prm.web.charts.svg import Scale, dot, joined, line, rect, tag, text
from prm.web.charts.words import Words

WIDTHS = {"desk": 312, "phone": 294}
"""Pixels: a column of the table, and a row's card on a phone."""
_HEIGHTS = {"desk": 54, "phone": 48}
_BAND = 16


@dataclass(frozen=True)
class ComparePictures:
    """`rows` by the part's key, without those that have too few answers.

    `axis` stands in the head of the column, and `phone_axis` above a list of cards, where no head shows.
    """

    axis: Markup
    phone_axis: Markup
    rows: Mapping[str, Markup]


def compare(uid: str, comparison: Comparison, formats: Formats) -> ComparePictures:
    """Return the pictures of a comparison, all on one scale."""
    shown = [one for one in comparison.rows if one.range]
    lows = [one.range.low for one in shown if one.range]
    plain = [one.part.figures.nps or 0.0 for one in shown]
    low = min([0.0, *lows, *plain, comparison.clinic.nps or 0.0]) // STEP * STEP
    drawing = _Drawing(uid, max(-100.0, low), comparison.clinic.nps or 0.0, Words(formats))
    rows = {one.part.key: drawing.row(one, number) for number, one in enumerate(shown)}
    return ComparePictures(drawing.axis("desk"), drawing.axis("phone"), rows)


@dataclass(frozen=True)
class _Drawing:
    uid: str
    low: float
    clinic: float
    words: Words

    def scale(self, size: str) -> Scale:
        return Scale(self.low, 100, 16, WIDTHS[size] - 16)

    def axis(self, size: str) -> Markup:
        words, at = self.words, self.scale(size)
        title = words("axis_title", low=words.whole(self.low), high="100", clinic=words.whole(self.clinic))
        step = STEP if self.low >= -STEP else 2 * STEP
        numbers = joined(text(at(one), 15, words.whole(one), "middle", "strong") for one in at.steps(step))
        drawn = self._svg(f"{self.uid}-axis", size, title, numbers, 20)
        name = tag("span", words("column_picture"), class_="hidden") if size == "desk" else Markup("")
        return joined([name, tag("div", drawn, class_=f"row-axis {size}")])

    def row(self, one: Compared, number: int) -> Markup:
        words, plain = self.words, one.part.figures.nps
        if one.range is None or one.adjusted is None or plain is None:
            return Markup("")
        title = words(
            "compare_title",
            name=one.part.name,
            adjusted=words.whole(one.adjusted),
            range=words.range(one.range),
            plain=words.whole(plain),
            clinic=words.whole(self.clinic),
        )
        drawn = [
            self._svg(f"{self.uid}-{number}", size, title, self._inside(one, plain, size), height)
            for size, height in _HEIGHTS.items()
        ]
        return tag("div", *drawn, class_="row-figure")

    def _inside(self, one: Compared, plain: float, size: str) -> Markup:
        at, height = self.scale(size), _HEIGHTS[size]
        middle = height / 2
        if one.range is None or one.adjusted is None:
            return Markup("")
        low, high = at(one.range.low), at(one.range.high)
        grid = [line(at(step), 10, at(step), height - 10, "grid-line") for step in at.steps(STEP)]
        ends = [line(x, middle - _BAND / 2, x, middle + _BAND / 2, "cap") for x in (low, high)]
        return joined(
            [
                *grid,
                rect(low, middle - _BAND / 2, (high - low, _BAND), "band"),
                *ends,
                line(at(self.clinic), 0, at(self.clinic), height, "goal"),
                dot(at(plain), middle, 4.5, "ring-dot"),
                dot(at(one.adjusted), middle, 6.5, "dot"),
            ]
        )

    @staticmethod
    def _svg(uid: str, size: str, title: str, content: Markup, height: int) -> Markup:
        name = f"{uid}-{size}-title"
        return tag(
            "svg",
            tag("title", title, id=name),
            content,
            class_=f"chart {size}",
            width=WIDTHS[size],
            height=height,
            viewBox=f"0 0 {WIDTHS[size]} {height}",
            role="img",
            aria_labelledby=name,
        )
