"""The example clinic of docs/examples, with visits of these days: rules let old news lie, so fixed dates would age."""

import csv
import datetime as dt
import io
from pathlib import Path

from local.places import REPOSITORY
from prm.core.errors import Conflict

EXAMPLES = REPOSITORY / "docs" / "examples"
FILES = ("clinic.json", "patients.csv", "visits.csv")
DAY = dt.date(2026, 11, 23)
"""The day of the first evaluations in the committed file."""

_FORM = "%m/%d/%Y"
_WEEK, _DAYS = 5, 7
_TIMES = ("starts_at", "ends_at")


def write(folder: Path, today: dt.date) -> dt.date:
    """Write the three files, as of `today`, and return the day of the first evaluations: the last working day before.

    Raises Conflict where one of them is there already: it may have been changed by hand.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if there := [name for name in FILES if (folder / name).exists()]:
        raise Conflict(f"{folder} holds {', '.join(there)} already; name another folder")
    first = working_day_before(today)
    for name in FILES:
        text = (EXAMPLES / name).read_bytes().decode()
        (folder / name).write_bytes((moved(text, first) if name == "visits.csv" else text).encode())
    return first


def working_day_before(day: dt.date) -> dt.date:
    """Return the last Monday to Friday before this day."""
    return day - dt.timedelta(days={0: 3, 6: 2}.get(day.weekday(), 1))


def moved(visits: str, first: dt.date) -> str:
    """Return the visits with each date as many working days from `first` as it is from DAY: none falls on a weekend."""
    rows = csv.DictReader(io.StringIO(visits))
    found = io.StringIO(newline="")
    writer = csv.DictWriter(found, rows.fieldnames or (), lineterminator="\n")
    writer.writeheader()
    writer.writerows(row | {name: _moved(row[name], first) for name in _TIMES} for row in rows)
    return found.getvalue()


def _moved(text: str, first: dt.date) -> str:
    day, clock = text.split(" ", 1)
    date = dt.datetime.strptime(day, _FORM).replace(tzinfo=dt.UTC).date()
    return f"{_on(_number(date) - _number(DAY) + _number(first)):{_FORM}} {clock}"


def _number(day: dt.date) -> int:
    """Count working days since the calendar began, on a Monday."""
    weeks, rest = divmod(day.toordinal() - 1, _DAYS)
    return weeks * _WEEK + rest


def _on(number: int) -> dt.date:
    weeks, rest = divmod(number, _WEEK)
    return dt.date.fromordinal(weeks * _DAYS + rest + 1)
