"""A message in a dead-letter queue: three ids, if it is one of ours."""

import json
from dataclasses import dataclass

from prm.mail.model import TouchKey


@dataclass(frozen=True)
class Dead:
    """One message that was given up. `handle` drops it, until someone else looks at it."""

    handle: str
    key: TouchKey | None
    times: int


def key_in(body: str) -> TouchKey | None:
    """Return the touch that a message names, None where it is no message of ours."""
    try:
        found = json.loads(body)
        return TouchKey(str(found["clinic"]), str(found["recipient"]), str(found["touch"]))
    except (ValueError, KeyError, TypeError):
        return None
