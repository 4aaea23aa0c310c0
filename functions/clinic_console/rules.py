"""Rules: who gets what, when; what each did; switching them off, and setting when one asks once more."""

from chalice import Response

from clinic_console import rule_words, switching, trial
from prm.audit.model import Action
from prm.core.errors import Invalid
from prm.mail.model import Kind
from prm.rules.presets import PRESETS
from prm.web import framed
from prm.web.filled import Filled
from prm.web.routes import SEND
from prm.web.staff import LEADS, StaffPages, StaffVisit

NAV = "rules"
_SIGNS = {"after-evaluation": "pen", "sixth-visit": "walk", "after-discharge": "out", "after-answer": "heart"}


def register(pages: StaffPages) -> None:
    """Add the routes."""
    pages.at("/clinic/rules")(rules)
    pages.at("/clinic/rules/{rule}")(show)
    pages.at("/clinic/rules/{rule}/off", SEND, LEADS)(switched_off)
    pages.at("/clinic/rules/{rule}/again", SEND, LEADS)(on_again)
    pages.at("/clinic/rules/{rule}/follow-up", SEND, LEADS)(followed_up)
    switching.register(pages)
    trial.register(pages)


def rules(visit: StaffVisit) -> Response:
    """List the clinic's rules with what they did, and the ready-made ones it does not use yet."""
    stored = visit.house.rules.list_of(visit.clinic.id)
    summary = visit.house.insights.summary(visit.clinic.id)
    used = {one.id for one in stored}
    return visit.page(
        "rules/list.html",
        nav=NAV,
        leads=visit.leads,
        groups=rule_words.groups(visit, stored, summary),
        as_of=summary.as_of if summary else None,
        presets=[(one.rule, rule_words.said(visit, one.rules())) for one in PRESETS if one.id not in used],
        signs=_SIGNS,
        undo=next((name for name in (visit.query("off"), visit.query("on")) if name in used), ""),
        undo_off=bool(visit.query("on")),
    )


def show(visit: StaffVisit, rule: str) -> Response:
    """Show one rule: what it says, since when, what it did, and who changed it."""
    bundle = visit.house.rules.bundle(visit.clinic.id, rule)
    main, follow_up = bundle[0], next((one for one in bundle if one.follows == rule), None)
    summary = visit.house.insights.summary(visit.clinic.id)
    versions = visit.house.rules.history(visit.clinic.id, rule)
    follow_up = follow_up if versions and follow_up and follow_up.changed_at else None if versions else follow_up
    days = rule_words.follow_up_days(main, follow_up)
    work = rule_words.work(summary, rule)
    asked_again = visit.house.rules.history(visit.clinic.id, follow_up.id) if follow_up and follow_up.changed_at else ()
    answer = visit.page(
        "rules/rule.html",
        nav=NAV,
        leads=visit.leads,
        rule=main,
        row=rule_words.row(visit, main, (follow_up,) if follow_up else (), summary),
        work=work,
        did=rule_words.did(visit, work, rule_words.work(summary, follow_up.id) if follow_up else None) if work else [],
        rate=rule_words.rate(visit, work) if work else "",
        asks=Kind.SURVEY in main.send,
        form=Filled({"days": str(days)}),
        choices=rule_words.follow_up_choices(visit, days),
        history=rule_words.history(visit, versions, asked_again),
        is_stored=bool(versions),
        as_of=summary.as_of if summary else None,
    )
    return framed.holding(answer)


def switched_off(visit: StaffVisit, rule: str) -> Response:
    """Switch a rule and its follow-up off; the next page offers to take that back."""
    visit.house.rules.switch_off(visit.clinic.id, rule, visit.now, by=visit.member.id)
    visit.note(Action.SET, what=f"rule {rule} off")
    name = visit.house.rules.get(visit.clinic.id, rule).name
    return visit.done(f"rules?off={rule}", "console_rules.flash_off", name=name)


def on_again(visit: StaffVisit, rule: str) -> Response:
    """Take back that it was switched off: it acts on as if nothing had been."""
    before = visit.house.rules.get(visit.clinic.id, rule)
    visit.house.rules.switch_on(visit.clinic.id, rule, visit.now, before.since, by=visit.member.id)
    visit.note(Action.SET, what=f"rule {rule} on")
    return visit.done(f"rules?on={rule}", "console_rules.flash_again", name=before.name)


def followed_up(visit: StaffVisit, rule: str) -> Response:
    """Set after how many days the rule asks once more."""
    days = rule_words.chosen_days(visit)
    if days is None:
        raise Invalid("Choose one of the days in the list", field="days")
    visit.house.rules.follow_up(visit.clinic.id, rule, days, visit.now, by=visit.member.id)
    visit.note(Action.SET, what=f"follow-up of rule {rule}")
    return visit.done(f"rules/{rule}", "console_rules.flash_follow_up")
