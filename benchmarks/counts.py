"""`counts`: the AWS calls and DynamoDB units of what happens most, measured on the real handlers.

Nothing here is assumed: each figure is of calls that left the handlers, each unit of an item as it stood before and
after. What happens once in a worker's life (asking SES for the rate) or a clinic's (switching a rule on) is left out.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest

from benchmarks.meter import Meter
from benchmarks.stage import Stage, aws, stage
from prm.clinics.model import Alert, Role, StaffMember
from prm.core import ids, record, table
from prm.insights.model import CLINIC as WHOLE
from prm.insights.model import COUNTERS, months_back
from prm.patients.csvfile import CsvFile
from prm.patients.store import PatientRow
from prm.surveys.store import SurveyRow
from tests.examples import maria, riverbend
from tests.fakes import NOON
from tests.sendcore.story import CLINIC, arrives, rules_on

SIZES = (1_000, 20_000)
ASKED_A_MONTH = 300
AIMS = {"message": 16, "answer": 24, "nps_year": 2, "row_unchanged": 0}


def measure() -> dict[str, Any]:
    """Measure everything."""
    with aws() as patch:
        answers = {recipients: one_mail(patch, recipients) for recipients in (1, 5)}
        changed, unchanged = _rows(patch)
        figures: dict[str, Any] = {
            "idle_tick": {str(size): _idle_tick(patch, size) for size in SIZES},
            "wait": _wait(patch),
            "message": answers[1]["message"],
            "page": answers[1]["page"],
            "answer": answers[1]["answer"],
            "answer_five": answers[5]["answer"],
            "alert": answers[1]["alert"],
            "nps_year": _nps_year(patch),
            "row_new": _row_new(patch),
            "row_visit": _row_visit(patch),
            "row_changed": changed,
            "row_unchanged": unchanged,
        }
    figures["aims"] = _aims(figures)
    return figures


@contextmanager
def _counted(here: Stage) -> Iterator[Meter]:
    yield here.metered.fresh()


def _idle_tick(patch: pytest.MonkeyPatch, patients: int) -> dict[str, Any]:
    """Tick once over so many patients of whom none is due before tomorrow."""
    with stage(patch) as here:
        with here.world.quiet(), PatientRow.batch_write() as batch:
            for number in range(patients):
                batch.save(_patient_due_tomorrow(number, here.world.house.settings.shards))
        with _counted(here) as meter:
            here.world.tick()
        return meter.figures() | {"shards_of_all_indexes": len(meter.reads)}


def _patient_due_tomorrow(number: int, shards: int) -> PatientRow:
    patient = maria(id=f"p-{number}", record_number=str(number))
    return PatientRow(
        pk=table.key(CLINIC, patient.id),
        sk="profile",
        doc=record.dump(patient),
        version=1,
        roster=CLINIC,
        due_shard=str(ids.shard_of(patient.id, shards)),
        due_at=NOON + dt.timedelta(days=1, seconds=number),
    )


def _settled(here: Stage) -> None:
    """Run the rule's first pass and a first mail unseen, so that workers are warm and no job is left."""
    with here.world.quiet():
        rules_on(here.world)
        arrives(here.world, "1", NOON - dt.timedelta(hours=5))
        here.world.settle(minutes=1)
        here.world.settle(minutes=1)


def _wait(patch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Decide that a patient's mail must wait: what each fact costs beside the mail it leads to."""
    with stage(patch) as here:
        _settled(here)
        with here.world.quiet():
            arrives(here.world, "2", here.world.clock.business() - dt.timedelta(hours=1, minutes=1))
        return _minute(here).figures()


def one_mail(patch: pytest.MonkeyPatch, recipients: int) -> dict[str, dict[str, Any]]:
    """One mail from decision to delivery, the page behind it, a low answer, and the alerts that follow."""
    with stage(patch) as here:
        world = here.world
        _tell(here, recipients)
        _settled(here)
        with world.quiet():
            arrives(world, "2", NOON - dt.timedelta(hours=5))
        message = _minute(here)
        token = world.tokens()[-1][1]
        with _counted(here) as page:
            world.request("GET", f"/s/{token}/4")
        with _counted(here) as answer:
            world.post_answer(token, 4, "I waited long")
        with _counted(here) as alert:
            world.pump()
        return {
            "message": message.figures(),
            "page": page.figures(),
            "answer": answer.figures(),
            "alert": alert.figures(),
        }


def _tell(here: Stage, recipients: int) -> None:
    """Let so many members of staff get alerts of low answers."""
    staff = tuple(
        StaffMember(f"staff-{n}", f"Nora {n}", f"nora{n}@clinic.example", Role.OWNER, alerts=frozenset(Alert))
        for n in range(recipients)
    )
    with here.world.quiet():
        clinics = here.world.house.clinics
        read = clinics.get(CLINIC)
        clinics.save(replace(read, staff=staff), read.version)


def _minute(here: Stage) -> Meter:
    """Let a minute pass and count what is done in it. The tick itself is left out: it is one for all patients."""
    with here.world.quiet():
        here.world.clock.advance(minutes=1)
        here.world.tick()
    with _counted(here) as meter:
        here.world.pump()
    return meter


def _nps_year(patch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Read a year of a busy clinic: each counter of each month moved, so many surveys asked in each month."""
    with stage(patch) as here:
        house = here.world.house
        span = months_back(NOON, riverbend().tz, 12)
        moves = dict.fromkeys(COUNTERS, 12)
        with here.world.quiet():
            for month in span:
                table.transact([house.insights.store.adding(CLINIC, WHOLE, month, moves)])
            _ask(span)
            house.insights.nps(CLINIC)
        with _counted(here) as meter:
            house.insights.nps(CLINIC)
        answers, asked = Meter(), Meter()
        for read in meter.reads:
            (asked if read.table.startswith("surveys") else answers).reads.append(read)
        answers.requests, asked.requests = len(answers.reads), len(asked.reads)
        return answers.figures() | {"asked": asked.figures() | {"asked_a_month": ASKED_A_MONTH}}


def _ask(span: tuple[str, ...]) -> None:
    with SurveyRow.batch_write() as batch:
        for month in span:
            for number in range(ASKED_A_MONTH):
                key = table.key(CLINIC, ids.name_of(CLINIC, f"{month}{number}"))
                sk = ids.name_of(CLINIC, month)
                asked: dict[str, Any] = {
                    "month": table.key(CLINIC, month),
                    "location": "downtown",
                    "therapist": "mei-lin",
                }
                batch.save(SurveyRow(pk=key, sk=sk, version=0, doc="{}", **asked))


def _rows(patch: pytest.MonkeyPatch) -> tuple[dict[str, Any], dict[str, Any]]:
    """Import one patient's row that changed, then the same row again."""
    with stage(patch) as here:
        with here.world.quiet():
            arrives(here.world, "1", NOON - dt.timedelta(days=3))
            here.world.clock.advance(hours=1)
        found = []
        for _ in range(2):
            with _counted(here) as meter:
                _import(here, "patient_id,first_name,last_name,email\n1,Maria,Alvarez,maria.alvarez@example.com\n")
            found.append(meter.figures())
        return found[0], found[1]


def _row_new(patch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Import a new patient with one visit: two rows."""
    with stage(patch) as here:
        with _counted(here) as meter:
            arrives(here.world, "1", NOON - dt.timedelta(days=3))
        return meter.figures()


def _row_visit(patch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Import one more visit of a patient who is there."""
    with stage(patch) as here:
        with here.world.quiet():
            arrives(here.world, "1", NOON - dt.timedelta(days=3))
            here.world.settle(minutes=1)
        visit = "v2,1,2026-11-24 08:00,2026-11-24 09:00,completed,treatment,downtown,mei-lin"
        with _counted(here) as meter:
            _import(here, f"visit_id,patient_id,start,end,status,kind,location,therapist\n{visit}\n", "visits.csv")
        return meter.figures()


def _import(here: Stage, text: str, name: str = "patients.csv") -> None:
    report = here.world.house.patients.import_files(riverbend(), [CsvFile(name, BytesIO(text.encode()))])
    if report.problems:
        raise ValueError(report.problems)


def _aims(figures: dict[str, Any]) -> dict[str, Any]:
    """Say for each aim what was found."""
    small, large = (figures["idle_tick"][str(size)] for size in SIZES)
    found = {name: figures[name]["read_units" if name == "nps_year" else "write_units"] for name in AIMS}
    aims: dict[str, Any] = {
        name: {"at_most": most, "found": found[name], "met": found[name] <= most} for name, most in AIMS.items()
    }
    per_shard = large["read_units"] / large["shards_of_all_indexes"]
    aims["idle_tick"] = {"equal": small == large, "read_units_per_shard": per_shard}
    aims["idle_tick"]["met"] = small == large and per_shard == 0.5
    aims["answer_one_transaction"] = {"found": figures["answer"]["transactions"]}
    aims["answer_one_transaction"]["met"] = figures["answer"]["transactions"] == 1
    return aims


def lines(figures: dict[str, Any]) -> Iterator[str]:
    """Yield the figures as a table, with every write of a message and of an answer."""
    rows = {f"idle_tick {size}": one for size, one in figures["idle_tick"].items()}
    rows |= {name: one for name, one in figures.items() if name not in {"idle_tick", "aims"}}
    rows["asked of nps_year"] = figures["nps_year"]["asked"]
    yield f"{'':20}{'requests':>9}{'reads':>8}{'writes':>8}{'SQS':>6}{'SES':>6}{'S3':>6}   (of DynamoDB)"
    for name, one in rows.items():
        numbers = f"{one['requests']:9}{one['read_units']:8}{one['write_units']:8}"
        yield f"{name:20}{numbers}{one['sqs']:6}{one['ses']:6}{one['s3']:6}"
    for name in ("message", "answer"):
        yield ""
        yield f"{name}, write by write:"
        yield from map(_line, figures[name]["writes"])
    yield ""
    for name, aim in figures["aims"].items():
        yield f"{'met   ' if aim['met'] else 'MISSED'} {name}: {aim}"


def _line(write: dict[str, Any]) -> str:
    moved = "".join(f" + {units} index {name}" for name, units in write["indexes"].items())
    what = f"{write['operation']} {write['table']}"
    return f"  {what:28}{write['size']:5} bytes  {write['units']}{moved} = {write['total']}"
