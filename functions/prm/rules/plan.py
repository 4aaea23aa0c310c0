"""All of a clinic's rules for one patient at once: which mails to order, what to give up, and when to look again."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from prm.core import ids
from prm.mail.model import Kind, State, Subject, Touch, patient_recipient
from prm.rules.decide import decide
from prm.rules.model import Decision, Facts, Occurrence, Rule, Send, Skip, Wait
from prm.rules.occurrences import occurrences


@dataclass(frozen=True)
class Plan:
    """What to write: new touches, due or skipped, and when to look at the patient again (None: at the next fact)."""

    touches: tuple[Touch, ...]
    next_due_at: dt.datetime | None


def plan(rules: Sequence[Rule], facts: Facts, now: dt.datetime) -> Plan:
    """Decide every rule that is on, each seeing the mails the ones before it ordered.

    What was decided once, sent or skipped, is not decided again. Follow-ups come last: the mail they follow may only
    just have been ordered, and their waiting is what brings the patient back.
    """
    ordered: list[Touch] = []
    waits: list[dt.datetime] = []
    for rule in sorted((one for one in rules if one.on), key=lambda one: (one.follows is not None, one.id)):
        for occurrence in undecided(rule, facts):
            decision = decide(rule, occurrence, facts, now)
            if isinstance(decision, Wait):
                waits.append(decision.until)
            elif isinstance(decision, Send | Skip):
                touch = touch_of(rule, occurrence, facts, decision, now)
                ordered.append(touch)
                facts = replace(facts, touches=(*facts.touches, touch))
    return Plan(tuple(ordered), min(waits, default=None))


def undecided(rule: Rule, facts: Facts) -> Iterator[Occurrence]:
    """Yield what the rule has not spoken about yet."""
    decided = {touch.id for touch in facts.touches}
    for occurrence in occurrences(rule, facts):
        if touch_id(rule, occurrence, facts) not in decided:
            yield occurrence


def touch_id(rule: Rule, occurrence: Occurrence, facts: Facts) -> str:
    """Return the id of the one touch this occurrence can ever have."""
    return ids.name_of(facts.clinic.id, patient_recipient(facts.patient.id), rule.id, occurrence.id)


def touch_of(rule: Rule, occurrence: Occurrence, facts: Facts, decision: Decision, now: dt.datetime) -> Touch:
    """Return the touch that a decision makes: one to send, or one that keeps why not."""
    kind = decision.kind if isinstance(decision, Send) else rule.send[0]
    touch = Touch(
        clinic=facts.clinic.id,
        recipient=patient_recipient(facts.patient.id),
        purpose=rule.id,
        occurrence=occurrence.id,
        kind=kind,
        created_at=now,
        state=State.SKIPPED if isinstance(decision, Skip) else State.DUE,
        reason=decision.reason if isinstance(decision, Skip) else "",
    )
    about = Subject(
        survey=touch.id if kind is Kind.SURVEY else occurrence.id,
        visit=occurrence.visit,
        episode=occurrence.episode.id if occurrence.episode else None,
        location=occurrence.location or facts.patient.location,
        therapist=occurrence.therapist or facts.patient.therapist,
        rule_version=rule.version,
    )
    return replace(touch, about=about)
