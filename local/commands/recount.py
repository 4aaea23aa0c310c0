"""`prm recount`: do the tallies say what the answers say?"""

from dataclasses import asdict

import click

from local.output import as_json, report
from local.session import connect
from prm.insights.model import Difference


@click.command()
@click.argument("clinic")
@click.option("--fix", is_flag=True, help="Put the tallies right.")
@click.option("--nights", is_flag=True, help="Count again what the last night counted; what came in since shows too.")
@as_json
def command(clinic: str, *, fix: bool, nights: bool, json_: bool) -> None:
    """Count every tally again from the answers and surveys, and list where they differ: nowhere, if all is well."""
    house = connect()
    found = list(house.insights.recount(clinic, fix=fix))
    if nights:
        found += house.summaries.recount(clinic, fix=fix)
    report({"differences": [asdict(one) for one in found]}, lambda: _told(found, fix=fix), json_=json_)


def _told(found: list[Difference], *, fix: bool) -> str:
    if not found:
        return "Every tally agrees with the answers."
    lines = [
        f"{one.month:7} {one.scope:24} {one.counter:4} tallied {one.tallied}, counted {one.counted}" for one in found
    ]
    return "\n".join([*lines, "Put right." if fix else "Put them right with: --fix"])
