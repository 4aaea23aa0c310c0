"""Bringing the demo clinic in: settings, files, rules, then its year. Today is left to the running system."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from local.demo import course, people, play
from local.demo.people import Person
from local.demo.stage import Stage
from prm.clinics import form, hours
from prm.clinics.model import Clinic
from prm.core.errors import Conflict, Invalid
from prm.core.settings import Settings
from prm.patients.csvfile import CsvFile

YEAR = dt.timedelta(days=366)
_MORNING = dt.time(6)
_FROM, _UNTIL = dt.time(11), dt.time(18, 30)
"""Clinic time in which mails due today have become due and may still go."""
_WEEKEND = 5
_STEP = 50
_SURVEY_AFTER = dt.timedelta(hours=3)

type Say = Callable[[str], None]


@dataclass(frozen=True)
class Size:
    """How many patients there are, and how many are played side by side."""

    patients: int = 400
    at_once: int = 8


@dataclass(frozen=True)
class Demo:
    """What was brought in."""

    clinic: Clinic
    everyone: tuple[Person, ...]
    visits: int


FULL = Size()


def clinic() -> Clinic:
    """Return the demo clinic's settings."""
    return form.read((Path(__file__).parent / "clinic.json").read_bytes())


def good_moment(now: dt.datetime) -> dt.datetime:
    """Return `now` if surveys of the day can go out then, else the next moment they can: a working day at eleven."""
    zone = clinic().tz
    local = now.astimezone(zone)
    if local.weekday() < _WEEKEND and _FROM <= local.time() < _UNTIL:
        return now
    day = local.date() if local.time() < _FROM else local.date() + dt.timedelta(days=1)
    while day.weekday() >= _WEEKEND:
        day += dt.timedelta(days=1)
    return hours.at_local(day, _FROM, zone)


def bring(settings: Settings, folder: Path, now: dt.datetime, say: Say, size: Size = FULL) -> Demo:
    """Make the clinic, import its files, and live its year up to this morning; the running system goes on.

    Raises Conflict where the clinic is there already.
    """
    settled = clinic()
    today = now.astimezone(settled.tz).date()
    morning = hours.at_local(today, _MORNING, settled.tz)
    stage = Stage(settings, morning - YEAR, now, size.at_once)
    _create(stage, settled)
    say(f"{settled.name} is here: {len(settled.locations)} locations, {len(settled.therapists)} therapists")
    everyone = people.people(size.patients, today)
    book = course.appointments(everyone, today)
    play.switch_on(stage, settled)
    _import(stage, settled, _written(folder, everyone, book))
    say(f"{len(everyone):,} patients and {len(book):,} visits imported from {folder}")
    for done, _ in enumerate(play.play(stage, settled, _first_due(book, settled), morning), 1):
        if done % _STEP == 0:
            say(f"The year of {done} patients of {len(everyone)} is lived")
    return Demo(settled, tuple(everyone), len(book))


def _first_due(book: list[course.Appointment], settled: Clinic) -> dict[Person, dt.datetime]:
    """Return when a survey after each patient's evaluation is due."""
    found: dict[Person, dt.datetime] = {}
    for one in book:
        if one.happened and one.person not in found:
            ends_at = one.starts_at + dt.timedelta(minutes=one.minutes) + _SURVEY_AFTER
            found[one.person] = hours.at_local(ends_at.date(), ends_at.time(), settled.tz)
    return found


def _create(stage: Stage, settled: Clinic) -> None:
    try:
        stage.clinics.create(settled)
    except Conflict as err:
        raise Conflict(
            "The demo clinic is here already. To have it afresh, stop, delete .local and start again"
        ) from err


def _written(folder: Path, everyone: list[Person], book: list[course.Appointment]) -> tuple[Path, Path]:
    folder.mkdir(parents=True, exist_ok=True)
    found = folder / "patients.csv", folder / "visits.csv"
    with found[0].open("w", encoding="utf-8", newline="") as file:
        people.write(everyone, file)
    with found[1].open("w", encoding="utf-8", newline="") as file:
        course.write(book, file)
    return found


def _import(stage: Stage, settled: Clinic, files: tuple[Path, Path]) -> None:
    with files[0].open("rb") as patients, files[1].open("rb") as visits:
        done = stage.patients.import_files(settled, [CsvFile(files[0].name, patients), CsvFile(files[1].name, visits)])
    if done.problems:
        raise Invalid(f"The demo's own files have problems: {done.problems[0].reason}")
