"""A picture with the table that says the same."""

from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True)
class Picture:
    """`svg` for the eye, `columns` and `rows` for the table behind it; the first cell of a row is its head."""

    svg: Markup
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def heads(self) -> tuple[tuple[str, str], ...]:
        """The columns as `as_table` takes them, numbers to the right."""
        return tuple((words, "num" if place else "") for place, words in enumerate(self.columns))
