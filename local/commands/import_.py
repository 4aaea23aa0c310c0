"""`prm import`: patients and visits from the EMR's files."""

import sys
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path

import click
import msgspec

from local.output import as_json, report
from local.session import connect
from prm.patients.csvfile import CsvFile
from prm.patients.dates import Order
from prm.patients.report import Problem, Report

_SHOWN = 30
_ROWS = 6


@click.command()
@click.argument("clinic")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen, and store nothing.")
@click.option(
    "--date-order",
    type=click.Choice([order.value for order in Order]),
    help="Which comes first in dates such as 11/12/26; the clinic's own setting otherwise.",
)
@as_json
def command(clinic: str, files: tuple[Path, ...], *, dry_run: bool, date_order: str | None, json_: bool) -> None:
    """Bring in CSV files of patients and of visits, in any order.

    docs/importing.md lists the columns. The same file again changes nothing.
    """
    house = connect()
    with ExitStack() as opened:
        done = house.patients.import_files(
            house.clinics.get(clinic),
            [CsvFile(path.name, opened.enter_context(path.open("rb"))) for path in files],
            dry_run=dry_run,
            date_order=Order(date_order) if date_order else None,
        )
    report(msgspec.to_builtins(done), lambda: told(done, dry_run=dry_run), json_=json_)
    if not done.patients.read + done.visits.read:
        for problem in done.problems:
            click.echo(f"{problem.file}: {problem.reason}", err=True)
        sys.exit(1)


def told(done: Report, *, dry_run: bool) -> str:
    """Return the report for a person."""
    lines = [f"{'':10}{'read':>9}{'new':>9}{'changed':>9}{'the same':>10}{'left out':>10}"]
    lines += [
        f"{kind:10}{one.read:>9,}{one.new:>9,}{one.changed:>9,}{one.unchanged:>10,}{one.refused:>10,}"
        for kind, one in done.counts.items()
    ]
    if done.not_reachable:
        lines += [
            "",
            f"Not reachable, for want of an email address: {done.not_reachable:,} of the patients in these files.",
        ]
    if done.problems:
        lines += ["", *_problems(done.problems)]
    if dry_run:
        lines += ["", "Nothing was stored: this was a dry run."]
    return "\n".join(lines)


def _problems(problems: tuple[Problem, ...]) -> list[str]:
    """Put rows with the same reason together."""
    rows: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for one in problems:
        rows[one.file, one.column or "", one.reason].extend([one.row] if one.row else [])
    lines = []
    for (file, column, reason), numbers in list(rows.items())[:_SHOWN]:
        where = f", {column}" if column else ""
        lines.append(f"{file}{where}: {reason}{_numbers(numbers)}")
    more = len(rows) - _SHOWN
    return lines if more <= 0 else [*lines, f"... and {more:,} more; --json lists all"]


def _numbers(rows: list[int]) -> str:
    if not rows:
        return ""
    shown = ", ".join(str(row) for row in rows[:_ROWS])
    more = f" and {len(rows) - _ROWS:,} more" if len(rows) > _ROWS else ""
    return f" (row{'s' if len(rows) > 1 else ''} {shown}{more})"
