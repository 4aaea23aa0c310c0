"""A picture with the table that says the same."""

from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True)
class Picture:
    """`svg` for the eye, `columns` and `rows` for the table behind it; the first cell of a row is its head.

    The last columns, `words` of them, hold no numbers.
    """

    svg: Markup
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 0

    @property
    def heads(self) -> tuple[tuple[str, str], ...]:
        """The columns as `as_table` takes them, numbers to the right."""
        numbers = range(1, len(self.columns) - self.words)
        return tuple((words, "num" if place in numbers else "") for place, words in enumerate(self.columns))
