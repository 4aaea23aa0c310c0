"""What every store leans on: transactions, conditions and the due index, in memory and on DynamoDB Local."""

import datetime as dt

import pytest

from prm.core import table
from prm.core.errors import Conflict
from prm.jobs.store import JobRow
from prm.recovery.store import InboxRow
from tests.fakes import NOON

MINUTE = dt.timedelta(minutes=1)

pytestmark = pytest.mark.usefixtures("both_tables")


def item(number: int, doc: str = "") -> InboxRow:
    return InboxRow(pk="riverbend", sk=f"{number:03}", doc=doc)


def stored() -> list[str]:
    return [row.sk for row in InboxRow.query("riverbend", consistent_read=True)]


def job(name: str, due_at: dt.datetime, shard: str = "0") -> JobRow:
    row = JobRow(pk="riverbend", sk=name, due_shard=shard, due_at=due_at, cursor="")
    row.save()
    return row


def due(now: dt.datetime, shard: int = 0, limit: int = 100) -> list[table.DueKey]:
    return list(table.due_keys(JobRow, shard, now, limit))


def test_a_transaction_is_made_as_a_whole_or_not_at_all() -> None:
    item(1).save()
    with pytest.raises(Conflict):
        table.transact([table.put(item(2)), table.put(item(1), table.absent(InboxRow))])
    assert stored() == ["001"]


def test_what_stands_already_is_not_put_over() -> None:
    table.transact([table.put(item(1, "first"), table.absent(InboxRow))])
    with pytest.raises(Conflict):
        table.transact([table.put(item(1, "second"), table.absent(InboxRow))])
    assert InboxRow.get("riverbend", "001").doc == "first"


def test_an_update_on_condition_makes_no_item_of_nothing() -> None:
    with pytest.raises(Conflict):
        table.transact([table.update(item(1), [InboxRow.doc.set("new")], InboxRow.pk.exists())])
    assert stored() == []


def test_a_hundred_writes_fit_into_one_transaction() -> None:
    table.transact([table.put(item(number)) for number in range(100)])
    assert len(stored()) == 100


def test_more_than_a_page_is_read_to_its_end() -> None:
    for number in range(4):
        item(number, "x" * 350_000).save()
    assert stored() == ["000", "001", "002", "003"]


def test_what_is_due_comes_longest_waiting_first() -> None:
    job("second", NOON)
    job("first", NOON - MINUTE)
    job("not-yet", NOON + MINUTE)
    job("elsewhere", NOON, shard="1")
    assert [key.sk for key in due(NOON)] == ["first", "second"]
    assert [key.sk for key in due(NOON, limit=1)] == ["first"]


def test_a_due_key_says_since_when_it_waits() -> None:
    job("late", NOON - MINUTE)
    assert due(NOON) == [table.DueKey("riverbend", "late", NOON - MINUTE)]


def test_what_leaves_the_index_is_due_no_more() -> None:
    row = job("done", NOON)
    table.transact([table.update(row, [JobRow.due_at.remove(), JobRow.due_shard.remove()])])
    assert due(NOON + 1000 * MINUTE) == []


def test_what_fails_is_put_off_longer_each_time_and_six_hours_at_most() -> None:
    job("broken", NOON)
    now, waits = NOON, []
    for failures in range(1, 13):
        [key] = due(now)
        assert table.put_off(JobRow, key, now) == failures
        [key] = due(NOON + dt.timedelta(days=30))
        waits.append(key.due_at - now)
        now = key.due_at
    assert waits[:3] == [2 * MINUTE, 4 * MINUTE, 8 * MINUTE]
    assert max(waits) == waits[-1] == dt.timedelta(hours=6)


def test_what_was_done_or_went_meanwhile_is_not_put_off() -> None:
    row = job("done", NOON)
    [key] = due(NOON)
    row.update([JobRow.due_at.set(NOON + MINUTE)])
    row.delete()
    assert table.put_off(JobRow, key, NOON) == 0
    assert due(NOON + dt.timedelta(days=1)) == []
