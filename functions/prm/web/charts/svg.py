"""SVG elements as escaped markup, and the scale that turns numbers into places."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from markupsafe import Markup, escape

type Number = float
type Attribute = str | float | None

WIDE, HALF, NARROW = 640, 440, 326
"""Pixels of a wide panel, of half a row on a desk, and of a panel on a phone."""


@dataclass(frozen=True)
class Scale:
    """Numbers from `low` to `high` on pixels from `start` to `end`; upwards, `end` lies before `start`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the place of a number; what lies outside stands at the edge."""
        inside = min(self.high, max(self.low, value))
        return self.start + (inside - self.low) / (self.high - self.low) * (self.end - self.start)

    def steps(self, step: int) -> range:
        """Return the round numbers of the scale."""
        return range(int(self.low), int(self.high) + 1, step)


def tag(name: str, *content: str, **attributes: Attribute) -> Markup:
    """Return an element. `class_` is class, `stroke_width` stroke-width; None leaves an attribute out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_plain(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    inner = "".join(str(escape(one)) for one in content)
    return Markup(f"<{name}{written}>{inner}</{name}>")  # noqa: S704  # all of it is escaped right here


def text(x: float, y: float, said: str, anchor: str | None = None, class_: str | None = None) -> Markup:
    """Return a text; `anchor` is middle or end, else it starts at `x`."""
    return tag("text", said, x=x, y=y, text_anchor=anchor, class_=class_)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Markup:
    """Return a line."""
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def rect(x: float, y: float, size: tuple[float, float], class_: str | None = None, **more: Attribute) -> Markup:
    """Return a rectangle of this width and height."""
    return tag("rect", x=x, y=y, width=size[0], height=size[1], class_=class_, **more)


def dot(x: float, y: float, radius: float, class_: str) -> Markup:
    """Return a filled circle."""
    return tag("circle", cx=x, cy=y, r=radius, class_=class_)


def joined(parts: Iterable[Markup]) -> Markup:
    """Return the parts one after another."""
    return Markup("").join(parts)


@dataclass(frozen=True)
class Canvas:
    """One drawing: its size, the class that shows it, and the id its own ids begin with."""

    uid: str
    width: int
    height: int

    @property
    def is_wide(self) -> bool:
        """Whether there is room for words beside marks."""
        return self.width >= WIDE

    @property
    def look(self) -> str:
        """The class that shows it where it fits."""
        return {WIDE: "desk", HALF: "half"}.get(self.width, "phone")

    def drawn(self, title: str, content: Markup) -> Markup:
        """Return the picture, with its figures as the name that a screen reader says."""
        return tag(
            "svg",
            tag("title", title, id=f"{self.uid}-title"),
            content,
            class_=f"chart {self.look}",
            width=self.width,
            height=self.height,
            viewBox=f"0 0 {self.width} {self.height}",
            role="img",
            aria_labelledby=f"{self.uid}-title",
        )


def twice(
    uid: str, heights: tuple[int, int], draw: Callable[[Canvas], Markup], wide: int = WIDE, note: str = ""
) -> Markup:
    """Return a picture drawn for a wide (or half a) panel and for a phone; only one of them shows.

    `note` stands under the one for a phone, and says what there was no room for.
    """
    large, small = Canvas(f"{uid}-large", wide, heights[0]), Canvas(f"{uid}-small", NARROW, heights[1])
    said = [tag("p", note, class_="chart-note")] if note else []
    return tag("div", draw(large), draw(small), *said, class_="figure" if wide == WIDE else "figure in-half")


def _plain(value: str | float) -> str:
    if isinstance(value, str):
        return value
    return f"{round(value, 1):g}"
