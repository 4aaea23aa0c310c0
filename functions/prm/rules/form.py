"""A rule as JSON, as a person or the console writes it: strict on the way in, complete on the way out.

Spans of time are written as people say them: "3 hours", "21 days". pydantic is imported with this module alone, which
no function that meets patients does.
"""

import datetime as dt
import re
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationError

from prm.clinics.model import Language
from prm.core.errors import Invalid
from prm.mail.model import Kind
from prm.patients.model import StateOfCare, VisitKind
from prm.rules.model import Condition, Rule, Segment, Trigger, TriggerKind
from prm.rules.sentence import length
from prm.surveys.model import Group

_LONGEST = dt.timedelta(days=731)
_SPAN = re.compile(r"\s*(\d{1,6})\s*(minute|hour|day|week)s?\s*")
_UNITS = {
    "minute": dt.timedelta(minutes=1),
    "hour": dt.timedelta(hours=1),
    "day": dt.timedelta(days=1),
    "week": dt.timedelta(weeks=1),
}


def _read_span(value: object) -> dt.timedelta:
    if isinstance(value, dt.timedelta):
        return value
    found = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError('write a span of time as "3 hours" or "21 days"')
    span = int(found[1]) * _UNITS[found[2]]
    if span > _LONGEST:
        raise ValueError("two years are the longest span")
    return span


def _as_list(value: object) -> object:
    """Take one name for a list of one."""
    return [value] if isinstance(value, str) else value


_IN_OUR_WORDS = {"missing": "is missing", "extra_forbidden": "is nothing that a rule has"}

type _Span = Annotated[dt.timedelta, BeforeValidator(_read_span), PlainSerializer(length)]
type _Count = Annotated[int, Field(ge=0, le=1000)]
type _Set[T] = Annotated[list[T], Field(max_length=100), BeforeValidator(_as_list)]
type _Name = Annotated[str, Field(min_length=1, max_length=100)]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class WhenForm(_Form):
    """The trigger: `{"on": "visit", "nth": 10, "after": "3 hours"}`."""

    on: TriggerKind
    after: _Span = dt.timedelta()
    visit_kind: VisitKind | None = None
    nth: Annotated[int, Field(ge=1, le=1000)] | None = None
    rule: _Name | None = None


class ConditionForm(_Form):
    """One condition: `{"languages": ["es"], "min_age": 61}`."""

    languages: _Set[Language] = []
    locations: _Set[_Name] = []
    therapists: _Set[_Name] = []
    tags: _Set[_Name] = []
    states: _Set[StateOfCare] = []
    groups: _Set[Group] = []
    min_age: _Count | None = None
    max_age: _Count | None = None
    min_visits: _Count | None = None
    max_visits: _Count | None = None


class WhoForm(_Form):
    """The segment: all of these, at least one of those, none of these."""

    all: Annotated[list[ConditionForm], Field(max_length=20)] = []
    any: Annotated[list[ConditionForm], Field(max_length=20)] = []
    none: Annotated[list[ConditionForm], Field(max_length=20)] = []


class RuleForm(_Form):
    """The whole rule. Whether it is on, since when, and its version are not the writer's to say."""

    format: Literal[1] = 1
    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,58}[a-z0-9]$")]
    name: _Name
    send: _Set[Kind]
    when: WhenForm
    who: WhoForm = WhoForm()
    max_age: _Span = dt.timedelta(days=7)


def read(text: str | bytes) -> Rule:
    """Return the rule in a JSON document, off. Raises Invalid with the field and what is wrong with it."""
    try:
        form = RuleForm.model_validate_json(text)
    except ValidationError as err:
        first = err.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        reason = _IN_OUR_WORDS.get(first["type"]) or str(first["msg"]).removeprefix("Value error, ")
        raise Invalid(f"{where or 'the rule'}: {reason}", field=where) from err
    return Rule(
        id=form.id,
        name=form.name,
        send=tuple(form.send),
        when=Trigger(**dict(form.when)),
        who=Segment(
            all=tuple(map(_condition, form.who.all)),
            any=tuple(map(_condition, form.who.any)),
            none=tuple(map(_condition, form.who.none)),
        ),
        max_age=form.max_age,
    )


def write(rule: Rule) -> str:
    """Return the document `read` takes, without what is not the writer's to say."""
    form = RuleForm(
        id=rule.id,
        name=rule.name,
        send=list(rule.send),
        when=WhenForm(
            on=rule.when.on,
            after=rule.when.after,
            visit_kind=rule.when.visit_kind,
            nth=rule.when.nth,
            rule=rule.when.rule,
        ),
        who=WhoForm(
            all=[_form(one) for one in rule.who.all],
            any=[_form(one) for one in rule.who.any],
            none=[_form(one) for one in rule.who.none],
        ),
        max_age=rule.max_age,
    )
    return form.model_dump_json(indent=2, exclude_defaults=True)


def _condition(form: ConditionForm) -> Condition:
    return Condition(
        languages=frozenset(form.languages),
        locations=frozenset(form.locations),
        therapists=frozenset(form.therapists),
        tags=frozenset(form.tags),
        states=frozenset(form.states),
        groups=frozenset(form.groups),
        min_age=form.min_age,
        max_age=form.max_age,
        min_visits=form.min_visits,
        max_visits=form.max_visits,
    )


def _form(one: Condition) -> ConditionForm:
    return ConditionForm(
        languages=sorted(one.languages),
        locations=sorted(one.locations),
        therapists=sorted(one.therapists),
        tags=sorted(one.tags),
        states=sorted(one.states),
        groups=sorted(one.groups),
        min_age=one.min_age,
        max_age=one.max_age,
        min_visits=one.min_visits,
        max_visits=one.max_visits,
    )
