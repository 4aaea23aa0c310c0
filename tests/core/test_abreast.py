import threading

import pytest

from prm.core.abreast import abreast


@pytest.mark.parametrize("at_once", [1, 3])
def test_every_item_is_worked_on_in_order(at_once: int) -> None:
    assert list(abreast(lambda item: item * 2, range(200), at_once)) == [item * 2 for item in range(200)]


def test_as_many_as_asked_for_are_worked_on_side_by_side() -> None:
    meeting = threading.Barrier(4, timeout=10)
    assert len(list(abreast(lambda _: meeting.wait(), range(8), 4))) == 8


def test_one_at_a_time_stays_in_its_own_thread() -> None:
    assert set(abreast(lambda _: threading.get_ident(), range(5), 1)) == {threading.get_ident()}


@pytest.mark.parametrize("at_once", [1, 4])
def test_a_failure_is_passed_on(at_once: int) -> None:
    with pytest.raises(ZeroDivisionError):
        list(abreast(lambda item: 1 // item, [1, 0, 2], at_once))


def test_items_are_taken_as_their_results_are_read() -> None:
    taken: list[int] = []

    def take(item: int) -> int:
        taken.append(item)
        return item

    found = abreast(lambda item: item, map(take, range(1_000_000)), 2)
    assert next(found) == 0
    assert len(taken) < 100
    found.close()
