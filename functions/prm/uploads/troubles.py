"""What is wrong with a file, one line a reason: fourteen rows with three mistakes are three things to do."""

import re
from collections.abc import Iterable, Sequence
from itertools import chain

from prm.patients.importing import SAY_WHICH
from prm.patients.report import Problem
from prm.uploads.model import Trouble

ROWS_SHOWN = 100
MOST = 200
"""Reasons on a page; a file with more is the wrong file."""
_DIFFERS = re.compile(
    r"\d[\d/.:,-]*"
    r"|January|February|March|April|May|June|July|August|September|October|November|December"
)
_DATE = re.compile(r"^The date |is not a (date|time) we can read")
_ORDER = re.compile(r"^The date .* (could be|does not fit) ")


def group(refused: Iterable[Problem], noted: Iterable[Problem]) -> tuple[Trouble, ...]:
    """Return the reasons, those that cost rows first, each by how many rows it is about."""
    found: dict[tuple[bool, str, str], list[Problem]] = {}
    for left_out, problem in chain(((True, one) for one in refused), ((False, one) for one in noted)):
        if problem.row is not None:
            found.setdefault((left_out, problem.column or "", _kind(said(problem.reason))), []).append(problem)
    troubles = [_trouble(key[0], problems) for key, problems in found.items()]
    return tuple(sorted(troubles, key=lambda one: (not one.left_out, -one.count, one.rows))[:MOST])


def is_about_order(troubles: Sequence[Trouble]) -> bool:
    """Tell whether it may be the order in which dates are written: a date that is none in any order asks nothing."""
    return any(_ORDER.search(one.reason) for one in troubles)


def said(reason: str) -> str:
    """Return a reason as a page says it: what to do about it stands beside it there."""
    return reason.removesuffix(f". {SAY_WHICH}").removesuffix(". Stored without it")


def _trouble(left_out: bool, problems: list[Problem]) -> Trouble:  # noqa: FBT001  # half of the key
    rows = sorted({one.row for one in problems if one.row is not None})
    first = min(problems, key=lambda one: one.row or 0)
    return Trouble(said(first.reason), first.column or "", left_out, len(rows), tuple(rows[:ROWS_SHOWN]))


def _kind(reason: str) -> str:
    """Return a reason without what differs from row to row: the date, the number of another row."""
    return _DIFFERS.sub("#", reason) if not reason.startswith("“") or _DATE.search(reason) else reason
