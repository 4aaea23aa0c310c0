"""Items of several tables by one request: what a page needs of each, when all their keys are known."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from prm.core import table
from prm.core.errors import Unavailable

MOST = 100
"""Keys in one request, over all tables."""
_TRIES = 4


@dataclass(frozen=True)
class Ask[T]:
    """Items of one table: their keys, and how a row becomes what it stands for. What is not there is left out."""

    row: type[table.Row]
    keys: tuple[tuple[str, str], ...]
    read: Callable[[Any], T]


def read(*asks: Ask[Any]) -> tuple[list[Any], ...]:
    """Return what was asked for, strongly consistent, in no order: one request for a hundred keys.

    Each item is as it stood at some moment of the request, not all at the same one. Raises Unavailable.
    """
    wanted = [(ask.row, key) for ask in asks for key in ask.keys]
    found: dict[str, list[dict[str, Any]]] = {}
    for first in range(0, len(wanted), MOST):
        _take(wanted[first : first + MOST], found)
    return tuple([ask.read(ask.row.from_raw_data(item)) for item in found.get(_name(ask.row), ())] for ask in asks)


def _take(wanted: Iterable[tuple[type[table.Row], tuple[str, str]]], found: dict[str, list[dict[str, Any]]]) -> None:
    request: dict[str, Any] = {}
    for row, (pk, sk) in wanted:
        keys = request.setdefault(_name(row), {"ConsistentRead": True, "Keys": []})["Keys"]
        keys.append({"pk": {"S": pk}, "sk": {"S": sk}})
    for _ in range(_TRIES):
        if not request:
            return
        answer = table.ask("BatchGetItem", {"RequestItems": request})
        for name, items in answer["Responses"].items():
            found.setdefault(name, []).extend(items)
        request = answer.get("UnprocessedKeys") or {}
    raise Unavailable("the database is busy")


def _name(row: type[table.Row]) -> str:
    return str(row.Meta.table_name)
