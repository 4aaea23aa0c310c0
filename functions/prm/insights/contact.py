"""How soon unhappy patients hear from the clinic."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from prm.insights.seen import Count, Place, Seen, Watch
from prm.recovery.course import GAVE, REOPENED, TOOK
from prm.recovery.model import SYSTEM, Case, Note

_MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Contact:
    """Cases opened in a span: how many a person has acted on, how many of those in the promised time, and how soon.

    A case opened again counts from its last opening. Where the patient asked not to be called, nobody is waited for:
    such cases are left out. `median` is in minutes on the clock, nights included.
    """

    cases: int = 0
    contacted: int = 0
    in_time: int = 0
    median: int | None = None


def first_contact_at(case: Case) -> dt.datetime | None:
    """Return when a person first noted a call on the case since it was opened, tried one, or closed it.

    Taking a case, or giving it on, is no contact yet.
    """
    notes = [one.at for one in case.notes if one.at >= case.opened_at and _is_contact(one)]
    return min([*notes, *([case.closed_at] if case.closed_at else [])], default=None)


def _is_contact(note: Note) -> bool:
    return note.by != SYSTEM and not note.text.startswith((TOOK, GAVE, REOPENED))


def contact(seen: Seen, watch: Watch) -> Iterator[Count]:
    """Yield a patient's cases, and for each the minutes until someone acted."""
    for case in seen.cases:
        at = first_contact_at(case)
        place = Place(case.location, case.therapist)
        for span in watch.within(case.opened_at) if at or not case.no_call else ():
            yield Count(place, f"{span}.contact.cases")
            if at and at <= watch.as_of:
                yield Count(place, f"{span}.contact.contacted")
                yield Count(place, f"{span}.contact.in_time", int(at <= case.call_by))
                yield Count(place, f"{span}.contact.after.{(at - case.opened_at) // _MINUTE}")


def median(minutes: Mapping[int, int]) -> int | None:
    """Return the middle one of many numbers, given how often each came; of two middle ones the lower."""
    total, passed = sum(minutes.values()), 0
    for number in sorted(minutes):
        passed += minutes[number]
        if 2 * passed >= total:
            return number
    return None
