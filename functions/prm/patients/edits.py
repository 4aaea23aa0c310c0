"""What staff change of a patient by hand, and how an import lives with it. Pure.

The records system says the same again with every file. An edit therefore remembers what it had said: while it goes on
saying that, the edit wins; once it says something else, someone changed it there, and its word counts again. Of tags
only the difference is taken over: what either side added or took off stays so.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from prm.core import ids, record
from prm.patients.model import Patient, Proxy

FIELDS = ("email", "phone", "language", "proxy", "deceased_on", "tags")
"""What can be edited. Names and birth dates are the records' alone: by them a person is told from another."""
_TAGS = "tags"


def edited(before: Patient, after: Patient) -> Patient:
    """Return the patient as edited, remembering what the records had said of each field that is now otherwise."""
    kept = dict(before.edited)
    for name in FIELDS:
        was, now = _text(getattr(before, name)), _text(getattr(after, name))
        if was != now:
            kept.setdefault(name, was)
        if kept.get(name) == now:
            kept.pop(name, None)
    return replace(after, edited=kept)


def merged(known: Patient, given: Mapping[str, Any]) -> Patient:
    """Return a patient with what a file gives, by field, where no edit stands against it."""
    taken, kept = dict(given), dict(known.edited)
    for name in FIELDS:
        if name not in taken or name not in kept:
            continue
        says = _text(taken[name])
        if says == kept[name]:
            taken[name] = getattr(known, name)
        elif name == _TAGS:
            before = frozenset(filter(None, kept[name].split("\n")))
            taken[name] = (known.tags | (taken[name] - before)) - (before - taken[name])
            kept[name] = says
        else:
            del kept[name]
    return replace(known, **taken, edited=kept)


def records_say(patient: Patient, name: str) -> str | None:
    """Return what the records say of a field that was edited, "" for nothing; None where it was not edited."""
    return patient.edited.get(name)


def mark(patient: Patient) -> str:
    """Return a mark of what can be edited, as it stands: a form brings back the mark of what its page showed."""
    return ids.name_of(*(_text(getattr(patient, name)) for name in FIELDS))


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Proxy):
        return f"{value.name}\n{value.email}"
    if isinstance(value, frozenset):
        return "\n".join(sorted(value))
    return value if isinstance(value, str) else record.dump(value)
