"""Numbers as charts write them: rounded once, at the end; NPS whole, shares whole per cents."""

from dataclasses import dataclass

from prm.core.formats import Formats
from prm.core.text import Texts
from prm.insights.nps import Range


@dataclass(frozen=True)
class Words:
    """Writes the figures of charts."""

    formats: Formats

    @property
    def texts(self) -> Texts:
        """All sentences."""
        return self.formats.texts

    def __call__(self, key: str, **values: object) -> str:
        """Return a sentence of the charts."""
        return self.texts(f"console_charts.{key}", **values)

    def whole(self, number: float) -> str:
        """Return "70"; a minus is the typographic one, and nothing is minus nought."""
        return self.formats.number(round(number))

    def range(self, found: Range) -> str:
        """Return "61 to 77"."""
        return self("range", low=self.whole(found.low), high=self.whole(found.high))

    def share(self, part: float, whole: float) -> str:
        """Return "15%"; of nothing, "0%"."""
        return self("share", number=self.whole(100 * part / whole if whole else 0))

    def answers(self, number: int) -> str:
        """Return "1 answer", "1,204 answers"."""
        key = "console_charts.answers_one" if number == 1 else "console_charts.answers_other"
        return self.texts(key, number=self.formats.number(number))

    def month(self, month: str) -> str:
        """Return "Nov" for 2026-11."""
        return self.texts.words("formats.months_short")[int(month[5:]) - 1]
