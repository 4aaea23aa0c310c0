"""Courses of care, as the literature has them: some leave after a visit or three, most are discharged after about ten.

About one in five ends within three visits, the drop-outs; a course that is kept runs 6 to 16 visits over four to ten
weeks, twice a week at first and then weekly; about one appointment in ten is cancelled or missed.
"""

import csv
import datetime as dt
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TextIO

from local.demo.people import LOCATION_NAMES, SEED, Person, Wait

DROP_OUTS = 0.20
DROP_OUT_VISITS = 3
_FADES = 0.14
_CANCELLED, _NO_SHOW = 0.07, 0.04
_SECOND_COURSE = 0.10
_YEAR = 364
_SOON = 21
_TODAY_SHARE = 0.03
_EARLY = dt.time(6, 45)
_LONG, _SHORT = 60, 45
_BEFORE_SIXTH = (25, 20, 16, 11, 5)
"""Days before a sixth visit on which the others were, or the Monday after."""
_COLUMNS = ("visit_id", "patient_id", "starts_at", "ends_at", "status", "kind", "therapist", "location", "episode")


@dataclass(frozen=True)
class Appointment:
    """One line of the appointment book, in clinic time."""

    id: str
    person: Person
    starts_at: dt.datetime
    minutes: int
    status: str
    kind: str
    episode: str

    @property
    def happened(self) -> bool:
        """Whether the patient was there."""
        return self.status == "completed"


def appointments(everyone: Iterable[Person], today: dt.date, seed: int = SEED) -> list[Appointment]:
    """Return everybody's appointments of a year up to `today`, and of the coming three weeks, by patient and time.

    Three in a hundred patients had their evaluation early today: their survey is due today. Those who are upset had
    theirs on the last working day before.
    """
    found: list[Appointment] = []
    for place, person in enumerate(everyone):
        draw = random.Random(f"{seed} course {person.number}")  # noqa: S311 - made-up visits are no secret
        found.extend(_book(person, today, draw, starts_today=place % round(1 / _TODAY_SHARE) == 0))
    return found


def write(book: Iterable[Appointment], file: TextIO) -> None:
    """Write the appointments as an EMR exports them."""
    rows = csv.writer(file)
    rows.writerow(_COLUMNS)
    rows.writerows(map(_row, book))


def _book(person: Person, today: dt.date, draw: random.Random, *, starts_today: bool) -> Iterator[Appointment]:
    if person.wait is Wait.TAKEN:
        yield from _in_care(person, _day_before(today), today, draw)
        return
    if starts_today or person.is_upset:
        yield from _fresh(person, today if starts_today else _day_before(today), today, draw)
        return
    first = today - dt.timedelta(days=draw.randrange(3, _YEAR))
    course = _course(person, first, today, draw, 1)
    yield from course
    if course and draw.random() < _SECOND_COURSE:
        again = course[-1].starts_at.date() + dt.timedelta(days=draw.randrange(100, 170))
        if again < today:
            yield from _course(person, again, today, draw, 2)


def _fresh(person: Person, day: dt.date, today: dt.date, draw: random.Random) -> Iterator[Appointment]:
    """One whose evaluation was early on that day; nothing before it."""
    at = dt.datetime.combine(day, _EARLY)
    yield _appointment(person, at, ("completed", "initial evaluation"), 1, 1)
    later = _working_day(today + dt.timedelta(days=draw.randrange(2, 5)))
    yield _appointment(person, dt.datetime.combine(later, _time(draw)), ("scheduled", "treatment"), 1, 2)


def _in_care(person: Person, day: dt.date, today: dt.date, draw: random.Random) -> Iterator[Appointment]:
    """One whose sixth visit was early on that day, after a good start."""
    for place, back in enumerate(_BEFORE_SIXTH, 1):
        kind = "initial evaluation" if place == 1 else "treatment"
        at = dt.datetime.combine(_working_day(day - dt.timedelta(days=back)), _time(draw))
        yield _appointment(person, at, ("completed", kind), 1, place)
    sixth, seventh = len(_BEFORE_SIXTH) + 1, len(_BEFORE_SIXTH) + 2
    yield _appointment(person, dt.datetime.combine(day, _EARLY), ("completed", "treatment"), 1, sixth)
    later = _working_day(today + dt.timedelta(days=3))
    yield _appointment(person, dt.datetime.combine(later, _time(draw)), ("scheduled", "treatment"), 1, seventh)


def _course(person: Person, first: dt.date, today: dt.date, draw: random.Random, number: int) -> list[Appointment]:
    planned = min(max(round(draw.gauss(10.5, 2.6)), 6), 16)
    fate = draw.random()
    last = draw.randint(1, DROP_OUT_VISITS) if fate < DROP_OUTS else planned
    fades = DROP_OUTS <= fate < DROP_OUTS + _FADES
    last = draw.randint(DROP_OUT_VISITS + 1, planned - 1) if fades else last
    day, made, found = _working_day(first), 0, list[Appointment]()
    while made < last and day <= today + dt.timedelta(days=_SOON):
        status = _status(draw, day, today, is_first=made == 0)
        made += status in {"completed", "scheduled"}
        kind = _kind(made, planned, is_first=not any(one.happened for one in found))
        found.append(
            _appointment(person, dt.datetime.combine(day, _time(draw)), (status, kind), number, len(found) + 1)
        )
        day = _working_day(day + dt.timedelta(days=draw.choice((2, 3, 4)) if made <= planned // 2 else 7))
    return found


def _appointment(person: Person, at: dt.datetime, what: tuple[str, str], number: int, place: int) -> Appointment:
    status, kind = what
    episode = f"{person.number}-{number}"
    minutes = _LONG if kind == "initial evaluation" else _SHORT
    return Appointment(f"{episode}-{place}", person, at, minutes, status, kind, episode)


def _status(draw: random.Random, day: dt.date, today: dt.date, *, is_first: bool) -> str:
    chance = draw.random()
    if day >= today:
        return "scheduled"
    if is_first:
        return "completed"
    return "cancelled" if chance < _CANCELLED else "no-show" if chance < _CANCELLED + _NO_SHOW else "completed"


def _kind(made: int, planned: int, *, is_first: bool) -> str:
    if is_first:
        return "initial evaluation"
    return "discharge" if made == planned else "treatment"


def _time(draw: random.Random) -> dt.time:
    return dt.time(draw.randrange(8, 15), draw.choice((0, 15, 30, 45)))


def _day_before(today: dt.date) -> dt.date:
    return today - dt.timedelta(days=3 if today.weekday() == 0 else 1)


def _working_day(day: dt.date) -> dt.date:
    return day + dt.timedelta(days=max(7 - day.weekday(), 0)) if day.weekday() > 4 else day  # noqa: PLR2004 - Friday


def _row(one: Appointment) -> Iterator[str]:
    ends_at = one.starts_at + dt.timedelta(minutes=one.minutes)
    yield from (one.id, str(one.person.number), f"{one.starts_at:%m/%d/%Y %I:%M %p}", f"{ends_at:%m/%d/%Y %I:%M %p}")
    yield from (one.status, one.kind, one.person.therapist, LOCATION_NAMES[one.person.location], one.episode)
