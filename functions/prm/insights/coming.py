"""What rules may send in the days ahead: planned visits are taken to happen, everything else to stay as it is."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace

from prm.clinics.model import Clinic
from prm.insights.seen import Count, Place, Seen
from prm.mail.model import State
from prm.patients.episodes import episodes
from prm.patients.model import Visit, VisitStatus
from prm.rules.decide import decide
from prm.rules.model import Decision, Facts, Rule, Send, TriggerKind, Wait
from prm.rules.plan import undecided

AHEAD = dt.timedelta(days=7)
_CLINIC = Place(None, None)


def coming(seen: Seen, rules: Iterable[Rule], clinic: Clinic, as_of: dt.datetime) -> Iterator[Count]:
    """Yield one for each mail that a rule may send one patient within 7 days: those that wait, and those due by then.

    Each is decided as it will be, by what is known now: mails that come in between may leave less room for it.
    """
    acting = [rule for rule in rules if rule.on]
    ids = {rule.id for rule in acting}
    waiting = (touch.purpose for touch in seen.touches if touch.state is State.DUE)
    yield from (Count(_CLINIC, f"rule.{rule}.coming") for rule in waiting if rule in ids)
    if seen.stopped or not seen.patient.address_on(as_of.astimezone(clinic.tz).date()):
        return
    facts = Facts(clinic, seen.patient, seen.episodes, seen.surveys, seen.touches, seen.cases)
    kept = replace(facts, episodes=episodes(_kept(seen, as_of)))
    for rule in acting:
        look = kept if rule.when.on is TriggerKind.VISIT else facts
        for one in undecided(rule, look):
            if one.due_at < as_of + AHEAD and _goes(decide(rule, one, look, max(one.due_at, as_of)), as_of + AHEAD):
                yield Count(_CLINIC, f"rule.{rule.id}.coming")


def _goes(decision: Decision, before: dt.datetime) -> bool:
    return isinstance(decision, Send) or (isinstance(decision, Wait) and decision.until < before)


def _kept(seen: Seen, as_of: dt.datetime) -> Iterator[Visit]:
    """Yield the patient's visits, those planned for the days ahead as if they had happened."""
    for episode in seen.episodes:
        for visit in episode.visits:
            is_ahead = visit.status is VisitStatus.SCHEDULED and as_of < visit.ends_at < as_of + AHEAD
            yield replace(visit, status=VisitStatus.COMPLETED) if is_ahead else visit
