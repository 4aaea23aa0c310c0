"""The audit log: the store keeps its word in memory and on DynamoDB Local."""

import datetime as dt
from dataclasses import replace

import pytest

from prm.audit.model import Action, Entry
from prm.audit.service import KEPT
from prm.audit.store import AuditStore
from tests.fakes import NOON

pytestmark = pytest.mark.usefixtures("both_tables")


def entry(hours: int = 0, clinic: str = "riverbend") -> Entry:
    return Entry(clinic, "nora", Action.VIEWED, NOON + dt.timedelta(hours=hours), "p-maria", "case", "203.0.113.7")


def add(*entries: Entry) -> AuditStore:
    log = AuditStore()
    for one in entries:
        log.add(one, one.at + KEPT)
    return log


def test_a_month_is_read_newest_first_and_of_one_clinic() -> None:
    log = add(entry(0), entry(2), entry(1), entry(3, "lakeside"))

    assert [one for _, one in log.list_month("riverbend", "2026-11")] == [entry(2), entry(1), entry(0)]


def test_two_lines_of_the_same_moment_both_stay() -> None:
    assert len(list(add(entry(), entry()).list_month("riverbend", "2026-11"))) == 2


def test_reading_goes_on_before_the_last_line_seen() -> None:
    log = add(entry(0), entry(1), entry(2))
    place, newest = next(iter(log.list_month("riverbend", "2026-11", limit=1)))

    rest = [one for _, one in log.list_month("riverbend", "2026-11", before=place)]

    assert (newest, rest) == (entry(2), [entry(1), entry(0)])


def test_another_month_is_apart() -> None:
    log = add(replace(entry(), at=NOON + dt.timedelta(days=30)))

    assert list(log.list_month("riverbend", "2026-11")) == []
    assert len(list(log.list_month("riverbend", "2026-12"))) == 1
