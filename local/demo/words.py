"""What patients answer and say. Therapists and places differ, so that the numbers have something to show."""

import random
from dataclasses import dataclass

from local.demo.people import Person
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

_GOOD = (
    "{therapist} listened from the first minute and explained every exercise.",
    "I can play with my grandkids again. Thank you, {therapist}!",
    "Everyone at {place} knows my name. I actually look forward to coming in.",
    "Best care I've had for my shoulder in ten years.",
    "After three weeks I could climb the stairs without holding on.",
    "Friendly front desk, always on time, and the exercises really help.",
    "{therapist} pushed me just enough. Back to running 5k.",
    "My back has not felt this good in a long while.",
    "great staff, easy parking",
    "Very professional. They called to see how I was doing after a bad week.",
    "knee is so much better, thank you all",
    "Clear goals at every visit and I could see the progress.",
)
_FINE = (
    "Good therapy, but it was hard to get late appointments.",
    "{therapist} is great, the waiting room at {place} is a bit crowded.",
    "Helpful overall. I would have liked more hands-on time.",
    "Exercises help. The home program sheet was hard to read.",
    "Mostly good, I saw three different people in four weeks.",
    "Fine. Billing took a few calls to sort out.",
)
_BAD = (
    "I waited 35 minutes twice and nobody told me why.",
    "Felt rushed. {therapist} had three patients at the same time.",
    "My pain got worse after the second visit and nobody called back.",
    "The bill was much more than I was told.",
    "I do the same exercises at home. Not sure what I'm paying for.",
    "My appointment was cancelled the same morning, for the second time.",
)
_SPANISH = {
    "good": ("Muy amables y profesionales. Gracias, {therapist}.", "Ya puedo caminar sin dolor.", "Excelente trato."),
    "fine": ("Bien, pero es difícil conseguir cita por la tarde.", "Buena atención, la sala estaba muy llena."),
    "bad": ("Esperé más de media hora y nadie me avisó.", "Todavía tengo el mismo dolor."),
}
CALLS = {
    "resolved": ("Called, apologized for the wait and moved the visits to mornings.", "Talked it through; staying."),
    "moved": ("Asked for another therapist; moved from next week on.",),
    "no_answer": ("Called three times, left a message.",),
    "not_ours": ("About the insurance's letter; gave them the number to call.",),
}


@dataclass(frozen=True)
class Saying:
    """A patient's answer: `after_hours` from the mail on."""

    score: int
    comment: str
    after_hours: float


def answer(person: Person, kind: Kind, draw: random.Random) -> Saying | None:
    """Return what a patient answers to a survey or its follow-up; None where they do not."""
    if draw.random() >= _RATES.get(kind, 0):
        return None
    score = _score(person, draw)
    comment = _comment(person, score, draw) if draw.random() < _SAYS_SOMETHING else ""
    return Saying(score, comment, min(draw.lognormvariate(1.2, 1.3), 80.0))


def complaint(person: Person, draw: random.Random) -> Saying:
    """Return a low score given the same afternoon, with words."""
    score = draw.randint(2, 6)
    return Saying(score, _comment(person, score, draw), draw.uniform(1, 4))


def call(draw: random.Random) -> tuple[str, str]:
    """Return how the call to an unhappy patient ended, and the note about it."""
    outcome = draw.choices(list(CALLS), (0.68, 0.12, 0.14, 0.06))[0]
    return outcome, draw.choice(CALLS[outcome])


def _score(person: Person, draw: random.Random) -> int:
    if draw.random() < _PROMOTERS[person.therapist]:
        return draw.choices((9, 10), (0.3, 0.7))[0]
    if draw.random() < _DETRACTORS_OF_THE_REST:
        return draw.choices((0, 1, 2, 3, 4, 5, 6), (1, 1, 2, 3, 3, 6, 8))[0]
    return draw.choices((7, 8), (0.35, 0.65))[0]


def _comment(person: Person, score: int, draw: random.Random) -> str:
    mood = "good" if score > 8 else "fine" if score > 6 else "bad"  # noqa: PLR2004 - the groups of the score
    english = {"good": _GOOD, "fine": _FINE, "bad": _BAD}
    words = draw.choice((_SPANISH if person.language == "Spanish" else english)[mood])
    place = {"harbor": "Harbor", "grandview": "Grandview", "westerville": "Westerville"}[person.location]
    return words.format(therapist=person.therapist.split(" ")[0], place=place)
