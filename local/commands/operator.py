"""`prm operator`: what whoever runs the deployment decides about its clinics."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import click

from local.output import as_json, report
from local.session import connect
from prm.accounts.model import OPERATOR
from prm.clinics.model import Clinic, Terms
from prm.clinics.operating import APPROVED_LIMIT
from prm.core import ids
from prm.insights.costs import Costs
from prm.insights.costs import costs as month
from prm.insights.spans import Span
from prm.insights.summary import Summary
from prm.jobs.model import Post

_MOST_TERMS = 100_000


@click.group()
def command() -> None:
    """Approve, cap and suspend clinics; put down the agreement they accept."""


@command.command()
@as_json
def clinics(*, json_: bool) -> None:
    """List all clinics with where they stand."""
    found = list(connect().clinics.list_all())
    report([_facts(one) for one in found], lambda: "\n".join(map(_line, found)) or "No clinics yet.", json_=json_)


@command.command("clinic")
@click.argument("clinic")
@as_json
def one(clinic: str, *, json_: bool) -> None:
    """Show one CLINIC: where it stands, how its mail fares, what its last 30 days cost, and its long work."""
    house = connect()
    known, summary = house.clinics.get(clinic), house.insights.summary(clinic)
    jobs, now = house.jobs.list_of(clinic), house.clock.business()
    facts = _facts(known) | {
        "counted_at": summary.as_of if summary else None,
        "mail_90d": vars(summary.spans[Span.QUARTER].mail) if summary else None,
        "costs_30d": _costs(month(summary)) if summary else None,
        "jobs": [vars(job) | {"stand": job.stand(now)} for job in jobs],
    }
    report(facts, lambda: "\n".join(_clinic_lines(known, summary, jobs, now)), json_=json_)


@command.command()
@as_json
def costs(*, json_: bool) -> None:
    """Say what each clinic's last 30 days cost: what the nightly count found, times what each uses, times AWS's prices.

    Lambda's time, logs, storage, imports and what stands idle are left out: none is known by clinic.
    """
    house = connect()
    clinics = [one.id for one in house.clinics.list_all()]
    found = {clinic: month(summary) for clinic, summary in house.insights.summaries(clinics).items()}
    facts = [{"clinic_id": clinic} | (_costs(found[clinic]) if clinic in found else {}) for clinic in sorted(clinics)]
    report(facts, lambda: "\n".join(_cost_lines(clinics, found)), json_=json_)


@command.command()
@click.argument("clinic")
@click.option("--daily", type=int, default=APPROVED_LIMIT, show_default=True, help="Optional mails a business day.")
@as_json
def approve(clinic: str, daily: int, *, json_: bool) -> None:
    """Let a CLINIC that signed up send more than its first hundred mails a day."""
    _done(connect().operator.approve(clinic, daily), json_=json_)


@command.command()
@click.argument("clinic")
@click.argument("daily", type=int)
@as_json
def cap(clinic: str, daily: int, *, json_: bool) -> None:
    """Set how many optional mails a CLINIC sends a business day."""
    _done(connect().operator.cap(clinic, daily), json_=json_)


@command.command()
@click.argument("clinic")
@as_json
def suspend(clinic: str, *, json_: bool) -> None:
    """Hold back all optional mail of a CLINIC."""
    _done(connect().operator.suspend(clinic), json_=json_)


@command.command()
@click.argument("clinic")
@as_json
def resume(clinic: str, *, json_: bool) -> None:
    """Let a suspended CLINIC's mail go again."""
    _done(connect().operator.resume(clinic), json_=json_)


@command.command()
@click.argument("clinic")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
def close(clinic: str, *, yes: bool, json_: bool) -> None:
    """End a CLINIC's account: nobody signs in any more, nothing is sent."""
    house = connect()
    known = house.clinics.get(clinic)
    if not yes:
        click.confirm(f"Close {known.name}? This cannot be taken back.", abort=True, err=True)
    _done(house.operator.close(clinic), json_=json_)


@command.command()
@click.argument("clinic")
@click.argument("member")
@as_json
def invite(clinic: str, member: str, *, json_: bool) -> None:
    """Mail a MEMBER of a CLINIC's staff an invitation; it also sets sign-in up anew for who lost their phone."""
    house = connect()
    known = house.clinics.fresh(clinic)
    one = known.member(member)
    house.joining.invite(known, one)
    report({"invited": one.id}, lambda: f"{one.name} is invited.", json_=json_)


@command.command()
@click.argument("email")
@as_json
def add(email: str, *, json_: bool) -> None:
    """Make an account of the operator's own for EMAIL, and print its first password, which is replaced at sign-in."""
    house = connect()
    first = ids.draw(100)
    house.joining.cognito.create_with_first_password(email.casefold(), OPERATOR, email.casefold(), first)
    facts = {"email": email, "first_password": first}
    report(facts, lambda: f"{email} signs in at {house.urls.console()} with this password, once: {first}", json_=json_)


@command.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--version", required=True, help="What this text is called, such as 2026-11.")
@as_json
def terms(file: Path, version: str, *, json_: bool) -> None:
    """Put down the business associate agreement that clinics accept when they sign up."""
    text = file.read_text(encoding="utf-8").strip()
    if not text or len(text) > _MOST_TERMS:
        raise click.UsageError("The agreement is empty, or longer than a hundred pages")
    connect().clinics.set_terms(Terms(version, text))
    report({"version": version}, lambda: f"Clinics that sign up accept version {version} from now on.", json_=json_)


def _facts(clinic: Clinic) -> dict[str, object]:
    return {
        "clinic_id": clinic.id,
        "name": clinic.name,
        "state": clinic.state,
        "approved_at": clinic.approved_at.isoformat() if clinic.approved_at else None,
        "daily_limit": clinic.daily_limit,
        "agreement": clinic.agreement.version if clinic.agreement else None,
    }


def _line(clinic: Clinic) -> str:
    approved = "approved" if clinic.approved_at else "not approved"
    return f"{clinic.id:24}{clinic.state:12}{approved:14}{clinic.daily_limit:>7} a day  {clinic.name}"


def _costs(found: Costs) -> dict[str, object]:
    return vars(found) | {"dollars": found.dollars}


def _cost_lines(clinics: Iterable[str], found: Mapping[str, Costs]) -> Iterator[str]:
    yield f"{'last 30 days':24}{'emails':>10}{'answers':>10}{'patients':>10}{'email $':>10}{'all else $':>12}"
    for clinic in sorted(clinics):
        one = found.get(clinic)
        yield f"{clinic:24}" + (_cost_cells(one) if one else "  not counted yet")


def _cost_cells(one: Costs) -> str:
    return f"{one.emails:>10,}{one.answers:>10,}{one.patients:>10,}{one.email:>10.2f}{one.rest:>12.2f}"


def _clinic_lines(clinic: Clinic, summary: Summary | None, jobs: Iterable[Post], now: dt.datetime) -> Iterator[str]:
    yield _line(clinic)
    if summary:
        mail = vars(summary.spans[Span.QUARTER].mail)
        yield f"Mail of 90 days, counted {summary.as_of.isoformat()}: " + ", ".join(f"{n} {w}" for w, n in mail.items())
        yield from _cost_lines([clinic.id], {clinic.id: month(summary)})
    else:
        yield "Not counted yet."
    for job in jobs:
        failed = f", failed {job.failures} times in a row" if job.failures else ""
        begun = f", done up to {job.cursor}" if job.cursor else ""
        due = f", due {job.due_at.isoformat()}" if job.due_at else ""
        yield f"  {job.id:40}{job.stand(now)}{due}{begun}{failed}"


def _done(clinic: Clinic, *, json_: bool) -> None:
    report(_facts(clinic), lambda: _line(clinic), json_=json_)
