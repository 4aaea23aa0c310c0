"""`prm example`: a clinic to begin with, and files of patients and visits such as an EMR exports."""

import datetime as dt
from pathlib import Path

import click

from local import example
from local.output import as_json, report
from local.session import named, running
from prm.clinics import form
from prm.core.errors import Unavailable


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@as_json
def command(folder: Path, *, json_: bool) -> None:
    """Write clinic.json, patients.csv and visits.csv to FOLDER, the first evaluations on the last working day.

    They are those of docs/examples, with dates around today: a rule acts on nothing older than a week.
    """
    zone = form.read((example.EXAMPLES / "clinic.json").read_bytes()).tz
    first = example.write(folder, _now().astimezone(zone).date())
    facts = {"files": [str(folder / name) for name in example.FILES], "first_evaluations": first.isoformat()}
    report(facts, lambda: _told(folder, first), json_=json_)


def _now() -> dt.datetime:
    """Return business time where a local run has one of its own, and the machine's otherwise."""
    try:
        return running().clock.now() if named() is None else dt.datetime.now(dt.UTC)
    except Unavailable:
        return dt.datetime.now(dt.UTC)


def _told(folder: Path, first: dt.date) -> str:
    return (
        f"{folder} holds {', '.join(example.FILES)}; the first evaluations were on {first:%A, %B %-d}.\n"
        f"Go on with: prm clinic create {folder / 'clinic.json'}"
    )
