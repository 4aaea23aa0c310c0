"""`pages`: what each page of the console asks of DynamoDB, weighs on the wire and takes of CPU, by size of clinic.

Pages come from the routes, so a new one is measured without being named here. Patients of the large clinic are written
straight into the store; each page is opened twice and the second counts, as a warm function answers it. Assets are left
out: they are fetched once, and kept.
"""

import gzip
import time
from collections.abc import Iterator
from typing import Any

from benchmarks.meter import metered
from benchmarks.stage import aws
from prm.core import record, table
from prm.patients import directory
from prm.patients.store import PatientRow
from tests.clinic_console.doors import TABLE, someone
from tests.clinic_console.whole import RIVERBEND, Whole, lived
from tests.cognito import FakeCognito, in_place
from tests.examples import maria
from tests.fakes import FakeClock
from tests.sendcore.wire import tapped

SIZES = (200, 20_000)
MOST_REQUESTS = 6
MOST_BYTES = 40_000
ROUNDS = 5
ALSO = {
    "GET /clinic/patients": ["?search=alvarez", "?care=in_care", "?tag=none-has-this"],
    "GET /clinic/patients/{patient}": ["?show=rules"],
    "GET /clinic/inbox": ["?show=closed"],
    "GET /clinic/home": ["?span=365d"],
}
"""Addresses of a page that cost something else."""
FILES = {"GET /clinic/patients/file"}
"""What is no page, and as large as the clinic."""


def measure() -> dict[str, Any]:
    """Measure every page at every size."""
    figures: dict[str, Any] = {str(size): _at(size) for size in SIZES}
    figures["aims"] = _aims(figures)
    return figures


def _at(size: int) -> dict[str, Any]:
    import boto3

    clock = FakeClock()
    with aws() as patch, in_place(FakeCognito(clock)) as cognito:
        boto3.client("s3").create_bucket(Bucket="records")
        whole = lived(clock, cognito)
        _fill(whole, size)
        with tapped(patch) as wire, metered(wire, patch) as found:
            return {name: _page(whole, found, *where) for name, where in _addresses(whole)}


def _addresses(whole: Whole) -> Iterator[tuple[str, tuple[str, str]]]:
    for name, row in TABLE.items():
        if name.startswith("GET") and row.said == 200 and name not in FILES:
            pattern = name.partition(" ")[2]
            for query in ["", *ALSO.get(name, [])]:
                yield pattern + query, (name, whole.path(pattern, row.names) + query)


def _fill(whole: Whole, size: int) -> None:
    """Add patients until there are so many."""
    now = whole.console.clock.now
    with PatientRow.batch_write() as batch:
        for number in range(size):
            one = maria(id=f"p-{number}", record_number=f"9{number}", last_name=f"Person{number:05}")
            batch.save(
                PatientRow(
                    pk=table.key(RIVERBEND, one.id),
                    sk="profile",
                    doc=record.dump(one),
                    version=1,
                    roster=RIVERBEND,
                    named=directory.sort_key(one),
                    card=record.dump(directory.card_of(one, (), now)),
                )
            )


def _page(whole: Whole, found: Any, name: str, path: str) -> dict[str, Any]:  # noqa: ANN401 - the meter on the wire
    browser = someone(whole, TABLE[name])
    browser.get(path)
    meter = found.fresh()
    answer = browser.get(path)
    counted = meter.figures(listed=False)
    body = answer.body.encode()
    return {
        "status": answer.status,
        "requests": counted["requests"],
        "read_units": counted["read_units"],
        "write_units": counted["write_units"],
        "bytes": len(body),
        "gzip_bytes": len(gzip.compress(body, mtime=0)),
        "cpu_ms": _cpu(browser, path),
    }


def _cpu(browser: Any, path: str) -> float:  # noqa: ANN401 - a browser of the tests
    """Return the least CPU of some rounds, with what the database in memory takes of it."""
    took = []
    for _ in range(ROUNDS):
        start = time.process_time()
        browser.get(path)
        took.append(time.process_time() - start)
    return round(min(took) * 1000, 1)


def _aims(figures: dict[str, Any]) -> dict[str, Any]:
    small, large = (figures[str(size)] for size in SIZES)
    over = {name: one["requests"] for name, one in large.items() if one["requests"] > MOST_REQUESTS}
    heavy = {name: one["bytes"] for name, one in large.items() if one["bytes"] > MOST_BYTES}
    zipped = {name: one["gzip_bytes"] for name, one in large.items() if one["gzip_bytes"] > MOST_BYTES}
    more = {
        name: f"{small[name]['requests']} to {one['requests']}"
        for name, one in large.items()
        if one["requests"] > small[name]["requests"]
    }
    return {
        "at most 6 requests": {"met": not over, "over": over},
        "at most 40 KB as sent": {"met": not heavy, "over": heavy},
        "at most 40 KB compressed": {"met": not zipped, "over": zipped},
        "no more requests in a large clinic": {"met": not more, "over": more},
    }


def lines(figures: dict[str, Any]) -> Iterator[str]:
    """Yield the figures as a table: the small clinic, then the large one."""
    yield f"{'':46}{'requests':>12}{'reads':>12}{'writes':>8}{'bytes':>14}{'gzip':>12}{'CPU ms':>14}"
    small, large = (figures[str(size)] for size in SIZES)
    for name, one in small.items():
        pairs = [(one[part], large[name][part]) for part in ("requests", "read_units", "bytes", "gzip_bytes", "cpu_ms")]
        requests, reads, sent, zipped, cpu = (f"{first:g} {second:g}" for first, second in pairs)
        yield f"{name:46}{requests:>12}{reads:>12}{one['write_units']:>8g}{sent:>14}{zipped:>12}{cpu:>14}"
    yield ""
    for name, aim in figures["aims"].items():
        yield f"{'met   ' if aim['met'] else 'MISSED'} {name}{': ' + str(aim['over']) if aim['over'] else ''}"
