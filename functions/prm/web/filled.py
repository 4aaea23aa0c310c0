"""A form as it stands on a page: what is typed in it, and what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

type Typed = str | Sequence[str]


@dataclass(frozen=True)
class Filled:
    """What is typed in each field, several texts where more may be chosen, and a sentence for each that is wrong.

    "" names what is wrong with the form as a whole.
    """

    typed: Mapping[str, Typed] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """Return what is typed in a field, "" where nothing is."""
        values = self.chosen(name)
        return values[0] if values else ""

    def chosen(self, name: str) -> tuple[str, ...]:
        """Return all that is chosen in a field."""
        typed = self.typed.get(name, ())
        return (typed,) if isinstance(typed, str) else tuple(typed)

    def error(self, name: str) -> str:
        """Return what is wrong with a field, "" where nothing is."""
        return self.errors.get(name, "")
