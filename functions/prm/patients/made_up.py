"""The example patients, by what nobody here can change of them: number, name and birth date."""

import datetime as dt
from dataclasses import dataclass

_FIRST = (
    *("Maria", "James", "Aisha", "Daniel", "Rosa", "Ken", "Ingrid", "Samuel", "Priya", "Thomas", "Elena", "Marcus"),
    *("Hannah", "Luis", "Grace", "Peter", "Nadia", "Oliver", "Carmen", "Victor", "Ruth", "Ahmed", "Julia", "Walter"),
)
_LAST = (
    *("Alvarez", "Whitaker", "Rahman", "O'Brien", "Delgado", "Tanaka", "Lindqvist", "Adeyemi", "Nair", "Becker"),
    *("Petrova", "Grant", "Cohen", "Ortega", "Kim", "Novak", "Haddad", "Wright", "Morales", "Silva"),
    *("Fischer", "Mansour", "Rossi", "Brandt"),
)


@dataclass(frozen=True)
class Person:
    """Someone who does not exist. A patient with all four is this one, whatever else was edited since."""

    number: str
    first: str
    last: str
    born: dt.date


PEOPLE = tuple(
    Person(f"EX-{1001 + place}", first, last, dt.date(1942 + place * 7 % 60, 1 + place % 12, 1 + place * 5 % 28))
    for place, (first, last) in enumerate(zip(_FIRST, _LAST, strict=True))
)
KNOWN = frozenset(PEOPLE)
