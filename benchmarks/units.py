"""What DynamoDB charges, worked out from the sizes of items, as its developer guide says.

Sizes: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
Reads and writes: .../read-write-operations.html. Indexes: .../GSI.html#GSI.ThroughputConsiderations.Writes
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import Any

type Item = Mapping[str, Mapping[str, Any]]

READ_BLOCK = 4096
WRITE_BLOCK = 1024
NESTED = 3
"""Bytes that a list or map costs by itself; each of its elements costs one more."""


@dataclass(frozen=True)
class Index:
    """A global secondary index: its keys, and what else it holds (None: everything)."""

    name: str
    keys: tuple[str, ...]
    holds: frozenset[str] | None

    def entry(self, item: Item | None) -> Item | None:
        """Return what stands in the index for an item; None where a key is missing, as the index is sparse."""
        if item is None or any(name not in item for name in self.keys):
            return None
        return {name: value for name, value in item.items() if self.holds is None or name in self.holds}


def item_size(item: Item | None) -> int:
    """Return the bytes of an item, names included."""
    return sum(len(name.encode()) + _value_size(value) for name, value in (item or {}).items())


def read_units(size: int, *, consistent: bool) -> float:
    """Return the units of one read; one that finds nothing costs a block."""
    return max(1, ceil(size / READ_BLOCK)) * (1.0 if consistent else 0.5)


def write_units(before: Item | None, after: Item | None) -> int:
    """Return the units of one write to a table: the larger of what was there and what is there now."""
    return max(1, ceil(max(item_size(before), item_size(after)) / WRITE_BLOCK))


def index_units(index: Index, before: Item | None, after: Item | None) -> int:
    """Return the units of what a write changes in one index: a moved key is a removal and a put."""
    old, new = index.entry(before), index.entry(after)
    if old == new:
        return 0
    if old is None or new is None:
        return write_units(old, new)
    if any(old[name] != new[name] for name in index.keys):
        return write_units(old, None) + write_units(None, new)
    return write_units(old, new)


def _value_size(value: Mapping[str, Any]) -> int:
    [(kind, content)] = value.items()
    if kind in {"L", "M"}:
        return _nested_size(content)
    if kind in {"SS", "NS", "BS"}:
        return sum(_value_size({kind[0]: one}) for one in content)
    return _scalar_size(kind, content)


def _nested_size(content: Any) -> int:  # noqa: ANN401 - a list, or a map
    size = sum(map(_value_size, content)) if isinstance(content, list) else item_size(content)
    return NESTED + len(content) + size


def _scalar_size(kind: str, content: Any) -> int:  # noqa: ANN401 - whatever DynamoDB keeps
    if kind == "S":
        return len(content.encode())
    if kind == "B":
        return len(base64.b64decode(content))
    if kind == "N":
        return ceil(len(Decimal(content).normalize().as_tuple().digits) / 2) + 1
    return 1
