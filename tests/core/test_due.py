"""The tick finds what is due, and one item's failure stops no other."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from prm.core.due import Line, Schedule
from prm.core.errors import Conflict
from prm.core.table import DueKey
from tests.fakes import NOON, FakeClock


@dataclass
class Shelf:
    """Items of one due index by shard; `broken` ones raise, `rival` ones were done by someone faster."""

    items: dict[int, list[str]]
    broken: set[str] = field(default_factory=set)
    rival: set[str] = field(default_factory=set)
    done: list[str] = field(default_factory=list)
    put_off: list[str] = field(default_factory=list)
    told: list[tuple[str, str, int]] = field(default_factory=list)

    def line(self) -> Line:
        return Line(self._find, self._work, self._put_off)

    def failed(self, line: str, key: DueKey, error: Exception, failures: int) -> None:
        self.told.append((line, type(error).__name__, failures))

    def _find(self, shard: int, _now: dt.datetime, limit: int) -> Iterator[DueKey]:
        yield from [DueKey(item, "", NOON) for item in self.items.get(shard, [])][:limit]

    def _work(self, key: DueKey) -> None:
        if key.pk in self.rival:
            raise Conflict("faster")
        if key.pk in self.broken:
            raise ZeroDivisionError
        self.done.append(key.pk)
        self._remove(key.pk)

    def _put_off(self, key: DueKey, _now: dt.datetime) -> int:
        self.put_off.append(key.pk)
        self._remove(key.pk)
        return 5

    def _remove(self, item: str) -> None:
        for items in self.items.values():
            if item in items:
                items.remove(item)


def schedule(shelf: Shelf, shards: int = 2) -> Schedule:
    return Schedule({"patients": shelf.line()}, shards, FakeClock())


def always() -> bool:
    return True


def test_a_tick_names_each_shard_that_holds_something_and_no_other() -> None:
    assert list(schedule(Shelf({1: ["ann"], 3: ["bob"]}), shards=4).waiting()) == [("patients", 1), ("patients", 3)]


def test_an_idle_tick_names_nothing() -> None:
    assert list(schedule(Shelf({})).waiting()) == []


def test_a_shard_is_worked_through_however_much_it_holds() -> None:
    shelf = Shelf({0: [f"p{number}" for number in range(250)]})
    assert schedule(shelf).drain("patients", 0, always, shelf) == 250
    assert len(shelf.done) == 250


def test_one_failure_is_put_off_and_told_and_stops_nobody() -> None:
    shelf = Shelf({0: ["ann", "bob", "cy"]}, broken={"bob"})
    schedule(shelf).drain("patients", 0, always, shelf)
    assert (shelf.done, shelf.put_off) == (["ann", "cy"], ["bob"])
    assert shelf.told == [("patients", "ZeroDivisionError", 5)]


def test_a_faster_rival_is_no_failure_and_its_item_is_not_looked_at_twice() -> None:
    shelf = Shelf({0: ["ann", "bob"]}, rival={"ann"})
    assert schedule(shelf).drain("patients", 0, always, shelf) == 2
    assert (shelf.done, shelf.told) == (["bob"], [])


def test_a_lost_race_is_noted_as_one() -> None:
    shelf, lost = Shelf({0: ["ann", "bob"]}, rival={"ann"}), list[tuple[str, str]]()
    noting = replace(schedule(shelf), overtaken=lambda line, key: lost.append((line, key.pk)))
    noting.drain("patients", 0, always, shelf)
    assert lost == [("patients", "ann")]
    assert shelf.put_off == []


def test_work_stops_when_time_is_up() -> None:
    shelf = Shelf({0: ["ann", "bob", "cy"]})
    left = iter([True, True, True, False])
    schedule(shelf).drain("patients", 0, lambda: next(left, False), shelf)
    assert shelf.done == ["ann", "bob"]
