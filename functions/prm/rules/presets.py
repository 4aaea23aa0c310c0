"""Rules a clinic can switch on as they are: plain data, the same as any rule of its own."""

import datetime as dt
from dataclasses import dataclass, replace

from prm.core.errors import NotFound
from prm.mail.model import Kind
from prm.patients.model import VisitKind
from prm.rules.model import Rule, Trigger, TriggerKind

FOLLOW_UP_DAYS = 4

_HOURS_AFTER_A_VISIT = dt.timedelta(hours=3)

AFTER_ANSWER = Rule(
    id="after-answer",
    name="After an answer",
    send=(Kind.REVIEW_REQUEST, Kind.THANK_YOU),
    when=Trigger(TriggerKind.ANSWER, after=dt.timedelta(hours=1)),
)
"""Goes with every survey: whoever answers hears back once."""


@dataclass(frozen=True)
class Preset:
    """One thing to switch on: a rule, and the rules that go with it."""

    rule: Rule
    follow_up: bool = True

    @property
    def id(self) -> str:
        """What it is switched on by."""
        return self.rule.id

    def rules(self, follow_up_days: int = FOLLOW_UP_DAYS) -> tuple[Rule, ...]:
        """Return all it switches on; no follow-up for 0 days."""
        extra = (follow_up_of(self.rule, follow_up_days),) if self.follow_up and follow_up_days else ()
        return (self.rule, *extra) if self.rule is AFTER_ANSWER else (self.rule, *extra, AFTER_ANSWER)


def follow_up_of(rule: Rule, days: int) -> Rule:
    """Return the rule that asks once more, `days` after the first mail went."""
    return Rule(
        id=f"{rule.id}-follow-up",
        name=f"{rule.name}, once more",
        send=(Kind.FOLLOW_UP,),
        when=Trigger(TriggerKind.NO_ANSWER, after=dt.timedelta(days=days), rule=rule.id),
    )


PRESETS = (
    Preset(
        Rule(
            id="after-evaluation",
            name="After the first evaluation",
            send=(Kind.SURVEY,),
            when=Trigger(TriggerKind.VISIT, after=_HOURS_AFTER_A_VISIT, visit_kind=VisitKind.EVALUATION, nth=1),
        )
    ),
    Preset(
        Rule(
            id="sixth-visit",
            name="At the sixth visit",
            send=(Kind.SURVEY,),
            when=Trigger(TriggerKind.VISIT, after=_HOURS_AFTER_A_VISIT, nth=6),
        )
    ),
    Preset(
        Rule(
            id="after-discharge",
            name="After discharge",
            send=(Kind.SURVEY,),
            when=Trigger(TriggerKind.VISIT, after=_HOURS_AFTER_A_VISIT, visit_kind=VisitKind.DISCHARGE, nth=1),
        )
    ),
    Preset(AFTER_ANSWER, follow_up=False),
)


def preset(name: str) -> Preset:
    """Return the preset of that id. Raises NotFound with the ids there are."""
    for one in PRESETS:
        if one.id == name:
            return one
    raise NotFound(f"There is no preset {name}; there are {', '.join(one.id for one in PRESETS)}")


def switched_on(rule: Rule, since: dt.datetime) -> Rule:
    """Return the rule as it acts from `since` on."""
    return replace(rule, on=True, since=since)
