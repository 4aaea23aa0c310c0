"""`prm rules CLINIC dry-run RULE`: what a rule would have sent in a month that is over, week by week."""

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

from rich.table import Table

from local.output import report
from local.tables import drawn
from prm.clinics import hours
from prm.clinics.model import Clinic
from prm.core.errors import Invalid
from prm.rules.sentence import sentence

if TYPE_CHECKING:
    from prm.rules.dryrun import DryRun
    from prm.wiring import House

_BAR = 40


def tell(house: "House", clinic: Clinic, name: str, month: dt.datetime | None, *, json_: bool) -> None:
    """Run the rule of that name dry and report; raises NotFound for no rule, Invalid for a month to come."""
    rule = house.rules.bundle(clinic.id, name)[0]
    now = house.clock.business()
    began_at, ended_at = span(clinic, month.date() if month else None, now)
    done = house.rules.dry_run(clinic.id, rule, began_at, ended_at)
    report(_facts(done, began_at.astimezone(clinic.tz)), lambda: _told(done, clinic), json_=json_)


def span(clinic: Clinic, month: dt.date | None, now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """Return a month's beginning and end in clinic time, by default the last one's; the current one ends now."""
    today = now.astimezone(clinic.tz).date()
    first = (month or today.replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    after = (first + dt.timedelta(days=31)).replace(day=1)
    began_at, ended_at = (hours.at_local(day, dt.time(), clinic.tz) for day in (first, after))
    if began_at >= now:
        raise Invalid(f"{first:%B %Y} is still to come: a dry run looks back", field="month")
    return began_at, min(ended_at, now)


def _facts(done: "DryRun", month: dt.datetime) -> dict[str, object]:
    return {
        "rule": done.rule.id,
        "month": f"{month:%Y-%m}",
        "patients": done.patients,
        "sent": [
            {"patient": one.patient, "at": one.at.isoformat(), "kind": one.kind.value}
            for one in sorted(done.sent, key=lambda one: (one.at, one.patient))
        ],
        "waiting": done.waiting,
        "left_out": dict(done.left_out.most_common()),
    }


def _told(done: "DryRun", clinic: Clinic) -> str:
    month = done.began_at.astimezone(clinic.tz)
    mails = "1 mail" if len(done.sent) == 1 else f"{len(done.sent):,} mails"
    lines = [
        sentence(done.rule, clinic),
        f"In {month:%B %Y} it would have sent {mails}; the clinic has {done.patients:,} patients.",
    ]
    if done.sent:
        lines += ["", drawn(_weeks(done, clinic))]
    if done.waiting:
        lines.append(f"{done.waiting} still waited when the time was over")
    lines += [f"{count} left out: {reason}" for reason, count in done.left_out.most_common()]
    return "\n".join(lines)


def _weeks(done: "DryRun", clinic: Clinic) -> Table:
    days = [one.at.astimezone(clinic.tz).date() for one in done.sent]
    mails = Counter(day - dt.timedelta(days=day.weekday()) for day in days)
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("week of")
    table.add_column("mails", justify="right")
    table.add_column("")
    week, most = min(mails), max(mails.values())
    while week <= max(mails):
        table.add_row(f"{week:%b %e}", str(mails[week]), "█" * round(_BAR * mails[week] / most))
        week += dt.timedelta(days=7)
    return table
