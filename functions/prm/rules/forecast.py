"""Which emails an import leads to: the rules decide over charts as they would be, and over the time that follows."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from prm.mail.model import Kind, State, Touch, patient_recipient
from prm.mail.stops import names
from prm.patients.episodes import episodes
from prm.patients.model import Chart
from prm.rules.model import Facts, Rule, TriggerKind
from prm.rules.occurrences import occurrences
from prm.rules.plan import plan
from prm.rules.reading import Reader

SPAN = dt.timedelta(days=7)
_LOOKS = 60
"""One patient is looked at no more often than this in the time ahead."""
_STEP = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Coming:
    """An email that would go if nothing else happened; `occurrence` is what the rule acts on."""

    at: dt.datetime
    rule: str
    kind: Kind
    occurrence: str


def forecast(rules: Sequence[Rule], facts: Facts, now: dt.datetime, until: dt.datetime) -> tuple[Coming, ...]:
    """Return the emails that follow from the facts until then if nobody answers, each seeing the ones before it."""
    found: list[Coming] = []
    for _ in range(_LOOKS):
        made = plan(rules, facts, now)
        going = [touch for touch in made.touches if touch.state is State.DUE]
        found += [Coming(now, touch.purpose, touch.kind, touch.occurrence) for touch in going]
        facts = replace(facts, touches=facts.touches + tuple(_gone(touch, now) for touch in made.touches))
        if made.next_due_at is None or made.next_due_at >= until:
            break
        now = max(made.next_due_at, now + _STEP)
    return tuple(found)


def mark(rules: Iterable[Rule]) -> str:
    """Return what tells whether other rules would decide now than then: which are on, in which version."""
    return " ".join(sorted(f"{rule.id}-v{rule.version}" for rule in rules if rule.on))


@dataclass(frozen=True)
class Forecaster:
    """Tells what a changed chart leads to."""

    reader: Reader

    def led_to(
        self, rules: Sequence[Rule], clinic_id: str, before: Chart | None, after: Chart, now: dt.datetime
    ) -> tuple[Coming, ...]:
        """Return the emails of the next days that go if a chart becomes `after`, and would not have gone otherwise."""
        facts = self.reader.charted(clinic_id, after)
        if not any(occurrences(rule, facts) for rule in rules if rule.on and _is_about_visits(rule)):
            return ()
        until = now + SPAN
        if before is None:
            return forecast(rules, self._of_a_stranger(facts, now), now, until)
        facts = self.reader.complete(facts, now)
        as_was = replace(facts, patient=before.patient, episodes=episodes(before.visits))
        anyway = {(one.rule, one.occurrence) for one in forecast(rules, as_was, now, until)}
        return tuple(one for one in forecast(rules, facts, now, until) if (one.rule, one.occurrence) not in anyway)

    def _of_a_stranger(self, facts: Facts, now: dt.datetime) -> Facts:
        """Return what is known of someone who was never here: that mail to their address may be stopped, no more."""
        address = facts.patient.address_on(now.astimezone(facts.clinic.tz).date())
        name = names(patient_recipient(facts.patient.id), address)
        return replace(facts, stopped=self.reader.mail.stops.stopped(facts.clinic.id, name))


def _is_about_visits(rule: Rule) -> bool:
    return rule.when.on in {TriggerKind.VISIT, TriggerKind.NO_VISIT}


def _gone(touch: Touch, now: dt.datetime) -> Touch:
    if touch.state is not State.DUE:
        return touch
    return replace(touch, state=State.DELIVERED, at=now, sent_at=now, delivered_at=now)
