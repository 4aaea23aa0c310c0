"""What patients answer and say. Therapists and places differ, so that the numbers have something to show.

A comment is made of sentences that fit the person, the moment of their care and the score, so that hardly two are
alike; the sentences stand in comments.toml.
"""

import random
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from local.demo.people import ONE_IN, SEED, Person
from prm.mail.model import Kind

_RATES = {Kind.SURVEY: 0.27, Kind.FOLLOW_UP: 0.13}
"""Of those who got this mail: together a little over a third of those asked."""
_PROMOTERS = {
    "Anna Lindqvist": 0.88,
    "Marcus Bell": 0.80,
    "Sofia Reyes": 0.84,
    "Daniel Cho": 0.78,
    "Priya Raman": 0.85,
    "Tom Becker": 0.66,
    "Leila Haddad": 0.82,
    "James O'Connor": 0.70,
}
_DETRACTORS_OF_THE_REST = 0.36
_SAYS_SOMETHING = 0.6
_ADDS = 0.5
_PATTERNS = {
    ("short",): 2,
    ("moment",): 6,
    ("moment", "people"): 3,
    ("moment", "place"): 2,
    ("people",): 1,
    ("people", "place"): 1,
}
_OUTCOMES = {"resolved": 0.68, "moved": 0.12, "no_answer": 0.14, "not_ours": 0.06}
_OTHER = "other"
_LATER = {"pain", "exercises", "handover", "bill"}
"""What nobody complains of after one visit."""
_PLACES = {"harbor": "Harbor", "grandview": "Grandview", "westerville": "Westerville"}
_SENTENCES: dict[str, Any] = tomllib.loads((Path(__file__).parent / "comments.toml").read_text(encoding="utf-8"))


class Moment(StrEnum):
    """Where in their care someone is asked; the first words of the rule's id say it."""

    FIRST = "after-evaluation"
    MIDST = "sixth-visit"
    END = "after-discharge"

    @classmethod
    def of(cls, rule: str) -> "Moment":
        """Return the moment of a rule or its follow-up."""
        return next(one for one in cls if rule.startswith(one))


class _Hand(StrEnum):
    """How someone writes: most neatly."""

    NEAT = "neat"
    LOWER = "lower"
    GLAD = "glad"


_HANDS = (7, 2, 1)


@dataclass(frozen=True)
class Saying:
    """A patient's answer: `after_hours` from the mail on. `about` is what they complain of, if anything."""

    score: int
    comment: str
    after_hours: float
    about: str = _OTHER


def answer(person: Person, kind: Kind, moment: Moment, draw: random.Random) -> Saying | None:
    """Return what a patient answers to a survey or its follow-up; None where they do not."""
    if draw.random() >= _RATES.get(kind, 0):
        return None
    score = _score(person, draw)
    says = draw.random() < _SAYS_SOMETHING
    comment, about = _comment(person, score, moment, draw) if says else ("", _OTHER)
    return Saying(score, comment, min(draw.lognormvariate(1.2, 1.3), 80.0), about)


def complaint(person: Person, draw: random.Random) -> Saying:
    """Return a low score given the same afternoon, with words. Neighbors in number complain of different things."""
    topics = _fitting(_language(person)["bad"], person, Moment.FIRST)
    about = list(topics)[person.number // ONE_IN % len(topics)]
    return Saying(draw.randint(2, 6), _written(draw.choice(topics[about]), person, draw), draw.uniform(1, 4), about)


def praise(person: Person, draw: random.Random) -> Saying:
    """Return a high score with words, from someone who was content after the first visit."""
    good = _fitting(_language(person)["good"], person)
    return Saying(9, _written(_praise(good, Moment.FIRST, draw), person, draw), 5)


def call(about: str, draw: random.Random) -> tuple[str, str]:
    """Return how the call to an unhappy patient ended, and the note about it."""
    outcome = draw.choices(list(_OUTCOMES), list(_OUTCOMES.values()))[0]
    notes = _SENTENCES["calls"][outcome]
    return outcome, draw.choice(notes.get(about, notes[_OTHER]))


def waiting(how: str) -> str:
    """Return what staff noted about someone whom they did not reach yet."""
    note: str = _SENTENCES["waiting"][how]
    return note


def _score(person: Person, draw: random.Random) -> int:
    if draw.random() < _PROMOTERS[person.therapist]:
        return draw.choices((9, 10), (0.3, 0.7))[0]
    if draw.random() < _DETRACTORS_OF_THE_REST:
        return draw.choices((0, 1, 2, 3, 4, 5, 6), (1, 1, 2, 3, 3, 6, 8))[0]
    return draw.choices((7, 8), (0.35, 0.65))[0]


def _comment(person: Person, score: int, moment: Moment, draw: random.Random) -> tuple[str, str]:
    """Return a comment, and what it complains of."""
    language = _language(person)
    good = _fitting(language["good"], person)
    if score > 8:  # noqa: PLR2004 - the groups of the score
        return _written(_praise(good, moment, draw), person, draw), _OTHER
    fine = score > 6  # noqa: PLR2004 - the same
    topics = _fitting(language["fine" if fine else "bad"], person, moment)
    about = draw.choices(list(topics), [len(said) for said in topics.values()])[0]
    said = draw.choice(topics[about])
    if draw.random() < _ADDS:
        said = f"{draw.choice(good['people'])} {said}" if fine else f"{said} {draw.choice(language['after'])}"
    return _written(said, person, draw), about


def _language(person: Person) -> dict[str, Any]:
    found: dict[str, Any] = _SENTENCES["es" if person.language == "Spanish" else "en"]
    return found


def _fitting(topics: dict[str, list[str]], person: Person, moment: Moment = Moment.END) -> dict[str, list[str]]:
    """Leave out what only patients say of themselves where someone else writes for them, and what is said later."""
    found = {topic: said for topic, said in topics.items() if moment is not Moment.FIRST or topic not in _LATER}
    if person.proxy_email:
        own = ("{part}", "{able}")
        found = {topic: [one for one in said if not any(map(one.count, own))] for topic, said in found.items()}
    return {topic: said for topic, said in found.items() if said}


def _praise(topics: dict[str, list[str]], moment: Moment, draw: random.Random) -> str:
    """Some write two words, most about how it goes, many about people or the place too."""
    here = {**topics, "moment": topics.get(moment.name.lower(), topics["people"])}
    pattern = draw.choices(list(_PATTERNS), list(_PATTERNS.values()))[0]
    return " ".join(dict.fromkeys(draw.choice(here[topic]) for topic in pattern))


def _written(text: str, person: Person, draw: random.Random) -> str:
    """Fill in the person's own words, as this person writes."""
    own = random.Random(f"{SEED} hand {person.number}")  # noqa: S311 - made-up people are no secret
    parts: dict[str, list[str]] = _language(person)["parts"]
    part = own.choice(list(parts))
    hand = own.choices(list(_Hand), list(_HANDS))[0]
    therapist, place = person.therapist.split(" ")[0], _PLACES[person.location]
    words = text.format(therapist=therapist, place=place, part=part, able=draw.choice(parts[part]))
    if hand is _Hand.LOWER:
        return words.lower().rstrip(".")
    return f"{words[:-1]}!" if hand is _Hand.GLAD and words.endswith(".") else words
