"""Where tallies are kept: the store keeps its word in memory and on DynamoDB Local."""

import pytest

from benchmarks.units import WRITE_BLOCK, item_size
from prm.core import ids, table
from prm.core.errors import Conflict
from prm.insights.model import CLINIC, COUNTERS, Cut, Tally, scope_of
from prm.insights.store import TallyRow, TallyStore

pytestmark = pytest.mark.usefixtures("both_tables")


@pytest.fixture
def tallies() -> TallyStore:
    return TallyStore()


def counted(tallies: TallyStore, month: str, **change: int) -> None:
    table.transact([tallies.adding("riverbend", CLINIC, month, change)])


def test_answers_add_up(tallies: TallyStore) -> None:
    counted(tallies, "2026-11", p24=1, n9=1)
    counted(tallies, "2026-11", p24=1, n10=1)
    counted(tallies, "2026-11", p24=-1, n9=-1, d24=1, n4=1)
    [tally] = tallies.list_months("riverbend", CLINIC, consistent=True)
    assert tally == Tally(CLINIC, "2026-11", {"p24": 1, "n9": 0, "n10": 1, "d24": 1, "n4": 1})


def test_a_span_of_months_is_read_in_order(tallies: TallyStore) -> None:
    for month in ("2026-12", "2026-10", "2026-11", "2027-01"):
        counted(tallies, month, n9=1)
    months = [tally.month for tally in tallies.list_months("riverbend", CLINIC, ("2026-11", "2026-12", "2027-01"))]
    assert months == ["2026-11", "2026-12", "2027-01"]
    assert list(tallies.list_months("lakeside", CLINIC)) == []


def test_what_was_asked_in_an_old_month_is_kept_beside_its_answers(tallies: TallyStore) -> None:
    counted(tallies, "2026-09", n9=1)
    tallies.keep_asked("riverbend", CLINIC, "2026-09", 12)
    tallies.keep_asked("riverbend", CLINIC, "2026-10", 0)
    assert list(tallies.list_months("riverbend", CLINIC)) == [
        Tally(CLINIC, "2026-09", {"n9": 1}, 12),
        Tally(CLINIC, "2026-10", {}, 0),
    ]


def test_a_tally_that_moved_since_it_was_read_is_not_repaired(tallies: TallyStore) -> None:
    counted(tallies, "2026-11", n9=3)
    [read] = tallies.list_months("riverbend", CLINIC, consistent=True)
    tallies.repair("riverbend", read, {"n9": -1, "n4": 1})
    with pytest.raises(Conflict):
        tallies.repair("riverbend", read, {"n9": -1, "n4": 1})
    [repaired] = tallies.list_months("riverbend", CLINIC, consistent=True)
    assert repaired.counts == {"n9": 2, "n4": 1}


def test_the_last_five_answers_are_known_and_the_last_comes_first(tallies: TallyStore) -> None:
    for number in range(7):
        table.transact([tallies.adding("riverbend", CLINIC, "2026-11", {"p1": 1}, ("maria", f"s{number}"))])
    table.transact([tallies.adding("riverbend", CLINIC, "2026-11", {"p1": -1, "d1": 1})])
    [read] = tallies.list_months("riverbend", CLINIC)
    assert read.newest == tuple(("maria", f"s{number}") for number in (6, 5, 4, 3, 2))


def test_a_busy_month_with_its_newest_answers_stays_under_a_kilobyte(tallies: TallyStore) -> None:
    """A write is charged by the kilobyte, three at each answer: of the clinic, a location and a therapist."""
    scope = scope_of(Cut.THERAPIST, "a-therapist-with-long-id")
    counts = dict.fromkeys(COUNTERS, 999)
    for number in range(5):
        newest = (ids.name_of(f"patient {number}"), ids.name_of(f"survey {number}"))
        table.transact([tallies.adding("a-clinic-with-a-long-id", scope, "2026-11", counts, newest)])
    [item] = TallyRow.query(table.key("a-clinic-with-a-long-id", scope))
    assert item_size(item.serialize()) < WRITE_BLOCK
