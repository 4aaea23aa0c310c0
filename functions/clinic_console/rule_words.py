"""Rules as their pages show them: a sentence, a state, what they did."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from prm.insights.posted import RuleWork
from prm.insights.summary import Summary
from prm.rules.model import Rule, TriggerKind
from prm.rules.sentence import sentence
from prm.web.parts import Entry
from prm.web.staff import StaffVisit

_GROUPS = {
    TriggerKind.VISIT: "surveys",
    TriggerKind.NO_VISIT: "coming_back",
    TriggerKind.ANSWER: "after",
    TriggerKind.NO_ANSWER: "surveys",
}
FOLLOW_UPS = (0, 2, 3, 4, 5, 7, 10, 14)
"""Days a clinic chooses from; the command line takes any."""
_DAY = dt.timedelta(days=1)
_LONG_AGO = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclass(frozen=True)
class Row:
    """A line of the list. Numbers are None before the first night's count."""

    rule: Rule
    said: str
    state: str
    state_words: str
    sent: int | None
    coming: int | None
    last: str


def groups(visit: StaffVisit, stored: Sequence[Rule], summary: Summary | None) -> list[tuple[str, list[Row]]]:
    """Return the rules in their groups; follow-ups stand with the rule they follow."""
    kept = {one.id for one in stored}
    mains = [one for one in stored if one.follows not in kept]
    found: dict[str, list[Row]] = {}
    for rule in sorted(mains, key=lambda one: (not one.on, one.name.casefold())):
        follow_ups = tuple(one for one in stored if one.follows == rule.id)
        found.setdefault(_GROUPS[rule.when.on], []).append(row(visit, rule, follow_ups, summary))
    return [
        (visit.texts(f"console_rules.group_{name}"), found[name])
        for name in dict.fromkeys(_GROUPS.values())
        if name in found
    ]


def row(visit: StaffVisit, rule: Rule, follow_ups: Sequence[Rule], summary: Summary | None) -> Row:
    """Return one rule's line."""
    works = [one for one in (work(summary, each.id) for each in (rule, *follow_ups)) if one]
    own = work(summary, rule.id)
    last = own.last_sent_on if own else None
    state, words = _state(visit, rule, own)
    return Row(
        rule,
        said(visit, (rule, *(one for one in follow_ups if one.on or not rule.on))),
        state,
        words,
        sum(one.sent_month for one in works) if works else None,
        sum(one.coming for one in works) if works else None,
        day(visit, last) if last else "",
    )


def work(summary: Summary | None, rule: str) -> RuleWork | None:
    """Return what the night's count found of a rule, if it knew it."""
    return next((one for one in summary.rules if one.rule == rule), None) if summary else None


def said(visit: StaffVisit, bundle: Sequence[Rule]) -> str:
    """Return what a rule does, with its follow-up."""
    main, follow_up = bundle[0], next((one for one in bundle if one.follows == bundle[0].id), None)
    first = sentence(main, visit.clinic)
    if follow_up is None:
        return first
    return f"{first} {visit.texts('console_rules.once_more', days=days(visit, follow_up.when.after // _DAY))}"


def days(visit: StaffVisit, number: int) -> str:
    """Return "4 days"."""
    return visit.texts.count("console_rules.days", number)


def day(visit: StaffVisit, on: dt.date) -> str:
    """Return "Nov 9", with its year where that is another."""
    month = visit.texts.words("formats.months_short")[on.month - 1]
    key = "console_rules.day" if on.year == visit.today.year else "console_rules.day_year"
    year = {} if on.year == visit.today.year else {"year": on.year}
    return visit.texts(key, month=month, day=on.day, **year).replace(" ", "\u00a0")


def local_day(visit: StaffVisit, at: dt.datetime) -> str:
    """Return the clinic's day of a moment."""
    return day(visit, visit.formats.local(at).date())


def history(visit: StaffVisit, versions: Sequence[Rule], follow_ups: Sequence[Rule]) -> list[Entry]:
    """Return who changed a rule, or when it asks once more, newest first. Both lists are newest first."""
    main = [
        (rule, _entry(visit, rule, f"did_{_change(rule, before)}", _SIGNS[_change(rule, before)]))
        for rule, before in _pairs(versions)
    ]
    moments = {rule.changed_at for rule in versions}
    again = [
        (rule, _entry_again(visit, rule))
        for rule, _ in _pairs(follow_ups)
        if rule.changed_at not in moments  # a follow-up that was switched with its rule is no news
    ]
    found = sorted((*main, *again), key=lambda pair: pair[0].changed_at or _LONG_AGO, reverse=True)
    return [entry for _, entry in found]


def _pairs(versions: Sequence[Rule]) -> Iterator[tuple[Rule, Rule | None]]:
    """Yield each version with the one before it."""
    yield from zip(versions, [*versions[1:], None], strict=False)


def _entry(visit: StaffVisit, rule: Rule, key: str, icon: str, **values: str) -> Entry:
    names = {one.id: one.name for one in visit.clinic.staff}
    nobody = visit.texts("console_rules.by_former" if rule.changed_by else "console_rules.by_operator")
    when = visit.formats.moment(rule.changed_at, visit.now) if rule.changed_at else ""
    return Entry(visit.texts(f"console_rules.{key}", who=names.get(rule.changed_by, nobody), **values), when, icon)


def did(visit: StaffVisit, done: RuleWork, again: RuleWork | None) -> list[tuple[str, str]]:
    """Return what a rule did in the last 30 days, as facts by name; `again` is its follow-up's work."""
    number, texts = visit.formats.number, visit.texts
    given = done.answered_month + (again.answered_month if again else 0)
    answered = [(texts("console_rules.did_answered"), number(given))] if given else []
    skipped = texts("console_rules.did_skipped_why", number=number(done.skipped_month))
    last = day(visit, done.last_sent_on) if done.last_sent_on else texts("console_rules.never_sent")
    usual = rate(visit, done)
    return [
        (texts("console_rules.did_sent"), number(done.sent_month)),
        *([(texts("console_rules.did_again"), number(again.sent_month))] if again else []),
        *answered,
        (texts("console_rules.did_skipped"), skipped if done.skipped_month else number(0)),
        (texts("console_rules.did_last"), last),
        *([(texts("console_rules.did_rate"), texts("console_rules.did_rate_why", number=usual))] if usual else []),
    ]


def rate(visit: StaffVisit, done: RuleWork) -> str:
    """Return how many a rule usually sends a week, "" where that is not known."""
    return visit.formats.number(round(done.per_week)) if done.per_week else ""


def follow_up_days(main: Rule, follow_up: Rule | None) -> int:
    """Return after how many days a rule asks once more, 0 for never."""
    if follow_up is None or (main.on and not follow_up.on):
        return 0
    return follow_up.when.after // _DAY


def follow_up_choices(visit: StaffVisit, chosen: int) -> list[tuple[str, str]]:
    """Return what a clinic chooses from, with what it has."""
    return [
        (str(one), days(visit, one) if one else visit.texts("console_rules.never"))
        for one in sorted({*FOLLOW_UPS, chosen})
    ]


def chosen_days(visit: StaffVisit) -> int | None:
    """Return the days chosen in a form, None for what is none of its choices."""
    text = visit.form().one("days")
    return int(text) if text in {str(number) for number in range(61)} else None


def _entry_again(visit: StaffVisit, rule: Rule) -> Entry:
    if not rule.on:
        return _entry(visit, rule, "did_again_off", "pause")
    return _entry(visit, rule, "did_again_on", "undo", days=days(visit, rule.when.after // _DAY))


_SIGNS = {"on": "check", "off": "pause", "changed": "pen", "made": "plus"}


def _change(rule: Rule, before: Rule | None) -> str:
    if rule.on and not (before and before.on):
        return "on"
    if before and before.on and not rule.on:
        return "off"
    return "changed" if before else "made"


def _state(visit: StaffVisit, rule: Rule, done: RuleWork | None) -> tuple[str, str]:
    if not rule.on:
        since = local_day(visit, rule.changed_at) if rule.changed_at else ""
        return "off", visit.texts("console_rules.off_since", day=since) if since else ""
    if done and done.is_quiet:
        since = day(visit, done.last_sent_on) if done.last_sent_on else ""
        return "quiet", visit.texts("console_rules.quiet_since", day=since) if since else ""
    return "on", ""
