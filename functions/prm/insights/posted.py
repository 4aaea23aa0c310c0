"""What became of the mails: whether they arrive, and whether a rule has gone quiet."""

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from prm.insights.seen import Count, Place, Watch
from prm.mail.model import Kind, State, Touch
from prm.surveys.model import Survey

QUIET_AFTER = dt.timedelta(days=14)
USUAL_OVER = dt.timedelta(weeks=12)
CHANCE = 0.05
"""A rule has gone quiet when nothing went for 14 days though its usual rate makes that less likely than this."""
BOUNCES_STOP_AT, COMPLAINTS_STOP_AT = 4.0, 0.08
"""Percent. SES reviews accounts from 5% bounces and 0.1% complaints on; we say so before (SES developer guide)."""

ON = "on."
"""What the counters of days with mail begin with."""
_WEEK = dt.timedelta(weeks=1)
_WORDS = {
    State.SENT: "sent",
    State.DELIVERED: "delivered",
    State.BOUNCED: "bounced",
    State.COMPLAINED: "complained",
    State.UNKNOWN: "unknown",
    State.UNCONFIRMED: "unknown",
    State.DUE: "waiting",
    State.CLAIMED: "waiting",
    State.FAILED: "failed",
}
WENT = frozenset({State.SENT, State.DELIVERED, State.BOUNCED, State.COMPLAINED, State.UNKNOWN, State.UNCONFIRMED})
"""States of what certainly, or probably, left the house."""


@dataclass(frozen=True)
class MailHealth:
    """Mails ordered in a span, each in one place. `sent`: SES took it and has said nothing since."""

    sent: int = 0
    delivered: int = 0
    bounced: int = 0
    complained: int = 0
    unknown: int = 0
    waiting: int = 0
    failed: int = 0

    @property
    def went(self) -> int:
        """How many SES took."""
        return self.sent + self.delivered + self.bounced + self.complained

    @property
    def bounce_rate(self) -> float | None:
        """Percent of those that came back."""
        return 100 * self.bounced / self.went if self.went else None

    @property
    def complaint_rate(self) -> float | None:
        """Percent of those that were marked as spam."""
        return 100 * self.complained / self.went if self.went else None

    @property
    def is_healthy(self) -> bool:
        """Whether SES has no reason to look at us."""
        return (self.bounce_rate or 0) < BOUNCES_STOP_AT and (self.complaint_rate or 0) < COMPLAINTS_STOP_AT


@dataclass(frozen=True)
class RuleWork:
    """What a rule did in the last 30 days, the last 14, and the 12 weeks before those, or since it was switched on.

    `last_sent_on` is the clinic's day of its last mail within these 14 weeks; `coming` what it may send in the next 7
    days.
    """

    rule: str
    name: str
    on: bool = False
    since: dt.datetime | None = None
    sent_month: int = 0
    answered_month: int = 0
    skipped_month: int = 0
    sent_lately: int = 0
    sent_before: int = 0
    weeks_before: float = 0.0
    last_sent_on: dt.date | None = None
    coming: int = 0

    @property
    def per_week(self) -> float | None:
        """Its usual rate, or None where it has been on for less than a week before the last 14 days."""
        return self.sent_before / self.weeks_before if self.weeks_before >= 1 else None

    @property
    def is_quiet(self) -> bool:
        """Whether 14 days without a mail are no chance: by Poisson, so many are expected that none is unlikely."""
        expected = (self.per_week or 0.0) * (QUIET_AFTER / _WEEK)
        return self.on and not self.sent_lately and math.exp(-expected) < CHANCE


def weeks_before(since: dt.datetime | None, as_of: dt.datetime) -> float:
    """Return over how many weeks a rule's usual rate is known."""
    return max(0.0, min(USUAL_OVER, as_of - QUIET_AFTER - since) / _WEEK) if since else 0.0


def posted(touches: Iterable[Touch], watch: Watch) -> Iterator[Count]:
    """Yield what became of each mail."""
    for touch in touches:
        word = _WORDS.get(touch.state)
        for span in watch.within(touch.created_at) if word else ():
            yield Count(Place(touch.about.location, touch.about.therapist), f"{span}.mail.{word}")


def worked(touches: Iterable[Touch], surveys: Iterable[Survey], watch: Watch) -> Iterator[Count]:
    """Yield what each rule did for one patient. Days are counted back from the moment of the count."""
    answered = {one.touch for one in surveys if one.is_counted}
    for touch in touches:
        at = touch.sent_at or touch.at or touch.created_at
        age = watch.as_of - at
        yield from (Count(Place(None, None), f"rule.{touch.purpose}.{name}") for name in _of_rule(touch, age, answered))
        if touch.state in WENT and dt.timedelta() <= age < QUIET_AFTER + USUAL_OVER:
            day = watch.day(at)
            yield Count(Place(None, None), f"rule.{touch.purpose}.{ON}{day.isoformat()}")


def last_day(counts: Mapping[str, int], rule: str) -> dt.date | None:
    """Return the day of a rule's last mail, from the days that were counted."""
    prefix = f"rule.{rule}.{ON}"
    return max(
        (dt.date.fromisoformat(name.removeprefix(prefix)) for name in counts if name.startswith(prefix)), default=None
    )


def _of_rule(touch: Touch, age: dt.timedelta, answered: set[str]) -> Iterator[str]:
    month = dt.timedelta() <= age < dt.timedelta(days=30)
    if touch.state in WENT:
        if month:
            yield "sent_month"
        if month and touch.id in answered and touch.kind in {Kind.SURVEY, Kind.FOLLOW_UP}:
            yield "answered_month"
        if dt.timedelta() <= age < QUIET_AFTER:
            yield "sent_lately"
        elif QUIET_AFTER <= age < QUIET_AFTER + USUAL_OVER:
            yield "sent_before"
    elif touch.state is State.SKIPPED and month:
        yield "skipped_month"
