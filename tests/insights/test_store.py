"""Where tallies are kept: the store keeps its word in memory and on DynamoDB Local."""

import pytest

from prm.core import table
from prm.core.errors import Conflict
from prm.insights.model import CLINIC, Tally
from prm.insights.store import TallyStore

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
