"""A mailed link and the fetches it saw."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from prm.core.errors import Expired, Forbidden

SURVEY_DAYS = 30


class Purpose(StrEnum):
    """What a link may be used for."""

    ANSWER = "answer"
    STOP = "stop"
    REPLY = "reply"
    REVIEW = "review"
    JOIN = "join"


_EXPIRING = {Purpose.ANSWER, Purpose.REVIEW, Purpose.JOIN}


@dataclass(frozen=True)
class Link:
    """What stands behind a token: whose mail it was, and what it may do until when (business time).

    Stop and reply outlive the rest: someone may leave the list from an old mail.
    """

    clinic: str
    recipient: str
    touch: str
    purposes: frozenset[Purpose]
    expires_at: dt.datetime
    survey: str | None = None

    @property
    def patient(self) -> str:
        """The patient's id. Raises Forbidden for a link mailed to staff."""
        kind, _, patient = self.recipient.partition(":")
        if kind != "patient":
            raise Forbidden("this link is not a patient's")
        return patient

    def allow(self, purpose: Purpose, now: dt.datetime) -> None:
        """Raise Forbidden or Expired unless the link may be used so now."""
        if purpose not in self.purposes:
            raise Forbidden("this link is for something else")
        if purpose in _EXPIRING and now >= self.expires_at:
            raise Expired("this link has expired", clinic=self.clinic)


class HitKind(StrEnum):
    """What was fetched."""

    SURVEY = "survey"
    REVIEW_LIST = "review_list"
    REVIEW_SITE = "review_site"


@dataclass(frozen=True)
class Hit:
    """One fetch of a mailed link. `client` is a keyed hash of network and user agent."""

    kind: HitKind
    client: str
    at: dt.datetime
    score: int | None = None
    site: str | None = None
