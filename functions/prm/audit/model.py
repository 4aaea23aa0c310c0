"""One line of the audit log."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """What someone did."""

    SIGNED_IN = "signed_in"
    VIEWED = "viewed"
    LISTED = "listed"
    CHANGED = "changed"
    IMPORTED = "imported"
    EXPORTED = "exported"
    ERASED = "erased"
    SENT = "sent"
    CLOSED_CASE = "closed_case"
    NOTED = "noted"
    SET = "set"
    INVITED = "invited"
    REMOVED = "removed"


@dataclass(frozen=True)
class Entry:
    """Who did what, when (wall time), about whom, and from where.

    `what` says more in the words of the log: the name of a setting or a list. Never a patient's name, score or words.
    """

    clinic: str
    member: str
    action: Action
    at: dt.datetime
    patient: str = ""
    what: str = ""
    network: str = ""
