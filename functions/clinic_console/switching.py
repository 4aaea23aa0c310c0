"""Switching a rule on: first whom it reaches and what they get, then a button that repeats the number."""

import datetime as dt
from dataclasses import dataclass

from chalice import Response

from clinic_console import rule_words
from prm.audit.model import Action
from prm.core import table
from prm.jobs.model import Job
from prm.mail.model import Kind
from prm.patients.model import Patient
from prm.rules import past
from prm.rules import reach as reaching
from prm.rules.model import Rule, TriggerKind
from prm.rules.reach import Reach
from prm.web import framed
from prm.web.filled import Filled
from prm.web.routes import READ, SEND
from prm.web.staff import LEADS, StaffPages, StaffVisit

NAV = "rules"
_FRESH = dt.timedelta(minutes=30)
"""So long a count that took a job may be acted on."""
_CONFLICT = 409


@dataclass(frozen=True)
class Count:
    """Whom the rule reaches: counted, being counted, or (both empty) still to be asked for."""

    reach: Reach | None = None
    is_running: bool = False


def register(pages: StaffPages) -> None:
    """Add the routes."""
    pages.at("/clinic/rules/{rule}/on", READ, LEADS)(ask)
    pages.at("/clinic/rules/{rule}/on", SEND, LEADS)(switched_on)
    pages.at("/clinic/rules/{rule}/count", SEND, LEADS)(counted)
    pages.at("/clinic/rules/{rule}/past", SEND, LEADS)(past_counted)


def ask(visit: StaffVisit, rule: str) -> Response:
    """Show whom the rule would reach now, and ask."""
    bundle = visit.house.rules.bundle(visit.clinic.id, rule)
    if bundle[0].on:
        return visit.go(f"rules/{rule}")
    jobs = _jobs(visit, bundle[0])
    return _show(visit, bundle, _count(visit, bundle[0], jobs), jobs)


def counted(visit: StaffVisit, rule: str) -> Response:
    """Have it counted, where that takes longer than a page."""
    main = visit.house.rules.known(visit.clinic.id, rule)
    table.transact([visit.house.reach.starting(visit.clinic.id, main, visit.now)])
    return visit.go(f"rules/{rule}/on")


def past_counted(visit: StaffVisit, rule: str) -> Response:
    """Have it counted what the rule would have sent over the last weeks."""
    main = visit.house.rules.known(visit.clinic.id, rule)
    table.transact([visit.house.past.starting(visit.clinic.id, main, visit.now)])
    return visit.go(f"rules/{rule}/on")


def switched_on(visit: StaffVisit, rule: str) -> Response:
    """Switch it on, if it still reaches as many as the page said; otherwise show it again as it is now."""
    form = visit.form()
    days = rule_words.chosen_days(visit)
    bundle = visit.house.rules.bundle(visit.clinic.id, rule, days)
    if bundle[0].on:
        return visit.done(f"rules/{rule}", "console_rules.flash_on_already")
    only_new = form.one("do") == "new"
    jobs = _jobs(visit, bundle[0])
    count = Count() if only_new else _count(visit, bundle[0], jobs)
    is_same = form.one("version") == str(bundle[0].version)
    if not is_same or not (only_new or (count.reach and form.one("reached") == str(count.reach.reached))):
        return _show(visit, bundle, _count(visit, bundle[0], jobs) if only_new else count, jobs, changed=True)
    since = visit.now if only_new else None
    visit.house.rules.switch_on_all(visit.clinic.id, bundle, visit.now, since, by=visit.member.id)
    visit.note(Action.SET, what=f"rule {rule} on")
    return _done(visit, bundle[0], count.reach)


def _jobs(visit: StaffVisit, main: Rule) -> dict[str, Job]:
    """Return what counted this rule's reach and its past, where something did, by one request."""
    return visit.house.jobs.some(visit.clinic.id, [reaching.JOB + main.id, past.JOB + main.id])


def _count(visit: StaffVisit, main: Rule, jobs: dict[str, Job]) -> Count:
    """Count while the page waits; for a large clinic return what the job has, if that is fresh."""
    kept, is_done = reaching.counted(reaching.Reach, jobs.get(reaching.JOB + main.id), main)
    if is_done and kept and visit.now - kept.as_of < _FRESH:
        return Count(kept)
    reach = visit.house.reach.count(visit.clinic.id, main, visit.now)
    if reach:
        return Count(reach)
    return Count() if is_done else Count(kept, is_running=True)


def _show(
    visit: StaffVisit, bundle: tuple[Rule, ...], count: Count, jobs: dict[str, Job], *, changed: bool = False
) -> Response:
    main, reach = bundle[0], count.reach
    follow_up = next((one for one in bundle if one.follows == main.id), None)
    wanted = [*(one.patient for one in reach.people), *(one.patient for one in reach.misses)] if reach else []
    people = visit.house.patients.some(visit.clinic.id, wanted) if wanted else {}
    visible = {one.id: one for one in people.values() if visit.sees(one.location)}
    if visible:
        visit.note(Action.LISTED, what=f"rule {main.id}")
    chosen = rule_words.follow_up_days(main, follow_up)
    would, is_past_done = reaching.counted(past.Past, jobs.get(past.JOB + main.id), main)
    answer = visit.page(
        "rules/on.html",
        nav=NAV,
        status=_CONFLICT if changed else 200,
        rule=main,
        said=rule_words.said(visit, (main,)),
        reach=reach,
        is_running=count.is_running,
        reached=reached(visit, main, reach, visible) if reach else [],
        missed=missed(reach, visible) if reach else [],
        listed=_facts(visit, bundle, reach) if reach else [],
        when=_when(visit, reach) if reach else "",
        asks=Kind.SURVEY in main.send,
        form=Filled({"days": str(chosen)}),
        choices=rule_words.follow_up_choices(visit, chosen),
        shown=next((one.patient for one in reach.people if one.patient in visible), "") if reach else "",
        people=visible,
        changed=changed,
        past=would if is_past_done else None,
        is_past_running=not is_past_done,
    )
    return framed.holding(answer)


def reached(visit: StaffVisit, rule: Rule, reach: Reach, people: dict[str, Patient]) -> list[tuple[Patient, str]]:
    """Return those it reaches whom this person may see, each with why."""
    key = {TriggerKind.NO_VISIT: "because_gap", TriggerKind.ANSWER: "because_answer"}.get(rule.when.on, "because_visit")
    return [
        (
            people[one.patient],
            visit.texts(f"console_rules.{key}", day=rule_words.local_day(visit, _happened(rule, one.since))),
        )
        for one in reach.people
        if one.patient in people
    ]


def missed(reach: Reach, people: dict[str, Patient]) -> list[tuple[Patient, str]]:
    """Return those who are left out, each with why."""
    return [(people[one.patient], reason(one.reason)) for one in reach.misses if one.patient in people]


def reason(words: str) -> str:
    """Return a decision's reason as pages say it."""
    return words.partition(": ")[2].replace("mails", "emails") or words.replace("mails", "emails")


def _happened(rule: Rule, since: dt.datetime) -> dt.datetime:
    """A gap begins with the last visit, and is known when it has lasted."""
    return since - rule.when.after if rule.when.on is TriggerKind.NO_VISIT else since


def _facts(visit: StaffVisit, bundle: tuple[Rule, ...], reach: Reach) -> list[tuple[str, str]]:
    texts = visit.texts
    found = [(texts("console_rules.fact_looked"), texts.count("console_rules.fact_looked", reach.looked))]
    if reach.left_out:
        found.append((texts("console_rules.fact_left_out"), _left_out(visit, reach)))
    others = [one.name for one in bundle[1:] if one.follows != bundle[0].id and not one.on]
    if others:
        found.append((texts("console_rules.fact_goes_with"), ", ".join(others)))
    return [*found, (texts("console_rules.fact_stop"), texts("console_rules.fact_stop_why"))]


def _when(visit: StaffVisit, reach: Reach) -> str:
    """Return when the first goes."""
    if reach.first_at is None or reach.first_at <= visit.now:
        return visit.texts("console_rules.at_once")
    return visit.formats.moment(reach.first_at, visit.now)


def _left_out(visit: StaffVisit, reach: Reach) -> str:
    counts = sorted(reach.left_out.items(), key=lambda one: (-one[1], one[0]))
    return ", ".join(
        visit.texts("console_rules.left_out", number=visit.formats.number(number), reason=reason(words))
        for words, number in counts
    )


def _done(visit: StaffVisit, main: Rule, reach: Reach | None) -> Response:
    to = f"rules?on={main.id}"
    if reach is None or not reach.reached or reach.first_at is None:
        return visit.done(to, "console_rules.flash_on", name=main.name)
    key = "console_rules.flash_on_one" if reach.reached == 1 else "console_rules.flash_on_other"
    number = visit.formats.number(reach.reached)
    return visit.done(to, key, name=main.name, number=number, when=_when(visit, reach))
