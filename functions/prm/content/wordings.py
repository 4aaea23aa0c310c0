"""How a sentence is worded: whether it can be quoted alone, and what makes it worth it."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_TABLE: dict[str, Any] = tomllib.loads((Path(__file__).parent / "tables" / "wordings.toml").read_text(encoding="utf-8"))


def _pattern(words: list[str], *, capitals: bool = False) -> re.Pattern[str]:
    return re.compile("|".join(words if capitals else map(_lower, words)))


def _lower(pattern: str) -> str:
    """Return a pattern for text in small letters, which is found several times faster than in any letters."""
    return re.sub(r"\\.|[A-Z]", lambda one: one[0] if one[0].startswith("\\") else one[0].lower(), pattern)


_DANGLING = _pattern(_TABLE["opening"]["dangling"])
_JOINED = _pattern(_TABLE["opening"]["joined"])
_REFUSED = tuple(_pattern(words) for words in _TABLE["refused"].values())

_MARKS: tuple[tuple[float, str, re.Pattern[str], bool], ...] = tuple(
    (one["worth"], one["why"], _pattern(one["words"], capitals=one.get("capitals", False)), one.get("capitals", False))
    for one in _TABLE["marks"]
)
"""What a passage's words add to or take from its score: how much, the reason in words, and the words it is found by."""

_LONGEST = 600
"""Characters of a sentence; what is longer is none."""
_WORD = re.compile(r"[^\W\d_]{3,}(?:['’][a-z]+)?")
_COMMON = frozenset(
    [
        "the",
        "and",
        "for",
        "with",
        "that",
        "this",
        "your",
        "you",
        "from",
        "are",
        "was",
        "were",
        "has",
        "have",
        "had",
        "not",
        "but",
        "can",
        "may",
        "will",
        "how",
        "what",
        "why",
        "when",
        "where",
        "who",
        "which",
        "into",
        "onto",
        "than",
        "then",
        "them",
        "they",
        "their",
        "there",
        "these",
        "those",
        "about",
        "after",
        "before",
        "during",
        "over",
        "under",
        "more",
        "most",
        "less",
        "much",
        "many",
        "some",
        "any",
        "all",
        "each",
        "every",
        "one",
        "two",
        "three",
        "get",
        "gets",
        "got",
        "our",
        "out",
        "its",
        "it's",
        "don't",
        "do",
        "does",
        "did",
        "doing",
        "done",
        "make",
        "makes",
        "made",
        "just",
        "only",
        "also",
        "very",
        "too",
        "really",
        "tips",
        "guide",
        "things",
        "ways",
        "help",
        "helps",
        "best",
        "need",
        "know",
        "way",
        "right",
        "here",
        "good",
        "new",
    ]
)


def reasons_for(text: str) -> Iterator[tuple[float, str]]:
    """Return what a passage's words add to its score or take from it, with the reason in words."""
    lower = text.lower()
    for worth, why, pattern, capitals in _MARKS:
        found = pattern.search(text if capitals else lower)
        if found:
            yield worth, f"{why}: “{found[0].strip(' .;:!?')}”"


def stands_alone(sentence: str) -> bool:
    """Tell whether a sentence can begin a quote: it points at nothing before it."""
    first, lower = sentence[:1], sentence.lower()
    starts = first.isupper() or first in "\"“‘'¿¡" or first.isdigit()
    return starts and not _DANGLING.search(lower) and not _JOINED.search(lower)


def may_be_said(sentence: str) -> bool:
    """Tell whether a sentence can be part of a quote: no advert, byline, promise of a cure or half a quotation."""
    lower = sentence.lower()
    if len(sentence) > _LONGEST or any(pattern.search(lower) for pattern in _REFUSED):
        return False
    return (
        sentence.count("“") == sentence.count("”")
        and not sentence.count('"') % 2
        and sentence.count("(") == sentence.count(")")
    )


def content_words(text: str) -> frozenset[str]:
    """Return the words that carry meaning, in small letters and without a plural's s."""
    words = (word.lower().replace("’", "'") for word in _WORD.findall(text))
    return frozenset(word.removesuffix("'s").rstrip("s") for word in words if word not in _COMMON)
