"""What an answer costs: requests counted at the client, units from item sizes by DynamoDB's documented rules."""

import math
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from prm.core import ids, table
from prm.insights.model import COUNTERS
from prm.insights.store import TallyRow
from tests import examples
from tests.answering import Practice, open_practice
from tests.fakes import FakeClock, FakeQueues

KB = 1024
COMMENT = "The exercises help, but I waited twenty minutes each time and nobody told me why. " * 2
UNITS = 24


def size(item: dict[str, dict[str, str]]) -> int:
    """Return an item's size as DynamoDB counts it: names, UTF-8 text, half a byte a digit and one for each number."""
    return sum(len(name) + _value(*next(iter(value.items()))) for name, value in item.items())


def _value(kind: str, value: str) -> int:
    return len(value.encode()) if kind == "S" else math.ceil(len(value) / 2) + 1


@contextmanager
def requests() -> Iterator[Counter[str]]:
    """Count the requests that leave while inside."""
    seen: Counter[str] = Counter()

    def note(model: Any, **_: Any) -> None:
        seen[model.name] += 1

    events = table._shared().client.meta.events
    events.register("before-call.dynamodb", note)
    yield seen
    events.unregister("before-call.dynamodb", note)


def stored(name: str) -> list[dict[str, dict[str, str]]]:
    client: Any = table._shared().client
    items: list[dict[str, dict[str, str]]] = client.scan(TableName=f"test-{name}")["Items"]
    return items


@pytest.fixture
def lifelike(tables: None, clock: FakeClock, queues: FakeQueues) -> Practice:
    """A clinic with one reader of alerts, and ids as long as real ones."""
    staff = tuple(
        replace(one, alerts=one.alerts if one.id == "luis" else frozenset()) for one in examples.riverbend().staff
    )
    return open_practice(examples.riverbend(id="riverbend-physical-therapy", staff=staff), clock, queues)


def test_a_low_answer_with_its_case_and_alert_is_one_transaction(lifelike: Practice) -> None:
    patient = lifelike.knows(ids.name_of("maria"))
    link = lifelike.asks(f"visit-{ids.name_of('v')}", patient, episode=f"from-{ids.name_of('e')}")
    with requests() as seen:
        lifelike.answers(link, 3, COMMENT)
    assert seen == {"GetItem": 2, "TransactWriteItems": 1}


def test_a_low_answer_stays_within_its_write_units(lifelike: Practice) -> None:
    patient = lifelike.knows(ids.name_of("maria"))
    link = lifelike.asks(f"visit-{ids.name_of('v')}", patient, episode=f"from-{ids.name_of('e')}")
    lifelike.answers(link, 3, COMMENT)
    written = {
        "surveys": stored("surveys"),
        "patients": [item for item in stored("patients") if ids.name_of("maria") in item["pk"]["S"]],
        "tallies": stored("tallies"),
        "cases": stored("cases"),
        "touches": stored("touches"),
    }
    assert {name: len(items) for name, items in written.items()} == {
        "surveys": 1,
        "patients": 1,
        "tallies": 3,
        "cases": 1,
        "touches": 1,
    }
    in_transaction = sum(2 * math.ceil(size(item) / KB) for items in written.values() for item in items)
    indexes = {"patient moves in due": 2, "case enters due": 1, "case enters desk": 1, "alert enters due": 1}
    assert in_transaction + sum(indexes.values()) <= UNITS


def test_a_year_of_answers_is_read_in_two_units(lifelike: Practice) -> None:
    """A month item with every counter in use and answers by the thousand."""
    numbers: dict[str, Any] = dict.fromkeys(COUNTERS, 9999)
    full = TallyRow(pk="riverbend-physical-therapy#clinic", sk="2026-11", **numbers)
    biggest = size(full.serialize())
    assert biggest < KB
    assert math.ceil(12 * biggest / (4 * KB)) / 2 <= 2


def test_a_promoters_answer_writes_neither_case_nor_alert(lifelike: Practice) -> None:
    lifelike.answers(lifelike.asks(), 10)
    assert stored("cases") == stored("touches") == []


def test_an_answer_on_hold_writes_its_survey_alone(lifelike: Practice) -> None:
    link = lifelike.asks()
    with requests() as seen:
        lifelike.dwells(link, 3)
    assert seen == {"GetItem": 1, "UpdateItem": 1}


def test_the_same_answer_again_writes_nothing(lifelike: Practice) -> None:
    link = lifelike.asks()
    lifelike.answers(link, 3)
    with requests() as seen:
        lifelike.answers(link, 3)
    assert seen == {"GetItem": 1}
