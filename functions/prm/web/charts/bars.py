"""Bars: the three groups, who was heard, and how many patients stay. Bars start at nought."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from prm.core.formats import Formats
from prm.insights.model import Figures
from prm.insights.stays import EARLY, Stays
from prm.surveys.model import Group
from prm.web.charts.picture import Picture
from prm.web.charts.svg import HALF, Canvas, Scale, joined, line, rect, tag, text, twice
from prm.web.charts.words import Words

_THICK = 32
_GAP = 3
_ROOM = 42
"""A share is written into its bar where it has this much room, in pixels."""


@dataclass(frozen=True)
class Slice:
    """A part of a whole. `look` is its class; `is_hatched` draws lines over it, which tell it apart without colour."""

    name: str
    number: int
    look: str
    is_hatched: bool = False
    is_filled: bool = False


def groups(uid: str, figures: Figures, formats: Formats) -> Picture:
    """Return the groups as one bar: detractors hatched, passives outlined, promoters solid."""
    words = Words(formats)
    slices = [
        Slice(Group.DETRACTOR, figures.detractors, "bar detractor", is_hatched=True),
        Slice(Group.PASSIVE, figures.passives, "bar passive"),
        Slice(Group.PROMOTER, figures.promoters, "bar promoter", is_filled=True),
    ]
    title = words(
        "groups_title",
        promoters=formats.number(figures.promoters),
        passives=formats.number(figures.passives),
        detractors=formats.number(figures.detractors),
    )
    rows = [(one, words(one.name, share=words.share(one.number, figures.answered))) for one in slices]
    table = tuple((said, formats.number(one.number)) for one, said in rows)
    drawn = twice(uid, (_THICK + 2, _THICK + 2), lambda canvas: canvas.drawn(title, _stacked(canvas, slices, words)))
    return Picture(drawn, (words("column_answers"), words("column_number")), table)


def coverage(uid: str, slices: Sequence[Slice], formats: Formats) -> Picture:
    """Return a whole in its parts, such as all patients with a visit by what became of them."""
    words = Words(formats)
    whole = sum(one.number for one in slices)
    rows = tuple((one.name, formats.number(one.number), words.share(one.number, whole)) for one in slices)
    parts = "; ".join(words("coverage_part", name=name, number=number, share=share) for name, number, share in rows)
    title = words("coverage_title", parts=parts)
    drawn = twice(uid, (30, 30), lambda canvas: canvas.drawn(title, _stacked(canvas, slices, words, 28)), HALF)
    columns = tuple(words(f"column_{name}") for name in ("part", "number", "percent"))
    return Picture(drawn, columns, rows)


def stays(uid: str, found: Stays, formats: Formats) -> Picture | None:
    """Return how many still came at visit 1, 2, ... 10; None where nobody began."""
    if not found.started:
        return None
    words = Words(formats)
    rows = tuple((str(number), words.share(share, 100)) for number, share in enumerate(found.kept, 1))
    said = ", ".join(words("stays_visit", visit=visit, share=share) for visit, share in rows)
    title = words("stays_title", visits=said)
    drawn = twice(uid, (190, 190), lambda canvas: canvas.drawn(title, _columns(canvas, found.kept, words)), HALF)
    return Picture(drawn, (words("column_visit"), words("column_share")), rows)


def _stacked(canvas: Canvas, slices: Sequence[Slice], words: Words, thick: int = _THICK) -> Markup:
    """Return slices beside each other, as wide as their shares."""
    present = [one for one in slices if one.number]
    whole = sum(one.number for one in present)
    room = canvas.width - 2 - _GAP * max(len(present) - 1, 0)
    x, drawn = 1.0, [_hatching(canvas, is_faint=not any(one.is_hatched and "detractor" in one.look for one in present))]
    for one in present:
        width = room * one.number / whole
        drawn.append(rect(x, 1, (width, thick), one.look, rx=2))
        if one.is_hatched:
            drawn.append(rect(x, 1, (width, thick), fill=f"url(#{canvas.uid}-hatch)", rx=2))
        elif width >= _ROOM and "bar soft" not in one.look:
            look = "on-fill" if one.is_filled else "strong"
            drawn.append(text(x + width / 2, 1 + thick / 2 + 5, words.share(one.number, whole), "middle", look))
        x += width + _GAP
    return joined(drawn)


def _hatching(canvas: Canvas, *, is_faint: bool) -> Markup:
    """Return the hatch under an id of this drawing: one inside a drawing that does not show would not paint."""
    stripe = tag("line", x1=0, y1=0, x2=0, y2=7, class_="hatch faint" if is_faint else "hatch")
    pattern = tag(
        "pattern",
        stripe,
        id=f"{canvas.uid}-hatch",
        width=7,
        height=7,
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )
    return tag("defs", pattern)


def _columns(canvas: Canvas, kept: Sequence[float], words: Words) -> Markup:
    up = Scale(0, 100, 146, 12)
    room = (canvas.width - 48) / len(kept)
    drawn = []
    for step in (0, 50, 100):
        drawn += [
            line(44, up(step), canvas.width, up(step), "axis" if step == 0 else "grid-line"),
            text(38, up(step) + 4, words.share(step, 100), "end"),
        ]
    for number, share in enumerate(kept, 1):
        x = 48 + room * (number - 1)
        look = "bar" if number <= EARLY + 1 else "bar soft"
        drawn += [
            rect(x + 2, up(share), (room - 4, up(0) - up(share)), look, rx=1),
            text(x + room / 2, 163, str(number), "middle"),
        ]
    return joined([*drawn, text((44 + canvas.width) / 2, 182, words("visit_number"), "middle")])


def swatch(uid: str, one: Slice) -> Markup:
    """Return the sign of a slice, to stand before its name in a legend. `uid` as for pictures."""
    canvas = Canvas(uid, 16, 16)
    drawn = [rect(1, 1, (14, 14), one.look, rx=2)]
    if one.is_hatched:
        drawn = [_hatching(canvas, is_faint="detractor" not in one.look), *drawn]
        drawn.append(rect(1, 1, (14, 14), fill=f"url(#{uid}-hatch)", rx=2))
    return tag("svg", *drawn, class_="chart sign", width=16, height=16, viewBox="0 0 16 16", aria_hidden="true")
