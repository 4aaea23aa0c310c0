"""How a model is kept: one JSON document beside the few attributes that keys, indexes and conditions need.

The stored form is the model itself, so a field is named once; unknown fields of an older or newer release are passed
over, missing ones take their default, and a model's own checks run on the way in.
"""

import msgspec

from prm.core.errors import PrmError


class Unreadable(PrmError):
    """A stored document no longer fits its model: a defect of ours, never a user's mistake."""


def dump(model: object) -> str:
    """Return the document for `model`, a dataclass of plain fields."""
    return msgspec.json.encode(model).decode()


def parse[T](kind: type[T], document: str) -> T:
    """Return the model kept in `document`."""
    try:
        return msgspec.json.decode(document, type=kind)
    except msgspec.ValidationError as err:
        raise Unreadable(f"a stored {kind.__name__} cannot be read", why=str(err)) from err
