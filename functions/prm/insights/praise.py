"""Whom pleased patients name: how often a therapist's name stands in the comment beside a 9 or 10.

Only counted, never quoted: what a patient writes may say who they are and what ails them.
"""

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from prm.clinics.model import Therapist
from prm.insights.seen import Count, Place, Seen, Watch
from prm.surveys.model import Group, group_of

PRAISE_FOR = dt.timedelta(days=7)
PREFIX = "praise."
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_SHORT = 2
_ORDINARY = frozenset(
    re.findall(
        r"\w+",
        "art bill chase dawn drew faith frank gene grace grant hope hunter iris jack joy mark may miles pat penny ray "
        "rob rose sandy skip sue summer sunny victor will "
        "abril alma amado blanca clara consuelo cruz dolores esperanza flor luz mercedes paz pilar rosa sol",
    )
)
"""Names that are words as well: these count where the comment writes them with a capital."""


def named(comment: str, therapists: Iterable[Therapist]) -> tuple[str, ...]:
    """Return the ids of those whose name stands in a comment; a name that two share names neither."""
    found = {_plain(word): word for word in reversed(_words(comment))}
    return tuple(one for name, one in _names(therapists).items() if name in found and _is_name(found[name]))


def praise(seen: Seen, watch: Watch, therapists: tuple[Therapist, ...]) -> Iterator[Count]:
    """Yield, for each therapist whom this patient named in the week before the count, one."""
    for survey in seen.answered:
        answer = survey.answer
        if answer is None or not answer.comment or group_of(answer.score) is not Group.PROMOTER:
            continue
        if dt.timedelta() <= watch.as_of - answer.at < PRAISE_FOR:
            for one in dict.fromkeys(named(answer.comment, therapists)):
                yield Count(Place(survey.location, None), f"{PREFIX}{one}")


def praised(counts: Mapping[str, int]) -> dict[str, int]:
    """Return how often each therapist was named, by id."""
    return {name.removeprefix(PREFIX): number for name, number in counts.items() if name.startswith(PREFIX)}


def _names(therapists: Iterable[Therapist]) -> dict[str, str]:
    """Return who is meant by each word of a name that belongs to one therapist alone."""
    owners = [(_plain(word), one.id) for one in therapists for word in dict.fromkeys(_words(one.name))]
    shared = Counter(word for word, _ in owners)
    return {word: owner for word, owner in owners if shared[word] == 1 and len(word) > _SHORT}


def _is_name(written: str) -> bool:
    return _plain(written) not in _ORDINARY or written[0].isupper()


def _words(text: str) -> list[str]:
    """Return the words of a text; "Mei-Lin's" is "Mei-Lin"."""
    return [re.sub(r"['’]s$", "", word) for word in _WORD.findall(text)]


def _plain(word: str) -> str:
    """Return a word as it is compared: "José" and "jose" are one."""
    return "".join(char for char in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(char))
