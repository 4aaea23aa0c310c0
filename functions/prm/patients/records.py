"""What the import needs of the place where files are dropped."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol


@dataclass(frozen=True)
class Dropped:
    """A file in the bucket."""

    key: str
    size: int
    at: dt.datetime


class Records(Protocol):
    """The bucket."""

    def list_recent(self, prefix: str, since: dt.datetime) -> Iterator[Dropped]:
        """Yield what was dropped under a prefix since then."""
        ...

    def find(self, key: str) -> Dropped:
        """Return one file's size and age. Raises NotFound."""
        ...

    def open(self, key: str) -> BinaryIO:
        """Return a file's bytes."""
        ...

    def stands(self, key: str, since: dt.datetime) -> bool:
        """Tell whether a report was written there since then."""
        ...

    def put_report(self, key: str, document: bytes) -> None:
        """Keep a report."""
        ...
