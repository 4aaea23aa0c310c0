"""What an article is about, told from its words: where they stand and how often they come."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from prm.content.model import Tag, TagKind
from prm.content.vocabulary import Words, vocabulary, words_of

_IN_TITLE = 5
_IN_HEADING = 2
_IN_OPENING = 2
_OPENING = 600
"""Characters in which an article says what it is about."""
_NEEDED = {TagKind.CONDITION: 4, TagKind.REGION: 5, TagKind.ACTIVITY: 3, TagKind.STAGE: 3}
_SHARE = {TagKind.CONDITION: 0.34, TagKind.REGION: 0.3, TagKind.ACTIVITY: 0.34, TagKind.STAGE: 0.4}
"""Of the points of the most-named tag of its kind; below it, a tag is only mentioned."""
_MOST = {TagKind.CONDITION: 3, TagKind.REGION: 2, TagKind.ACTIVITY: 2, TagKind.STAGE: 2}
_MOST_WORDS = 5
_OF_CONDITION = 0.75
_BY_NAME = 2
"""Who speaks of a golfer means people, who speaks of golf may mean a party."""
_IN_NAMES = ("tennis", "golf", "runner", "swimmer", "jumper", "thrower", "student", "gamer")

_Points = tuple[Counter[str], dict[str, Counter[str]]]
"""The points of each tag, and the words they are for."""


def tags_of(title: str, headings: Sequence[str], text: str) -> tuple[Tag, ...]:
    """Return the tags of an article, the surest of each kind first."""
    parts = (
        (words_of(title), _IN_TITLE),
        (words_of(" · ".join(headings)), _IN_HEADING),
        (words_of(text[:_OPENING]), _IN_OPENING),
        (words_of(text[_OPENING:]), 1),
    )
    found: dict[TagKind, _Points] = {kind: _points(kind, parts) for kind in TagKind}
    found[TagKind.ACTIVITY] = _points(TagKind.ACTIVITY, [(_without_conditions(words), worth) for words, worth in parts])
    conditions = _chosen(TagKind.CONDITION, *found[TagKind.CONDITION])
    known, (points, because) = found[TagKind.CONDITION][0], found[TagKind.REGION]
    _lend(conditions, known, points, because)
    others = (_chosen(kind, *found[kind]) for kind in (TagKind.ACTIVITY, TagKind.STAGE))
    return (*_chosen(TagKind.REGION, *found[TagKind.REGION]), *conditions, *(tag for tags in others for tag in tags))


def _points(kind: TagKind, parts: Sequence[tuple[Words, int]]) -> _Points:
    """Return the points of each tag and the words they are for."""
    words = vocabulary(kind)
    points: Counter[str] = Counter()
    because: dict[str, Counter[str]] = defaultdict(Counter)
    for part, worth in parts:
        for one in words.found_in(part):
            points[one.tag] += worth * (_BY_NAME if kind is TagKind.ACTIVITY and one.by_name else 1)
            because[one.tag][one.written.lower()] += worth
    return points, because


def _without_conditions(words: Words) -> Words:
    """Return the words that name no condition: tennis elbow says nothing of tennis."""
    named = vocabulary(TagKind.CONDITION).found_in(words)
    return words.without(
        {at for one in named if any(sport in one.written.lower() for sport in _IN_NAMES) for at in one.at}
    )


def _chosen(kind: TagKind, points: Counter[str], because: dict[str, Counter[str]]) -> tuple[Tag, ...]:
    ranked = [(tag, count) for tag, count in points.most_common() if count >= _NEEDED[kind]]
    if not ranked:
        return ()
    least = ranked[0][1] * _SHARE[kind]
    return tuple(
        Tag(tag, kind, tuple(word for word, _ in because[tag].most_common(_MOST_WORDS)))
        for tag, count in ranked[: _MOST[kind]]
        if count >= least
    )


def _lend(
    conditions: Sequence[Tag], known: Counter[str], points: Counter[str], because: dict[str, Counter[str]]
) -> None:
    """Add to each region what its conditions earned: not every article on sciatica says that it is about the back."""
    regions = vocabulary(TagKind.CONDITION).regions
    for tag in conditions:
        region = regions[tag.tag]
        points[region] += max(_NEEDED[TagKind.REGION], int(known[tag.tag] * _OF_CONDITION))
        because[region].update(dict.fromkeys(tag.because[:2], known[tag.tag]))
