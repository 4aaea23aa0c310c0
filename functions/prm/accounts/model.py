"""A session, how far it got, and a mailed code."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

IDLE = dt.timedelta(minutes=15)
"""A signed-in browser that asks for nothing this long is signed out (NIST SP 800-63B, 2.2.3 allows 30 min)."""
DAY = dt.timedelta(hours=12)
"""After this long everyone signs in anew."""
STEP = dt.timedelta(minutes=15)
"""Time for one step on the way in; Cognito's own sessions last as long by the template."""
TRIES = 5
"""Wrong entries that a mailed code survives."""


OPERATOR = "operator"
"""In place of a clinic's id: an account of the operator's group."""


class Stage(StrEnum):
    """How far someone got on the way in."""

    CONFIRM = "confirm"
    RENEW = "renew"
    PASSWORD = "password"  # noqa: S105  # a step, not a secret
    ENROL = "enrol"
    SECOND = "second"
    IN = "in"


class CodeKind(StrEnum):
    """What a mailed code is for."""

    SIGN_UP = "sign_up"
    INVITATION = "invitation"
    RESET = "reset"

    @property
    def life(self) -> dt.timedelta:
        """How long it may be used."""
        return _LIVES[self]


_LIVES = {
    CodeKind.SIGN_UP: dt.timedelta(days=1),
    CodeKind.INVITATION: dt.timedelta(days=7),
    CodeKind.RESET: dt.timedelta(hours=1),
}


@dataclass(frozen=True)
class Session:
    """One browser, from its first step to signing out. All times are wall time.

    `clinic` and `member` are empty for a stranger who gave an address we do nothing with: the pages are the same.
    `challenge` is Cognito's word for its next step, `secret` the key of an authenticator being set up.
    """

    stage: Stage
    clinic: str
    member: str
    started_at: dt.datetime
    seen_at: dt.datetime
    email: str = ""
    kind: CodeKind | None = None
    challenge: str = ""
    secret: str = ""

    @property
    def is_in(self) -> bool:
        """Whether this browser is signed in."""
        return self.stage is Stage.IN

    @property
    def is_operators(self) -> bool:
        """Whether this is a browser of the operator's group, which belongs to no clinic."""
        return self.clinic == OPERATOR

    def is_over(self, now: dt.datetime) -> bool:
        """Whether it ended by itself."""
        idle = IDLE if self.is_in else STEP
        return now >= min(self.seen_at + idle, self.started_at + DAY)


@dataclass(frozen=True)
class Code:
    """A mailed code that may still be used. The digits are kept nowhere: they follow from the touch that had them."""

    kind: CodeKind
    touch: str
    made_at: dt.datetime
    expires_at: dt.datetime
    tries: int = 0


@dataclass(frozen=True)
class SignUp:
    """What the hosted page asks before anything else."""

    clinic_name: str
    owner_name: str
    email: str
    phone: str
    postal_address: str
    zone: str
    location_name: str
    languages: tuple[str, ...]
    agreement: str
