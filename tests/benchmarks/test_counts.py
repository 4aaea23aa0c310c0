"""The arithmetic behind the counts: sizes as DynamoDB's guide gives them, units as it charges them."""

import pytest

from benchmarks.units import Index, Item, index_units, item_size, read_units, write_units

DUE = Index("due", ("due_shard", "due_at"), frozenset({"pk", "sk", "due_shard", "due_at"}))


def item(**more: str) -> Item:
    return {name: {"S": value} for name, value in ({"pk": "clinic#p", "sk": "profile"} | more).items()}


def due(at: str) -> Item:
    return item(due_shard="0", due_at=at)


def test_names_and_text_count_in_utf_8() -> None:
    assert item_size({"né": {"S": "ü"}}) == 3 + 2


@pytest.mark.parametrize(("number", "size"), [("0", 2), ("7", 2), ("123", 3), ("1000", 2), ("-12345", 4)])
def test_a_number_takes_half_a_byte_a_digit_and_one_more(number: str, size: int) -> None:
    assert item_size({"": {"N": number}}) == size


def test_lists_and_maps_cost_three_bytes_and_one_an_element() -> None:
    assert item_size({"": {"L": [{"BOOL": True}, {"S": "ab"}]}}) == 3 + 2 + 1 + 2
    assert item_size({"": {"M": {"a": {"NULL": True}}}}) == 3 + 1 + 2


@pytest.mark.parametrize(("size", "strong"), [(0, 1), (4096, 1), (4097, 2)])
def test_reads_are_charged_by_4_kb_and_half_where_they_may_lag(size: int, strong: float) -> None:
    assert read_units(size, consistent=True) == strong
    assert read_units(size, consistent=False) == strong / 2


def test_a_write_is_charged_by_the_larger_of_before_and_after() -> None:
    long = item(doc="x" * 2000)
    assert write_units(None, item()) == 1
    assert write_units(long, item()) == 2
    assert write_units(item(), long) == 2
    assert write_units(None, None) == 1


def test_an_item_that_enters_or_leaves_an_index_costs_one_more() -> None:
    assert index_units(DUE, item(), due("1")) == 1
    assert index_units(DUE, due("1"), item()) == 1
    assert index_units(DUE, None, item()) == 0


def test_a_key_that_moves_costs_a_removal_and_a_put() -> None:
    assert index_units(DUE, due("1"), due("2")) == 2


def test_what_an_index_does_not_hold_costs_nothing_there() -> None:
    assert index_units(DUE, {**due("1"), "doc": {"S": "a"}}, {**due("1"), "doc": {"S": "b"}}) == 0


def test_what_an_index_holds_beside_its_keys_costs_one_when_it_changes() -> None:
    month = Index("month", ("month",), frozenset({"pk", "sk", "month", "location"}))
    assert index_units(month, item(month="1", location="a"), item(month="1", location="b")) == 1
    whole = Index("whole", ("month",), None)
    assert index_units(whole, item(month="1", doc="a"), item(month="1", doc="b")) == 1
