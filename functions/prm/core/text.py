"""All that is read, by key: `text/<language>/<file>.toml`, one sentence a key.

What patients read stands there in English and Spanish alike; what staff read (`console_*`) in English alone.

A sentence may hold named placeholders (`{clinic}`), plain names only. A key, or a value for a placeholder, that is
missing or too many is our own defect and raises: a mail with a hole in it must never leave.
"""

import functools
import string
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from prm.core.errors import PrmError

ROOT = Path(__file__).parent.parent / "text"


class Unworded(PrmError):
    """A sentence, a language or a placeholder's value is not there: a defect of ours, never a user's mistake."""


@dataclass(frozen=True)
class Sentence:
    """One text with the names of its placeholders."""

    text: str
    names: frozenset[str]


@dataclass(frozen=True)
class Texts:
    """The texts of one language. Called with a key (`file.name`) and its values, it returns the sentence."""

    language: str

    def __call__(self, key: str, **values: object) -> str:
        """Return the sentence in plain text. Raises Unworded."""
        return self._sentence(key, values).format(**values)

    def marked(self, key: str, **values: object) -> Markup:
        """Return the sentence as HTML: escaped, as are the values, but for those that are Markup already."""
        return Markup(escape(self._sentence(key, values))).format(**values)  # noqa: S704  # escaped right here

    def raw(self, key: str) -> str:
        """Return the sentence as it is written, with its placeholders. Raises Unworded."""
        found = _load(self.language).get(key)
        if not isinstance(found, Sentence):
            raise Unworded(f"no sentence under {key} in {self.language}")
        return found.text

    def count(self, key: str, number: int, **values: object) -> str:
        """Return the sentence for this number: `key_one` for exactly one, else `key_other`."""
        return self(f"{key}_one" if number == 1 else f"{key}_other", number=number, **values)

    def words(self, key: str) -> tuple[str, ...]:
        """Return a list of words, such as the names of the months. Raises Unworded."""
        found = _load(self.language).get(key)
        if not isinstance(found, tuple):
            raise Unworded(f"no words under {key} in {self.language}")
        return found

    def placeholders(self) -> dict[str, frozenset[str]]:
        """Return each key with its placeholders; lists of words have none."""
        entries = _load(self.language).items()
        return {key: entry.names if isinstance(entry, Sentence) else frozenset() for key, entry in entries}

    def _sentence(self, key: str, values: dict[str, object]) -> str:
        found = _load(self.language).get(key)
        if not isinstance(found, Sentence):
            raise Unworded(f"no sentence under {key} in {self.language}")
        if values.keys() != found.names:
            raise Unworded(f"{key} wants {sorted(found.names)}, got {sorted(values)}")
        return found.text


@dataclass(frozen=True)
class OwnTexts(Texts):
    """The same with a clinic's own words for some keys, which may name what is always at hand besides.

    Words that no longer fit, because a placeholder came or went since, give way to ours: a mail never has a hole.
    """

    own: Mapping[str, str] = field(default_factory=dict)
    always: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, key: str, **values: object) -> str:
        """Return the clinic's sentence, or ours. Raises Unworded."""
        found = self._own(key, values)
        return found.format(**self.always, **values) if found else super().__call__(key, **values)

    def marked(self, key: str, **values: object) -> Markup:
        """Return the sentence as HTML: escaped, whoever wrote it."""
        found = self._own(key, values)
        if not found:
            return super().marked(key, **values)
        return Markup(escape(found)).format(**self.always, **values)  # noqa: S704  # escaped right here

    def _own(self, key: str, values: dict[str, object]) -> str:
        found = self.own.get(key, "")
        try:
            names = names_in(found)
        except Unworded:
            return ""
        return found if values.keys() <= names <= values.keys() | self.always.keys() else ""


def names_in(sentence: str) -> frozenset[str]:
    """Return the placeholders in a sentence. Raises Unworded for braces that hold no plain name."""
    try:
        return frozenset(_names("the sentence", sentence))
    except ValueError as err:
        raise Unworded("a brace stands alone") from err


@functools.cache
def _load(language: str) -> dict[str, Sentence | tuple[str, ...]]:
    folder = ROOT / language
    if not language.isalpha() or not folder.is_dir():
        raise Unworded(f"no texts in {language!r}")
    return dict(_entries(folder))


def _entries(folder: Path) -> Iterator[tuple[str, Sentence | tuple[str, ...]]]:
    for file in sorted(folder.glob("*.toml")):
        for name, value in tomllib.loads(file.read_text(encoding="utf-8")).items():
            key = f"{file.stem}.{name}"
            yield key, _entry(key, value)


def _entry(key: str, value: Any) -> Sentence | tuple[str, ...]:  # noqa: ANN401  # whatever TOML holds
    if isinstance(value, list):
        return tuple(str(word) for word in value)
    if not isinstance(value, str):
        raise Unworded(f"{key} is neither a sentence nor a list of words")
    return Sentence(value, frozenset(_names(key, value)))


def _names(key: str, sentence: str) -> Iterator[str]:
    for _, name, spec, conversion in string.Formatter().parse(sentence):
        if name is None:
            continue
        if not name.isidentifier() or spec or conversion:  # {a.b}, {a[0]} and {a!r} would reach into objects
            raise Unworded(f"{key} holds {{{name}}}, which is no plain name")
        yield name
