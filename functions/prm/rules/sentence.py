"""A rule as one English sentence: who gets what, and when."""

import datetime as dt
from collections.abc import Iterable

from prm.clinics.model import Clinic, Language
from prm.mail.model import Kind
from prm.patients.model import StateOfCare, VisitKind
from prm.rules.model import Condition, Rule, Segment, Trigger, TriggerKind

_DAY = dt.timedelta(days=1)
_HOUR = dt.timedelta(hours=1)
_MINUTE = dt.timedelta(minutes=1)
_TEENS = range(11, 14)

_KINDS = {
    Kind.SURVEY: "a survey",
    Kind.FOLLOW_UP: "the survey once more",
    Kind.REVIEW_REQUEST: "a review request",
    Kind.THANK_YOU: "a thank-you",
}
_VISITS = {
    None: "visit",
    VisitKind.EVALUATION: "evaluation",
    VisitKind.TREATMENT: "treatment",
    VisitKind.DISCHARGE: "discharge visit",
}
_LANGUAGES = {Language.ENGLISH: "English", Language.SPANISH: "Spanish"}
_STATES = {StateOfCare.NEW: "new", StateOfCare.IN_CARE: "in care", StateOfCare.DISCHARGED: "discharged"}


def sentence(rule: Rule, clinic: Clinic | None = None) -> str:
    """Return what the rule does; with a clinic, its locations and therapists by name."""
    what = ", or else ".join(_KINDS.get(kind, str(kind)) for kind in rule.send)
    return f"{_who(rule.who, clinic)} get {what} {_when(rule.when)}."


def length(span: dt.timedelta) -> str:
    """Return a span of time in its largest whole unit: "3 hours", "1 day"."""
    for unit, name in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):
        if span >= unit and span % unit == dt.timedelta():
            count = span // unit
            return f"{count} {name}" if count == 1 else f"{count} {name}s"
    return f"{int(span.total_seconds())} seconds"


def _when(when: Trigger) -> str:
    if when.on is TriggerKind.NO_VISIT:
        return f"{length(when.after)} after the last visit, while nothing is scheduled and care goes on"
    if when.on is TriggerKind.ANSWER:
        return f"{length(when.after)} after an answer, once no case is open"
    if when.on is TriggerKind.NO_ANSWER:
        return f"{length(when.after)} after “{when.rule}” went out and nobody answered"
    start = f"{length(when.after)} after" if when.after else "right after"
    visit = _VISITS[when.visit_kind]
    return f"{start} each {visit}" if when.nth is None else f"{start} the {_ordinal(when.nth)} {visit} of an episode"


def _ordinal(number: int) -> str:
    words = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
    if number <= len(words):
        return words[number - 1]
    ending = "th" if number % 100 in _TEENS else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _who(who: Segment, clinic: Clinic | None) -> str:
    parts = [_condition(one, clinic) for one in who.all]
    if who.any:
        parts.append("(" + " or ".join(_condition(one, clinic) for one in who.any) + ")")
    parts += [f"not ({_condition(one, clinic)})" for one in who.none]
    return f"Patients who are {' and '.join(parts)}" if parts else "All patients"


def _condition(one: Condition, clinic: Clinic | None) -> str:
    places = {place.id: place.name for place in clinic.locations} if clinic else {}
    people = {person.id: person.name for person in clinic.therapists} if clinic else {}
    parts = [
        _listed("speakers of {}", (_LANGUAGES[language] for language in one.languages)),
        _listed("at {}", (places.get(place, place) for place in one.locations)),
        _listed("treated by {}", (people.get(person, person) for person in one.therapists)),
        _listed("tagged {}", one.tags),
        _listed("{}", (_STATES[state] for state in one.states)),
        _listed("{}s", one.groups),
        _span("aged {}", one.min_age, one.max_age),
        _span("with {} visits", one.min_visits, one.max_visits),
    ]
    return " and ".join(part for part in parts if part) or "anyone"


def _listed(form: str, names: Iterable[str]) -> str:
    found = sorted(str(name) for name in names)
    return form.format(" or ".join(found)) if found else ""


def _span(form: str, least: int | None, most: int | None) -> str:
    if least is None and most is None:
        return ""
    if most is None:
        return form.format(f"{least} or more")
    return form.format(f"at most {most}" if least is None else f"{least} to {most}")
