"""`prm operator`: what whoever runs the deployment decides about its clinics."""

from pathlib import Path

import click

from local.output import as_json, report
from local.session import connect
from prm.accounts.model import OPERATOR
from prm.clinics.model import Clinic, Terms
from prm.clinics.operating import APPROVED_LIMIT
from prm.core import ids

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


def _done(clinic: Clinic, *, json_: bool) -> None:
    report(_facts(clinic), lambda: _line(clinic), json_=json_)
