"""Passages worth quoting, ranked by a score that can be explained: each reason says what it added."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from prm.content import wordings
from prm.content.model import Snippet, Tag, TagKind, words_that_may_be_quoted
from prm.content.sentences import sentences_of

FEWEST_WORDS = 8
MOST_WORDS = 60
MOST_SNIPPETS = 5
_START = 0.3
_LEAST = 0.35
_LONGEST_RUN = 3
_MOST_PARAGRAPHS = 150
_MOST_SENTENCES = 40
_LIKE = 0.5
"""A passage that shares more of its words with a better one says the same again."""


@dataclass(frozen=True)
class _Passage:
    text: str
    paragraph: int
    first: int
    last: int
    paragraphs: int

    def overlaps(self, other: "_Passage") -> bool:
        return self.paragraph == other.paragraph and self.first <= other.last and other.first <= self.last


@dataclass(frozen=True)
class _Scored:
    passage: _Passage
    snippet: Snippet


def snippets_of(title: str, paragraphs: Sequence[str], tags: Sequence[Tag] = ()) -> tuple[Snippet, ...]:
    """Return at most five passages, the best first. None is longer than may be quoted."""
    most = min(MOST_WORDS, words_that_may_be_quoted(" ".join(paragraphs)))
    about = _Topic(wordings.content_words(title), _tag_words(tags))
    scored = [_Scored(one, about.scored(one)) for one in _passages(paragraphs, most)]
    scored.sort(key=lambda one: (-one.snippet.score, one.passage.paragraph, one.passage.first))
    chosen: list[_Scored] = []
    for one in scored:
        if len(chosen) == MOST_SNIPPETS or one.snippet.score < _LEAST:
            break
        if not any(one.passage.overlaps(other.passage) or _alike(one, other) for other in chosen):
            chosen.append(one)
    return tuple(one.snippet for one in chosen)


@dataclass(frozen=True)
class _Topic:
    title: frozenset[str]
    tags: tuple[tuple[str, TagKind], ...]

    def scored(self, passage: _Passage) -> Snippet:
        """Return the passage with its score between 0 and 1 and the reasons for it."""
        reasons = [*self._on_topic(passage), *_of_form(passage), *wordings.reasons_for(passage.text)]
        total = round(min(1.0, max(0.0, _START + sum(worth for worth, _ in reasons))), 3)
        return Snippet(passage.text, total, tuple(f"{worth:+.2f} {why}" for worth, why in reasons))

    def _on_topic(self, passage: _Passage) -> Iterator[tuple[float, str]]:
        words = wordings.content_words(passage.text)
        shared = sorted(self.title & words)
        if shared:
            yield min(0.2, 0.07 * len(shared)), f"says words of the title: {', '.join(shared[:4])}"
        lower = passage.text.lower()
        named = [word for word, _ in self.tags if word in lower]
        if named:
            yield min(0.16, 0.08 * len(named)), f"names what the article is about: {', '.join(named[:3])}"


def _of_form(passage: _Passage) -> Iterator[tuple[float, str]]:
    words = len(passage.text.split())
    if 14 <= words <= 42:  # noqa: PLR2004  # what is read at one glance
        yield 0.12, f"a good length ({words} words)"
    elif words < 11 or words > 52:  # noqa: PLR2004
        yield -0.08, f"{'short' if words < 11 else 'long'} ({words} words)"  # noqa: PLR2004
    if passage.first == 0:
        yield 0.05, "opens its paragraph"
    if passage.paragraph == 0 or passage.paragraph == passage.paragraphs - 1:
        yield -0.05, "an opening or closing, which tells a story more often than it helps"


def _passages(paragraphs: Sequence[str], most: int) -> Iterator[_Passage]:
    """Return each sentence that can stand alone, and each two or three in a row that begin with one."""
    for number, paragraph in enumerate(paragraphs[:_MOST_PARAGRAPHS]):
        sentences = sentences_of(paragraph)[:_MOST_SENTENCES]
        fine = [wordings.may_be_said(one) for one in sentences]
        for first, opening in enumerate(sentences):
            if not fine[first] or not wordings.stands_alone(opening):
                continue
            for last in range(first, min(first + _LONGEST_RUN, len(sentences))):
                text = " ".join(sentences[first : last + 1])
                count = len(text.split())
                if not fine[last] or count > most:
                    break
                if count >= FEWEST_WORDS and text[-1] in ".!?…”\"'’)":
                    yield _Passage(text, number, first, last, len(paragraphs))


def _tag_words(tags: Sequence[Tag]) -> tuple[tuple[str, TagKind], ...]:
    words = {
        word.lower(): tag.kind for tag in tags if tag.kind is not TagKind.STAGE for word in (tag.tag, *tag.because[:3])
    }
    return tuple(words.items())


def _alike(one: _Scored, other: _Scored) -> bool:
    words, others = wordings.content_words(one.passage.text), wordings.content_words(other.passage.text)
    return len(words & others) > _LIKE * min(len(words), len(others))
