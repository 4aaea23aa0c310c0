"""`prm clinic`: make a clinic, look at it, list them all."""

from pathlib import Path

import click
import msgspec

from local.output import as_json, report
from local.session import connect
from prm.clinics.model import Clinic, StaffMember
from prm.core.errors import Conflict


@click.group()
def command() -> None:
    """Make clinics and look at them."""


@command.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
def create(file: Path, *, json_: bool) -> None:
    """Make a clinic from a JSON file; docs/examples/clinic.json is one."""
    from prm.clinics import form

    clinic = form.read(file.read_bytes())
    try:
        connect().clinics.create(clinic)
    except Conflict as err:
        raise Conflict(f"There is a clinic with the id {clinic.id} already") from err
    for warning in form.warnings(clinic):
        click.echo(f"Warning: {warning}", err=True)
    report({"clinic_id": clinic.id}, lambda: f"{clinic.name} is here. Its id is {clinic.id}.", json_=json_)


@command.command()
@click.argument("clinic")
@as_json
def show(clinic: str, *, json_: bool) -> None:
    """Show a clinic's settings."""
    found = connect().clinics.get(clinic)
    report(msgspec.to_builtins(found, str_keys=True), lambda: _told(found), json_=json_)


@command.command("list")
@as_json
def list_(*, json_: bool) -> None:
    """List all clinics."""
    found = list(connect().clinics.list_all())
    facts = [{"clinic_id": clinic.id, "name": clinic.name} for clinic in found]
    report(facts, lambda: "\n".join(f"{one.id:30}{one.name}" for one in found) or "No clinics yet.", json_=json_)


def _told(clinic: Clinic) -> str:
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    hours = [f"{days[day]} {span.opens:%H:%M}-{span.closes:%H:%M}" for day, span in sorted(clinic.hours.items())]
    lines = [
        f"{clinic.name} ({clinic.id})",
        f"{clinic.postal_address} · {clinic.phone} · {clinic.zone}",
        f"Open: {', '.join(hours) or 'no hours given'}",
        f"Writes in: {', '.join(clinic.languages)}",
        f"Mail goes: {clinic.window.opens:%H:%M}-{clinic.window.closes:%H:%M}",
        f"Not more than: {clinic.caps.mails} mails in {clinic.caps.mails_days} days",
        f"Asks for reviews: {clinic.review_policy}",
        "Locations:",
        *(f"  {one.id:16}{one.name}: {', '.join(s.name for s in one.review_sites)}" for one in clinic.locations),
        "Therapists:",
        *(f"  {one.id:16}{one.name}" for one in clinic.therapists),
        "Staff:",
        *map(_member, clinic.staff),
    ]
    return "\n".join(lines)


def _member(one: StaffMember) -> str:
    places = ", ".join(sorted(one.locations)) or "all locations"
    alerts = ", ".join(sorted(one.alerts)) or "none"
    return f"  {one.id:16}{one.name}, {one.role}, {places}; alerts: {alerts}"
