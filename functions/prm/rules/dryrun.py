"""What a rule would have sent in a time that is over, had it been on: judged as it would have been then.

The facts are put back to each moment at which a tick would have looked. Taken as they are today is only what nobody
recorded the time of: the patient's own data, who left the list, and that a visit which came later was planned already.
"""

import datetime as dt
import heapq
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from prm.mail.model import Kind, State, Touch
from prm.patients.episodes import episodes
from prm.patients.model import Visit, VisitStatus
from prm.recovery.model import Case, CaseState
from prm.rules.decide import decide
from prm.rules.model import Decision, Facts, NoMatch, Occurrence, Rule, Send, Skip, Wait
from prm.rules.plan import touch_of, undecided
from prm.rules.presets import switched_on
from prm.surveys.model import Standing, Survey

_FINAL = frozenset({State.SKIPPED, State.FAILED})


@dataclass(frozen=True)
class Sending:
    """One mail that would have gone."""

    at: dt.datetime
    patient: str
    kind: Kind


@dataclass
class DryRun:
    """What `rule` would have done from `began_at` to `ended_at`. `left_out` and `waiting` count occurrences."""

    rule: Rule
    began_at: dt.datetime
    ended_at: dt.datetime
    patients: int = 0
    sent: list[Sending] = field(default_factory=list)
    waiting: int = 0
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def acting(self) -> Rule:
        """The rule, on since long enough before that what was due earlier went earlier."""
        return switched_on(self.rule, self.began_at - self.rule.when.after - self.rule.max_age)

    def take(self, facts: Facts) -> None:
        """Add one patient, with all that is known of them today."""
        self.patients += 1
        last: dict[str, tuple[Occurrence, Decision]] = {}
        for now, occurrence, decision in judgements(self.acting, facts, self.ended_at):
            last[occurrence.id] = occurrence, decision
            if isinstance(decision, Send) and now >= self.began_at:
                self.sent.append(Sending(now, facts.patient.record_number, decision.kind))
            if isinstance(decision, Skip) and now >= self.began_at:
                self.left_out[decision.reason] += 1
        for occurrence, decision in last.values():
            self._end(occurrence, decision)

    def _end(self, occurrence: Occurrence, decision: Decision) -> None:
        """Count what had come to nothing when the time was over."""
        if isinstance(decision, Wait) and occurrence.due_at < self.ended_at:
            self.waiting += 1
        if isinstance(decision, NoMatch) and self.began_at <= occurrence.due_at < self.ended_at:
            self.left_out[decision.reason] += 1


def judgements(rule: Rule, facts: Facts, until: dt.datetime) -> Iterator[tuple[dt.datetime, Occurrence, Decision]]:
    """Yield each decision about one patient since the rule is on, with its moment, the mails before it counted."""
    known = replace(facts, touches=tuple(one for one in facts.touches if not _is_of(rule, one)))
    began_at = rule.since or until
    ahead = sorted({began_at, *(at for at in _changes(known) if began_at < at < until)})
    ordered: tuple[Touch, ...] = ()
    while ahead:
        now = heapq.heappop(ahead)
        seen = with_mails(at_that_time(known, now), ordered)
        for occurrence in undecided(rule, seen):
            decision = decide(rule, occurrence, seen, now)
            yield now, occurrence, decision
            if isinstance(decision, Send | Skip):
                touch = touch_of(rule, occurrence, seen, decision, now)
                touch = touch if isinstance(decision, Skip) else _delivered(touch, now)
                ordered, seen = (*ordered, touch), with_mails(seen, (touch,))
            if isinstance(decision, Wait) and now < decision.until < until and decision.until not in ahead:
                heapq.heappush(ahead, decision.until)


def at_that_time(facts: Facts, now: dt.datetime) -> Facts:
    """Return the facts as they were known at a moment that is past."""
    day = now.astimezone(facts.clinic.tz).date()
    patient = facts.patient
    if patient.deceased_on and patient.deceased_on > day:
        patient = replace(patient, deceased_on=None)
    visits = (visit for episode in facts.episodes for visit in episode.visits)
    return replace(
        facts,
        patient=patient,
        episodes=episodes(_visit(visit, now) for visit in visits),
        surveys=tuple(_survey(one, now) for one in facts.surveys if one.asked_at <= now),
        touches=tuple(_touch(one, now) for one in facts.touches if one.created_at <= now),
        cases=tuple(_case(one, now) for one in facts.cases if one.opened_at <= now),
    )


def with_mails(facts: Facts, touches: tuple[Touch, ...]) -> Facts:
    """Return the facts with these mails beside the others."""
    return replace(facts, touches=facts.touches + touches)


def _is_of(rule: Rule, touch: Touch) -> bool:
    """Tell whether a mail is the rule's own: what it really sent must not hold back what it would have sent."""
    return touch.purpose == rule.id


def _changes(facts: Facts) -> Iterator[dt.datetime]:
    """Yield when anything became known."""
    for episode in facts.episodes:
        yield from (visit.ends_at for visit in episode.visits)
    for survey in facts.surveys:
        yield from (at for at in (survey.asked_at, survey.counted_at) if at)
    for case in facts.cases:
        yield from (at for at in (case.opened_at, case.closed_at) if at)
    for touch in facts.touches:
        yield from (at for at in (touch.created_at, touch.sent_at) if at)


def _visit(visit: Visit, now: dt.datetime) -> Visit:
    return visit if visit.ends_at <= now else replace(visit, status=VisitStatus.SCHEDULED)


def _survey(survey: Survey, now: dt.datetime) -> Survey:
    if survey.counted_at and survey.counted_at <= now:
        return survey
    return replace(survey, answer=None, standing=Standing.NONE, counted_at=None)


def _case(case: Case, now: dt.datetime) -> Case:
    if case.closed_at and case.closed_at <= now:
        return case
    return replace(case, state=CaseState.OPEN, closed_at=None)


def _touch(touch: Touch, now: dt.datetime) -> Touch:
    went = touch.created_at if touch.state in _FINAL else touch.sent_at or touch.at or touch.created_at
    return touch if went <= now else replace(touch, state=State.DUE, sent_at=None, delivered_at=None)


def _delivered(touch: Touch, now: dt.datetime) -> Touch:
    return replace(touch, state=State.DELIVERED, at=now, sent_at=now, delivered_at=now)
