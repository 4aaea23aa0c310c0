"""`year`: what a clinic's year leaves behind, a mail: the demo's patients lived through by the real services.

The night after it is counted too: what it reads of each patient, with a year's visits, mails and answers by then, and
what of the clinic.

All that is stored is weighed as DynamoDB charges for storage: each item and 100 bytes, each index entry and 100 bytes.
What expires within the year is left out.
"""

import datetime as dt
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.meter import indexes, metered, tables
from benchmarks.stage import aws
from benchmarks.units import item_size
from local.demo import load
from prm import wiring
from prm.core.settings import Settings
from prm.rules.service import RuleService
from tests.conftest import PREFIX
from tests.fakes import FakeClock
from tests.sendcore.wire import Wire

PATIENTS = 60
OVERHEAD = 100
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Storage.html says so of items and index entries."""
_NOW = dt.datetime(2026, 11, 24, 18, tzinfo=dt.UTC)
_EXPIRED = {"hits", "quotas"}
_OF_PATIENTS = {"patients", "touches", "surveys", "cases", "suppressions"}
_SETTINGS = Settings(tables=PREFIX, shards=2, mail_domain="mail.example", reply_domain="reply.example")


def measure() -> dict[str, Any]:
    """Live the year, and weigh what is stored."""
    judged: Counter[str] = Counter()
    with aws() as patch, tempfile.TemporaryDirectory() as folder:
        judge = RuleService.judge

        def counted(self: RuleService, clinic_id: str, patient_id: str) -> None:
            judged[patient_id] += 1
            judge(self, clinic_id, patient_id)

        patch.setattr(RuleService, "judge", counted)
        size = replace(load.FULL, patients=PATIENTS, at_once=1)
        done = load.bring(replace(_SETTINGS, base_url="https://care.example"), Path(folder), _NOW, lambda _: None, size)
        mails = sum("sent_at" in item for item in _items("touches"))
        nights = _night(done.clinic.id, patch)
        kept = {name: _weight(name) for name in sorted(tables()) if name.removeprefix(PREFIX) not in _EXPIRED}
    return {
        "patients": PATIENTS,
        "visits": done.visits,
        "mails": mails,
        "decisions": judged.total(),
        "decisions_a_mail": round(judged.total() / mails, 2),
        "visits_a_mail": round(done.visits / mails, 2),
        "bytes_a_mail": round(sum(one["bytes"] + one["index_bytes"] for one in kept.values()) / mails),
        "table_bytes_a_mail": round(sum(one["bytes"] for one in kept.values()) / mails),
        **{f"night_a_{what}": figures for what, figures in nights.items()},
        "tables": {name.removeprefix(PREFIX): one for name, one in kept.items() if one["items"]},
    }


def lines(figures: dict[str, Any]) -> Iterator[str]:
    """Yield the figures as a table."""
    yield "  ".join(f"{name} {figures[name]}" for name in figures if not isinstance(figures[name], dict))
    for what in ("patient", "clinic"):
        yield f"the nightly count, a {what}: " + ", ".join(
            f"{name} {number:g}" for name, number in figures[f"night_a_{what}"].items() if number
        )
    yield f"{'':14}{'items':>8}{'bytes':>12}{'in indexes':>12}{'an item':>10}"
    for name, one in figures["tables"].items():
        each = one["bytes"] / one["items"] - OVERHEAD
        yield f"{name:14}{one['items']:8,}{one['bytes']:12,}{one['index_bytes']:12,}{each:10.0f}"


def _night(clinic: str, patch: pytest.MonkeyPatch) -> dict[str, dict[str, float]]:
    """Let one night's count pass; return what it does for each patient, and for the clinic whatever its size."""
    house = wiring.House(_SETTINGS, FakeClock(_NOW))
    house.summaries.begin(clinic)
    with metered(Wire(), patch) as found:
        meter = found.fresh()
        house.summaries.work_due(clinic)
    by_patient = [one for one in meter.reads if one.table in _OF_PATIENTS]
    patients = {"requests": len(by_patient), "read_units": sum(one.units for one in by_patient)}
    whole = meter.figures(listed=False)
    rest = {name: whole[name] - patients.get(name, 0) for name in ("requests", "read_units", "write_units")}
    return {"patient": _of({name: number / PATIENTS for name, number in patients.items()}), "clinic": _of(rest)}


def _of(counted: dict[str, float]) -> dict[str, float]:
    return dict.fromkeys(("requests", "read_units", "write_units", "sqs", "ses", "log_bytes"), 0.0) | counted


def _items(table: str) -> list[dict[str, Any]]:
    return [item.to_json()["Attributes"] for item in tables()[PREFIX + table].all_items()]


def _weight(name: str) -> dict[str, int]:
    items = [item.to_json()["Attributes"] for item in tables()[name].all_items()]
    entries = [entry for index in indexes(name) for item in items if (entry := index.entry(item)) is not None]
    return {
        "items": len(items),
        "bytes": sum(item_size(item) + OVERHEAD for item in items),
        "index_bytes": sum(item_size(entry) + OVERHEAD for entry in entries),
    }
