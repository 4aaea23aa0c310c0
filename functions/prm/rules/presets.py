"""Rules a clinic can switch on as they are: plain data, the same as any rule of its own."""

import datetime as dt
from collections.abc import Iterable, Mapping
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
    """One thing to switch on: a rule, and the follow-up that goes with it."""

    rule: Rule
    follow_up: bool = True

    @property
    def id(self) -> str:
        """What it is switched on by."""
        return self.rule.id

    def rules(self, follow_up_days: int = FOLLOW_UP_DAYS) -> tuple[Rule, ...]:
        """Return the rule and its follow-up; none for 0 days."""
        return (
            (self.rule, follow_up_of(self.rule, follow_up_days)) if self.follow_up and follow_up_days else (self.rule,)
        )


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
    raise NotFound(f"There is no rule or preset {name}; the presets are {', '.join(one.id for one in PRESETS)}")


def bundle(name: str, stored: Mapping[str, Rule], follow_up_days: int | None = None) -> tuple[Rule, ...]:
    """Return what switching on `name` switches on: the rule, its follow-ups, and the thanks with a first survey.

    A clinic's own version of a rule comes before the preset's; `follow_up_days`, where given, before both. Thanks that
    the clinic has and switched off stay off. Raises NotFound.
    """
    own = [rule for rule in stored.values() if name in {rule.id, rule.follows}]
    standard = preset(name).rules() if not any(rule.id == name for rule in own) else _standard(name)
    rules = {rule.id: rule for rule in (*standard, *own)}
    main = rules.pop(name)
    follow_ups = _spaced(rules.values(), follow_up_days)
    asks = Kind.SURVEY in main.send and AFTER_ANSWER.id not in stored
    return (main, *follow_ups, *((AFTER_ANSWER,) if asks else ()))


def _standard(name: str) -> tuple[Rule, ...]:
    return next((one.rules() for one in PRESETS if one.id == name), ())


def _spaced(follow_ups: Iterable[Rule], days: int | None) -> tuple[Rule, ...]:
    if days is None:
        return tuple(follow_ups)
    after = dt.timedelta(days=days)
    return tuple(replace(one, when=replace(one.when, after=after)) for one in follow_ups) if days else ()


def reach_back(rule: Rule, now: dt.datetime) -> dt.datetime:
    """Return since when a rule acts that is switched on now: as far back as it may be late."""
    return now - rule.max_age


def switched_on(rule: Rule, since: dt.datetime) -> Rule:
    """Return the rule as it acts from `since` on."""
    return replace(rule, on=True, since=since)
