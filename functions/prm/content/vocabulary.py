"""The words that stand for regions, conditions, activities and stages of care, from the tables of this project."""

import functools
import re
import tomllib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from prm.content.model import TagKind

_TABLES = Path(__file__).parent / "tables"
_FILES = {
    TagKind.REGION: "regions.toml",
    TagKind.CONDITION: "conditions.toml",
    TagKind.ACTIVITY: "activities.toml",
    TagKind.STAGE: "stages.toml",
}
_WORD = re.compile(r"[^\W_]+(?:['’‘][^\W_]+)*")
_SHORTEST_PLURAL = 4
_LONGEST = 8
"""Words of the longest term."""
_Term = tuple[str, ...]


@dataclass(frozen=True)
class Vocabulary:
    """All words of one kind of tag.

    `terms` holds, by its first word, each term as plain words with its tag, the longest first; `regions` a condition's
    region.
    """

    terms: Mapping[str, tuple[tuple[_Term, str], ...]]
    regions: Mapping[str, str]

    def found_in(self, words: "Words") -> Iterator["Mention"]:
        """Return each mention in order; the longest at a place counts."""
        at = 0
        while at < len(words.plain):
            here = self.terms.get(words.plain[at], ())
            rest = words.plain[at : at + _LONGEST] if here else ()
            found = next(((term, tag) for term, tag in here if rest[: len(term)] == term), None)
            if found:
                yield Mention(found[1], words.written(at, len(found[0])), range(at, at + len(found[0])))
            at += len(found[0]) if found else 1


@dataclass(frozen=True)
class Mention:
    """A tag's words as they are written at some places of a text."""

    tag: str
    written: str
    at: range

    @property
    def by_name(self) -> bool:
        """Tell whether the tag itself is named, not another word for it."""
        return words_of(self.written).plain == words_of(self.tag).plain


@dataclass(frozen=True)
class Words:
    """A text's words in plain form, and where they stand in it."""

    text: str
    plain: tuple[str, ...]
    places: tuple[tuple[int, int], ...]

    def written(self, first: int, count: int) -> str:
        """Return some words as they are written."""
        return " ".join(self.text[self.places[first][0] : self.places[first + count - 1][1]].split())

    def without(self, places: Collection[int]) -> "Words":
        """Return these words with nothing at some places."""
        return replace(self, plain=tuple("" if at in places else word for at, word in enumerate(self.plain)))


def words_of(text: str) -> Words:
    """Return the words of a text: hyphens part them, and neither capitals, apostrophes nor a plural's s matter."""
    found = [*_WORD.finditer(text)]
    return Words(text, tuple(_plain(one[0]) for one in found), tuple(one.span() for one in found))


@functools.cache
def vocabulary(kind: TagKind) -> Vocabulary:
    """Return the words of this kind."""
    table = tomllib.loads((_TABLES / _FILES[kind]).read_text(encoding="utf-8"))
    terms: dict[str, dict[_Term, str]] = defaultdict(dict)
    for name, row in table.items():
        for term in (name, *row["words"]):
            plain = words_of(term).plain
            terms[plain[0]].setdefault(plain, name)
    return Vocabulary(
        terms={first: tuple(sorted(some.items(), key=lambda one: -len(one[0]))) for first, some in terms.items()},
        regions={name: row["region"] for name, row in table.items() if "region" in row},
    )


def _plain(word: str) -> str:
    plain = (word if word.isalnum() else re.sub("['’‘]", "", word)).lower()
    return plain[:-1] if len(plain) >= _SHORTEST_PLURAL and plain[-1] == "s" and plain[-2] != "s" else plain
