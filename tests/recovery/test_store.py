"""Where cases and the inbox are kept: the store keeps its word in memory and on DynamoDB Local."""

import datetime as dt
from dataclasses import replace

import pytest

from prm.core import table
from prm.core.errors import Conflict
from prm.recovery.model import Case, CaseState, InboxItem, InboxKind
from prm.recovery.store import CaseRow, CaseStore, InboxStore
from tests.fakes import NOON

HOUR = dt.timedelta(hours=1)

pytestmark = pytest.mark.usefixtures("both_tables")


@pytest.fixture
def cases() -> CaseStore:
    return CaseStore(shards=2)


def case(name: str = "C1", call_by: dt.datetime = NOON) -> Case:
    return Case(name, "riverbend", "p-maria", "s1", 4, "downtown", "omar", "luis", NOON, call_by, NOON + HOUR)


def saved(cases: CaseStore, one: Case) -> Case:
    table.transact([cases.saving(one, None)])
    return one


def item(name: str = "m1", received_at: dt.datetime = NOON, text: str = "Thank you") -> InboxItem:
    return InboxItem(name, "riverbend", "p-maria", InboxKind.REPLY, text, received_at, name)


def due() -> list[str]:
    return [key.sk for shard in range(2) for key in table.due_keys(CaseRow, shard, NOON + HOUR)]


def test_a_case_is_opened_once(cases: CaseStore) -> None:
    one = saved(cases, case())
    with pytest.raises(Conflict):
        saved(cases, replace(one, score=0))
    assert cases.find("riverbend", "p-maria", "C1") == one


def test_who_read_a_case_before_another_changed_it_changes_nothing(cases: CaseStore) -> None:
    one = saved(cases, case())
    table.transact([cases.saving(replace(one, version=1), 0)])
    with pytest.raises(Conflict):
        table.transact([cases.saving(replace(one, version=1, score=0), 0)])
    assert cases.find("riverbend", "p-maria", "C1") == replace(one, version=1)


def test_the_desk_has_open_cases_by_urgency_and_closed_ones_apart(cases: CaseStore) -> None:
    saved(cases, case("LATER", NOON + HOUR))
    saved(cases, case("SOONER", NOON))
    done = saved(cases, case("DONE"))
    table.transact([cases.saving(replace(done, state=CaseState.CLOSED), 0)])
    assert [name for _, name in cases.list_keys("riverbend", CaseState.OPEN)] == ["SOONER", "LATER"]
    assert list(cases.list_keys("riverbend", CaseState.CLOSED)) == [("p-maria", "DONE")]
    assert list(cases.list_keys("lakeside", CaseState.OPEN)) == []


def test_a_case_is_due_as_long_as_it_may_escalate(cases: CaseStore) -> None:
    one = saved(cases, case())
    assert due() == ["C1"]
    table.transact([cases.saving(replace(one, escalate_at=None), 0)])
    assert due() == []


def test_many_cases_are_read_at_once(cases: CaseStore) -> None:
    names = [f"C{number:03}" for number in range(120)]
    table.transact([cases.saving(case(name), None) for name in names[:60]])
    table.transact([cases.saving(case(name), None) for name in names[60:]])
    found = cases.list_some("riverbend", [("p-maria", name) for name in names])
    assert sorted(one.id for one in found) == names
    assert len(list(cases.list_of("riverbend", "p-maria"))) == 120


def test_the_same_mail_is_one_item() -> None:
    inbox = InboxStore()
    assert [inbox.add(item()), inbox.add(item(text="changed"))] == [True, False]
    assert list(inbox.list_of("riverbend")) == [item()]


def test_the_inbox_is_read_to_its_end_oldest_first() -> None:
    inbox = InboxStore()
    for hours in (3, 1, 2, 0):
        inbox.add(item(f"m{hours}", NOON + hours * HOUR, "x" * 350_000))
    assert [one.id for one in inbox.list_of("riverbend")] == ["m0", "m1", "m2", "m3"]
    assert list(inbox.list_of("lakeside")) == []
