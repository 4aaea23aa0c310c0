"""Who comes to the demo clinic. Everything is drawn from a seed; every address is at example.com (RFC 2606)."""

import csv
import datetime as dt
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TextIO

SEED = 20

_FIRST, _LAST, _SPANISH_FIRST, _SPANISH_LAST = (
    line.split() for line in (Path(__file__).parent / "names.txt").read_text(encoding="utf-8").splitlines()
)
_PLAIN = str.maketrans("áéíóúñÁÉÍÓÚÑ", "aeiounAEIOUN")

THERAPISTS = {
    "harbor": ("Anna Lindqvist", "Marcus Bell", "Sofia Reyes"),
    "grandview": ("Daniel Cho", "Priya Raman", "Tom Becker"),
    "westerville": ("Leila Haddad", "James O'Connor"),
}
LOCATION_NAMES = {"harbor": "Harbor Avenue", "grandview": "Grandview", "westerville": "Westerville"}
_SHARES = (0.42, 0.36, 0.22)
_SPANISH = 0.09
_MINORS = 0.06
_OLD = 0.02
_NO_EMAIL = 0.07
ONE_IN, _UPSET = 97, 15
_COLUMNS = (
    *("patient_id", "first_name", "last_name", "birth_date", "email", "phone", "language", "location", "therapist"),
    *("proxy_name", "proxy_email"),
)


class Wait(StrEnum):
    """How someone who is upset waits for a call: one of each kind, so that an inbox shows all it can."""

    LATE = "late"
    TAKEN = "taken"
    PAUSED = "paused"
    FRESH = "fresh"
    NEW = "new"


@dataclass(frozen=True)
class Person:
    """One patient as the EMR would export them; `number` is the EMR's. Minors have a parent who reads their mail."""

    number: int
    first_name: str
    last_name: str
    birth_date: dt.date
    email: str
    language: str
    location: str
    therapist: str
    proxy_name: str = ""
    proxy_email: str = ""

    @property
    def is_upset(self) -> bool:
        """Whether this is one of the few who complained in the last days, and wait for a call."""
        return self.number % ONE_IN == _UPSET

    @property
    def wait(self) -> Wait | None:
        """How they wait, if they are upset. Neighbors in number wait differently."""
        return list(Wait)[self.number // ONE_IN % len(Wait)] if self.is_upset else None


def people(count: int, today: dt.date, seed: int = SEED) -> list[Person]:
    """Return the clinic's patients: the same for the same count, day and seed."""
    return [_person(10_001 + place, today, random.Random(f"{seed} person {place}")) for place in range(count)]  # noqa: S311 - made-up people are no secret


def write(everyone: Iterable[Person], file: TextIO) -> None:
    """Write the patients as an EMR exports them."""
    rows = csv.writer(file)
    rows.writerow(_COLUMNS)
    rows.writerows(map(_row, everyone))


def _person(number: int, today: dt.date, draw: random.Random) -> Person:
    spanish = draw.random() < _SPANISH
    first = draw.choice(_SPANISH_FIRST if spanish else _FIRST)
    last = draw.choice(_SPANISH_LAST if spanish else _LAST)
    location = draw.choices(list(THERAPISTS), _SHARES)[0]
    born, proxy = _born(today, draw)
    reachable = draw.random() >= _NO_EMAIL or number % ONE_IN == _UPSET  # who complained was asked
    parent = f"{draw.choice(_SPANISH_FIRST if spanish else _FIRST)} {last}" if proxy else ""
    return Person(
        number=number,
        first_name=first,
        last_name=last,
        birth_date=born,
        email=_address(f"{first} {last}", number) if reachable and not proxy else "",
        language="Spanish" if spanish else "English",
        location=location,
        therapist=draw.choice(THERAPISTS[location]),
        proxy_name=parent,
        proxy_email=_address(parent, number) if parent else "",
    )


def _born(today: dt.date, draw: random.Random) -> tuple[dt.date, bool]:
    """Return a birth date, and whether someone else reads the mail: for children, and some of the very old."""
    if draw.random() < _MINORS:
        return today - dt.timedelta(days=int(365.25 * draw.uniform(9, 16.5))), True
    years = min(max(draw.gauss(53, 17), 19), 92)
    return today - dt.timedelta(days=int(365.25 * years)), draw.random() < _OLD


def _address(name: str, number: int) -> str:
    return f"{'.'.join(name.lower().translate(_PLAIN).split())}.{number}@example.com"


def _row(one: Person) -> Iterator[str]:
    yield from (str(one.number), one.first_name, one.last_name, f"{one.birth_date:%m/%d/%Y}", one.email)
    yield from (f"(614) 555-01{one.number % 100:02}", one.language, LOCATION_NAMES[one.location], one.therapist)
    yield from (one.proxy_name, one.proxy_email)
