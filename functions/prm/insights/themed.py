"""What comments are about: how many of them speak of each theme, and which these are.

A comment stands on the day its answer came to count, like the answer. Words are not kept here, only where they stand.
"""

import datetime as dt
import heapq
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from prm.insights.model import Key, scopes
from prm.insights.seen import Count, Place, Seen, Watch
from prm.insights.spans import Span
from prm.surveys.model import Survey
from prm.surveys.themes import Theme, themes

LISTED = 400
"""So many comments of each kind are listed, the newest: in one item, as little as a page may read."""


@dataclass(frozen=True)
class Tone:
    """Comments beside 0 to 8 in a span, the same in the span before it, and comments beside 9 or 10."""

    low: int = 0
    before: int = 0
    high: int = 0


@dataclass(frozen=True)
class Comments:
    """All comments of a span, those that speak of a theme, and where the low ones are from (the clinic's alone)."""

    all: Tone = field(default_factory=Tone)
    themes: dict[Theme, Tone] = field(default_factory=dict)
    places: dict[str, dict[Theme, int]] = field(default_factory=dict)

    @property
    def to_fix(self) -> tuple[tuple[Theme, Tone], ...]:
        """The themes of low answers, the most frequent first."""
        low = [(theme, tone) for theme, tone in self.themes.items() if tone.low]
        return tuple(sorted(low, key=lambda one: (-one[1].low, one[0])))


@dataclass(frozen=True)
class Remark:
    """Where a comment that speaks of something stands."""

    at: dt.datetime
    patient: str
    survey: str
    is_low: bool
    themes: tuple[Theme, ...]
    location: str | None = None
    therapist: str | None = None

    @property
    def key(self) -> Key:
        """Patient and survey."""
        return self.patient, self.survey


@dataclass(frozen=True)
class Remarks:
    """A list of them as it is kept, the newest first."""

    listed: tuple[Remark, ...] = ()


def spoken(seen: Seen, watch: Watch) -> Iterator[Count]:
    """Yield what a patient's comments add."""
    for survey in seen.answered:
        if survey.answer and survey.answer.comment:
            place = Place(survey.location, survey.therapist)
            names = ("", *(f".{one}" for one in themes(survey.answer.comment)))
            yield from (Count(place, f"{run}{name}") for run in _runs(survey, watch) for name in names)


def remarks(seen: Seen, watch: Watch) -> Iterator[Remark]:
    """Yield where a patient's comments stand that speak of something."""
    for one in seen.answered:
        if one.answer and one.counted_at and one.counted_at <= watch.as_of and (found := themes(one.answer.comment)):
            low = one.answer.is_low
            yield Remark(one.counted_at, one.patient, one.id, low, found, one.location, one.therapist)


def newest(found: Iterable[Remark]) -> list[Remark]:
    """Return the newest of each kind, the last first."""
    listed = list(found)
    kinds = ([one for one in listed if one.is_low], [one for one in listed if not one.is_low])
    kept = (one for kind in kinds for one in heapq.nlargest(LISTED, kind, key=_order))
    return sorted(kept, key=_order, reverse=True)


def quotes(listed: Iterable[Remark], scope: str) -> dict[Theme, Key]:
    """Return where the newest low comment of each theme stands, of those that belong to a scope; newest come first."""
    found: dict[Theme, Key] = {}
    for one in listed:
        if one.is_low and scope in scopes(one.location, one.therapist):
            for theme in one.themes:
                found.setdefault(theme, one.key)
    return found


def comments(counts: Mapping[str, int], span: Span) -> Comments:
    """Read a span's comments from the counters of one scope."""
    named = {theme: _tone(counts, span, f".{theme}") for theme in Theme}
    return Comments(_tone(counts, span), {theme: tone for theme, tone in named.items() if tone != Tone()})


def _runs(survey: Survey, watch: Watch) -> Iterator[str]:
    """Yield the counters of the spans in which an answer counts, and of those before them."""
    if survey.counted_at is None or survey.answer is None:
        return
    kind = "low" if survey.answer.is_low else "high"
    yield from (f"{span}.said.{kind}" for span in watch.within(survey.counted_at))
    if survey.answer.is_low:
        day = watch.day(survey.counted_at)
        yield from (f"{span}.said.before" for span, run in watch.before.items() if day in run)


def _tone(counts: Mapping[str, int], span: Span, name: str = "") -> Tone:
    return Tone(*(counts.get(f"{span}.said.{kind}{name}", 0) for kind in ("low", "before", "high")))


def _order(one: Remark) -> tuple[dt.datetime, str]:
    return one.at, one.survey
