"""Rules as their pages show them: a sentence, a state, what they did."""

import datetime as dt
from collections.abc import Iterable, Sequence
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
    last = max((one.last_sent_on for one in works if one.last_sent_on), default=None)
    state, words = _state(visit, rule, work(summary, rule.id))
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


def history(visit: StaffVisit, versions: Iterable[Rule]) -> list[Entry]:
    """Return who changed a rule how, newest first."""
    names = {one.id: one.name for one in visit.clinic.staff}
    newest = list(versions)
    entries = []
    for rule, before in zip(newest, [*newest[1:], None], strict=False):
        who = names.get(rule.changed_by) or visit.texts(
            "console_rules.by_operator" if not rule.changed_by else "console_rules.by_former"
        )
        what = _change(rule, before)
        when = visit.formats.moment(rule.changed_at, visit.now) if rule.changed_at else ""
        entries.append(Entry(visit.texts(f"console_rules.did_{what}", who=who), when, _SIGNS[what]))
    return entries


def did(visit: StaffVisit, done: RuleWork) -> list[tuple[str, str]]:
    """Return what a rule did in the last 30 days, as facts by name."""
    number, texts = visit.formats.number, visit.texts
    answered = [(texts("console_rules.did_answered"), number(done.answered_month))] if done.answered_month else []
    skipped = texts("console_rules.did_skipped_why", number=number(done.skipped_month))
    last = day(visit, done.last_sent_on) if done.last_sent_on else texts("console_rules.never_sent")
    usual = rate(visit, done)
    return [
        (texts("console_rules.did_sent"), number(done.sent_month)),
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
