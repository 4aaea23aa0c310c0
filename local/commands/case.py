"""`prm case`: look at one case and close it."""

from typing import TYPE_CHECKING

import click

from local.commands.cases import facts
from local.output import as_json, report
from local.session import connect
from prm.recovery.model import SYSTEM, Case, Outcome

if TYPE_CHECKING:
    from prm.clinics.model import Clinic


@click.group()
def command() -> None:
    """Look at a case and close it."""


@command.command()
@click.argument("clinic")
@click.argument("case")
@as_json
def show(clinic: str, case: str, *, json_: bool) -> None:
    """Show a CASE with all that happened to it."""
    house = connect()
    known = house.clinics.get(clinic)
    found = house.recovery.find(clinic, case)
    notes = [{"at": note.at.isoformat(), "by": note.by, "text": note.text} for note in found.notes]
    report({**facts(found), "notes": notes}, lambda: _told(found, known), json_=json_)


@command.command()
@click.argument("clinic")
@click.argument("case")
@click.option("--outcome", type=click.Choice([one.value for one in Outcome]), required=True, help="How it ended.")
@click.option("--note", default="", help="What was said or done.")
@click.option("--by", default=SYSTEM, help="The staff member who closes it, by id.")
@as_json
def close(clinic: str, case: str, outcome: str, note: str, by: str, *, json_: bool) -> None:  # noqa: PLR0913 - options
    """Close a CASE, named by its number."""
    house = connect()
    house.clinics.get(clinic)
    closed = house.recovery.close(clinic, case, Outcome(outcome), by, note)
    report(facts(closed), lambda: f"Case {closed.id} is closed: {outcome}.", json_=json_)


def _told(case: Case, clinic: "Clinic") -> str:
    names = {one.id: one.name for one in clinic.staff}
    owner = names.get(case.owner or "", "nobody")
    head = f"Case {case.id}: {case.state}, score {case.score}, owner {owner}"
    lines = [
        f"  {note.at.astimezone(clinic.tz):%a %Y-%m-%d %H:%M}  {names.get(note.by, note.by)}: {note.text}"
        for note in case.notes
    ]
    return "\n".join([head, *lines])
