"""Things that happen at the clinic of these tests, as they happen everywhere: by import and by answer."""

import datetime as dt
from io import BytesIO

from prm.core import ids
from prm.patients.csvfile import CsvFile
from tests.examples import riverbend
from tests.sendcore.world import World

CLINIC = "riverbend"
SINCE = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)


def rules_on(world: World, *presets: str) -> None:
    """Switch presets on, by default the one after the evaluation, from the first of the month on."""
    with world.quiet():
        for preset in presets or ("after-evaluation",):
            world.house.rules.switch_on(CLINIC, preset, world.clock.business(), SINCE)


def arrives(world: World, number: str, evaluated_at: dt.datetime) -> str:
    """Import one patient with one evaluation that ended an hour after it began; return the patient's id."""
    patients = (
        f"patient_id,first_name,last_name,email,birth_date\n{number},Maria,Alvarez,{number}@example.com,1984-03-12\n"
    )
    start = evaluated_at.astimezone(riverbend().tz)
    visits = (
        "visit_id,patient_id,start,end,status,kind,location,therapist\n"
        f"v{number},{number},{start:%Y-%m-%d %H:%M},{start + dt.timedelta(hours=1):%Y-%m-%d %H:%M},"
        "completed,evaluation,downtown,mei-lin\n"
    )
    files = [_file("patients.csv", patients), _file("visits.csv", visits)]
    report = world.house.patients.import_files(riverbend(), files)
    assert report.problems == ()
    return ids.name_of(CLINIC, number)


def _file(name: str, text: str) -> CsvFile:
    return CsvFile(name, BytesIO(text.encode()))
