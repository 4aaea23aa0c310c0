"""Why someone did or did not get a mail: each rule with its state, from the same decision that sends."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from prm.mail.model import State, Touch
from prm.rules.decide import decide
from prm.rules.model import Decision, Facts, NoMatch, Rule, Send, Skip, Wait
from prm.rules.plan import undecided


class Standing(StrEnum):
    """Where a rule stands with a patient."""

    SENT = "sent"
    WAITS = "waits"
    SKIPPED = "skipped"
    FAILED = "failed"
    NO_MATCH = "no match"
    OFF = "off"


@dataclass(frozen=True)
class Reason:
    """One line of the answer. `at`: when it went, until when it waits, or when it was given up."""

    rule: str
    state: Standing
    at: dt.datetime | None
    reason: str


_STANDINGS = {
    State.DUE: Standing.WAITS,
    State.CLAIMED: Standing.WAITS,
    State.SKIPPED: Standing.SKIPPED,
    State.FAILED: Standing.FAILED,
    State.BOUNCED: Standing.FAILED,
    State.COMPLAINED: Standing.SENT,
}
_WORDS = {
    State.DUE: "in the queue",
    State.CLAIMED: "going out now",
    State.UNKNOWN: "nobody knows yet whether it went",
    State.UNCONFIRMED: "nobody knows whether it went",
    State.SENT: "not delivered yet",
    State.DELIVERED: "delivered",
    State.BOUNCED: "bounced",
    State.COMPLAINED: "marked as spam",
}


def why(rules: Sequence[Rule], facts: Facts, now: dt.datetime) -> tuple[Reason, ...]:
    """Return what each rule did, does, or does not do for this patient, and why."""
    return tuple(reason for rule in rules for reason in _of_rule(rule, facts, now))


def _of_rule(rule: Rule, facts: Facts, now: dt.datetime) -> Iterator[Reason]:
    touches = sorted(
        (touch for touch in facts.touches if touch.purpose == rule.id), key=lambda one: (one.created_at, one.id)
    )
    yield from (_of_touch(touch, facts) for touch in touches)
    if not rule.on:
        yield Reason(rule.id, Standing.OFF, None, "the rule is off")
        return
    open_ones = [_of_decision(rule, decide(rule, one, facts, now), now) for one in undecided(rule, facts)]
    yield from open_ones
    if not touches and not open_ones:
        yield Reason(rule.id, Standing.NO_MATCH, None, "nothing has happened for it since it was switched on")


def _of_touch(touch: Touch, facts: Facts) -> Reason:
    standing = _STANDINGS.get(touch.state, Standing.SENT)
    at = touch.due_at if standing is Standing.WAITS else touch.sent_at or touch.at or touch.created_at
    words = [_WORDS.get(touch.state, touch.reason)]
    if touch.state is State.DELIVERED and touch.delivered_at:
        words = [f"delivered {touch.delivered_at.astimezone(facts.clinic.tz):%Y-%m-%d %H:%M}"]
    survey = facts.survey(touch.about.survey or touch.id)
    if standing is Standing.SENT and survey and survey.is_counted and survey.counted_at:
        words.append(f"answered {survey.counted_at.astimezone(facts.clinic.tz):%Y-%m-%d %H:%M}")
    return Reason(touch.purpose, standing, at, ", ".join(words))


def _of_decision(rule: Rule, decision: Decision, now: dt.datetime) -> Reason:
    match decision:
        case Send():
            return Reason(rule.id, Standing.WAITS, now, "goes at the next tick")
        case Wait(until, reason):
            return Reason(rule.id, Standing.WAITS, until, reason)
        case Skip(reason):
            return Reason(rule.id, Standing.SKIPPED, now, reason)
        case NoMatch(reason):
            return Reason(rule.id, Standing.NO_MATCH, None, reason)
