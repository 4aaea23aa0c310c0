"""One pure function decides: the tick, the sender's last check, the preview and "why?" all ask it.

The checks stand in the order in which they speak. What a changed fact may overturn (not for this patient, not
reachable, answered already) keeps nothing; what cannot be overturned is a Skip, kept with its reason.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from prm.clinics.model import ReviewPolicy
from prm.core import ids
from prm.core.addresses import is_example
from prm.mail.model import Kind, State, StopKind
from prm.rules import caps, window
from prm.rules.model import Decision, Facts, NoMatch, Occurrence, Rule, Send, Skip, TriggerKind, Wait
from prm.rules.segment import Person, mismatch
from prm.surveys.model import HOLD, Group, Standing

OPTED_OUT = "opted out"
STOPPED = "stopped"
LATE = "late"
ANSWERED = "answered"
EXAMPLE = "example patient"

_STOPS = frozenset({StopKind.ALL, StopKind.SURVEYS})
"""A review request and a thank-you end a survey: who wants no surveys gets neither."""
_LOOK_AGAIN = dt.timedelta(hours=1)
_UNDECIDED = frozenset({State.DUE, State.CLAIMED})
_ARRIVED = frozenset({State.SENT, State.DELIVERED})
_LOST = frozenset({State.BOUNCED, State.COMPLAINED})


@dataclass(frozen=True)
class _Question:
    rule: Rule
    occurrence: Occurrence
    facts: Facts
    now: dt.datetime

    @property
    def acts_at(self) -> dt.datetime:
        """The moment segments look at: when it is due, or now once that has passed."""
        return max(self.now, self.occurrence.due_at)

    def slot(self, ready_at: dt.datetime) -> dt.datetime:
        share = ids.fraction_of(self.facts.patient.id + self.occurrence.id)
        return window.slot(self.facts.clinic, ready_at, self.now, share)

    def wait(self, until: dt.datetime, reason: str) -> Wait | Skip:
        """Wait if that ends in time; what would come too late is given up now."""
        return Wait(until, reason) if until < self.occurrence.deadline(self.rule) else Skip(f"{LATE}: {reason}")


def decide(rule: Rule, occurrence: Occurrence, facts: Facts, now: dt.datetime) -> Decision:
    """Return what becomes of one occurrence as things stand. Whether the rule is on is the caller's question."""
    question = _Question(rule, occurrence, facts, now)
    for check in _CHECKS:
        decision = check(question)
        if decision is not None:
            return decision
    return _send(question)


def _segment(q: _Question) -> Decision | None:
    against = mismatch(q.rule.who, Person(q.facts, q.occurrence, q.acts_at))
    return NoMatch(against) if against else None


def _reach(q: _Question) -> Decision | None:
    day = q.acts_at.astimezone(q.facts.clinic.tz).date()
    return None if q.facts.patient.address_on(day) else NoMatch("not reachable")


def _pointless(q: _Question) -> Decision | None:
    """A follow-up has no point once someone answered, or where the first mail did not arrive."""
    if q.rule.when.on is not TriggerKind.NO_ANSWER:
        return None
    if q.occurrence.survey and q.occurrence.survey.is_counted:
        return NoMatch(ANSWERED)
    if q.occurrence.first and q.occurrence.first.state in _LOST:
        return NoMatch("the first mail did not arrive")
    return None


def _not_yet(q: _Question) -> Decision | None:
    if q.now >= q.occurrence.due_at:
        return None
    return Wait(q.slot(q.occurrence.due_at), "not due yet")


def _stopped(q: _Question) -> Decision | None:
    if q.facts.patient.deceased_on:
        return Skip(STOPPED)
    return Skip(OPTED_OUT) if q.facts.stopped & _STOPS else None


def _late(q: _Question) -> Decision | None:
    return Skip(LATE) if q.now >= q.occurrence.deadline(q.rule) else None


def _silence(q: _Question) -> Decision | None:
    """A follow-up goes only to those whose first mail surely went, and not while an answer may be one."""
    if q.rule.when.on is not TriggerKind.NO_ANSWER:
        return None
    survey = q.occurrence.survey
    if survey and survey.standing is Standing.PROVISIONAL:
        return q.wait(max(survey.due_at or q.now, q.now + HOLD), "an answer may have come")
    state = q.occurrence.first.state if q.occurrence.first else State.UNKNOWN
    if state in _UNDECIDED:
        return q.wait(q.now + _LOOK_AGAIN, "the first mail has not gone yet")
    return None if state in _ARRIVED else NoMatch("nobody knows whether the first mail went")


def _open_case(q: _Question) -> Decision | None:
    """Nobody is thanked or asked for a review while a call is owed; closing the case makes the patient due.

    It does not make a mail due that was ordered before the case was opened: such a mail looks again by itself.
    """
    if q.rule.when.on is not TriggerKind.ANSWER or not any(case.is_open for case in q.facts.cases):
        return None
    ends = q.occurrence.deadline(q.rule)
    until = min(ends, q.now + _LOOK_AGAIN) if q.facts.judged else ends
    return Wait(until, "a case is open; goes once it is closed, or never after this")


def _nothing_fits(q: _Question) -> Decision | None:
    return None if _kind(q) else NoMatch("no review to ask for")


def _caps(q: _Question) -> Decision | None:
    room = caps.room(_kind(q) or q.rule.send[0], q.occurrence, q.facts, q.now)
    if room.at <= q.now:
        return None
    if room.at >= q.occurrence.deadline(q.rule):
        return Skip(f"{LATE}: {room.reason}")
    return q.wait(q.slot(room.at), room.reason)


def _window(q: _Question) -> Decision | None:
    room = caps.room(_kind(q) or q.rule.send[0], q.occurrence, q.facts, q.now)
    slot = q.slot(max(q.occurrence.due_at, room.at))
    return q.wait(slot, "outside the hours for mail") if slot > q.now else None


def _example(q: _Question) -> Decision | None:
    """What an example patient would have got is kept with its moment, and goes nowhere."""
    day = q.now.astimezone(q.facts.clinic.tz).date()
    return Skip(EXAMPLE) if is_example(q.facts.patient.address_on(day)) else None


def _send(q: _Question) -> Decision:
    return Send(_kind(q) or q.rule.send[0])


def _kind(q: _Question) -> Kind | None:
    """Return the first kind of the rule's that fits; None where it may only ask for a review and must not."""
    return next((kind for kind in q.rule.send if kind is not Kind.REVIEW_REQUEST or _may_ask(q)), None)


def _may_ask(q: _Question) -> bool:
    clinic = q.facts.clinic
    if not clinic.review_sites(q.occurrence.location or q.facts.patient.location):
        return False
    answer = q.occurrence.survey.answer if q.occurrence.survey else None
    if clinic.review_policy is ReviewPolicy.PROMOTERS and (answer is None or answer.group is not Group.PROMOTER):
        return False
    return not caps.asked_for_review(q.rule.send, q.facts, q.now)


_CHECKS: tuple[Callable[[_Question], Decision | None], ...] = (
    _segment,
    _reach,
    _pointless,
    _not_yet,
    _stopped,
    _late,
    _silence,
    _open_case,
    _nothing_fits,
    _caps,
    _window,
    _example,
)
