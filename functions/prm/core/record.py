"""How a model is kept: one JSON document beside the few attributes that keys, indexes and conditions need.

The stored form is the model itself, so a field is named once; unknown fields of an older or newer release are passed
over, missing ones take their default, and a model's own checks run on the way in. What is empty and empty by default is
left out: half of a touch would be names of fields that say nothing, stored, read and paid for. A default that says
something is written out, so that a later release may change it for what is new alone.
"""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from typing import Any

import msgspec

from prm.core.errors import PrmError


class Unreadable(PrmError):
    """A stored document no longer fits its model: a defect of ours, never a user's mistake."""


def dump(model: object) -> str:
    """Return the document for `model`, a dataclass of plain fields."""
    return msgspec.json.encode(_lean(model)).decode()


def parse[T](kind: type[T], document: str) -> T:
    """Return the model kept in `document`."""
    try:
        return msgspec.json.decode(document, type=kind)
    except msgspec.ValidationError as err:
        raise Unreadable(f"a stored {kind.__name__} cannot be read", why=str(err)) from err


_NEVER = object()


def _lean(value: Any) -> Any:  # noqa: ANN401 - whatever a model holds
    if is_dataclass(value) and not isinstance(value, type):
        held = ((name, getattr(value, name), empty) for name, empty in _empties(type(value)))
        return {name: _lean(one) for name, one, empty in held if one != empty}
    if isinstance(value, tuple | list | set | frozenset):
        return [_lean(one) for one in value]
    if isinstance(value, Mapping):
        return {key: _lean(one) for key, one in value.items()}
    return value


@cache
def _empties(kind: type[Any]) -> tuple[tuple[str, object], ...]:
    """Return the fields of a model with the empty value each has by default, if it has one."""
    defaults = [(one.name, _default(one)) for one in fields(kind)]
    return tuple((name, _NEVER if _lean(default) else default) for name, default in defaults)


def _default(field: Field[Any]) -> object:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return _NEVER if field.default is MISSING else field.default
