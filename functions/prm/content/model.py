"""An article as it was understood, the passages proposed from it, and what it is about."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

MOST_QUOTED_WORDS = 90
MOST_QUOTED_SHARE = 0.2


class Evidence(StrEnum):
    """Where an article's date comes from."""

    STRUCTURED = "structured"
    """The page says so in a form meant for machines."""
    INFERRED = "inferred"
    """Guessed from its address or its first lines, and shown as a guess."""


class Problem(StrEnum):
    """Why a page is no article that can be quoted."""

    PAYWALL = "paywall"
    LOGIN = "login page"
    VIDEO = "video page"
    PDF = "PDF"
    NOT_FOUND = "not found"
    NOT_HTML = "not a web page"
    EMPTY = "no article found"


class TagKind(StrEnum):
    """What a tag tells about an article, or later about a patient."""

    REGION = "region"
    CONDITION = "condition"
    ACTIVITY = "activity"
    STAGE = "stage"


@dataclass(frozen=True)
class Snippet:
    """A passage worth quoting. `why` gives what raised or lowered its score, in words for staff."""

    text: str
    score: float
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tag:
    """What an article is about; `because` are the words of it that say so."""

    tag: str
    kind: TagKind
    because: tuple[str, ...] = ()


@dataclass(frozen=True)
class Article:
    """A page as read. All texts are plain, without control characters; addresses are http(s) or empty.

    `text` holds blocks parted by an empty line. `fingerprint` compares texts: see `fingerprint.py`.
    A `problem` does not make the rest wrong: a paywall leaves the first paragraphs.
    """

    url: str
    title: str = ""
    author: str = ""
    site: str = ""
    published_on: date | None = None
    published_evidence: Evidence | None = None
    canonical_url: str = ""
    language: str = ""
    lead_image: str = ""
    summary: str = ""
    headings: tuple[str, ...] = ()
    text: str = ""
    fingerprint: str = ""
    snippets: tuple[Snippet, ...] = ()
    tags: tuple[Tag, ...] = ()
    problem: Problem | None = None


def words_that_may_be_quoted(text: str) -> int:
    """Return how many words of an article a mail may quote: short and attributed is what copyright law lets pass."""
    return min(MOST_QUOTED_WORDS, int(len(text.split()) * MOST_QUOTED_SHARE))


def may_be_quoted(quote: str, text: str) -> bool:
    """Tell whether this passage stands in the article and is short enough to quote."""
    words = quote.split()
    return bool(words) and len(words) <= words_that_may_be_quoted(text) and " ".join(words) in " ".join(text.split())
