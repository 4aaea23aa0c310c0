"""Two clocks: business time decides who gets what and when, wall time guards leases, sessions and signatures.

They are equal everywhere but in the local run, where a person moves business time forward to see next week's mails.
"""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Where "now" comes from; both answers are aware UTC datetimes."""

    def business(self) -> dt.datetime:
        """Time for due dates, windows, ages, holds, edit limits and link expiry."""
        ...

    def wall(self) -> dt.datetime:
        """Time for leases, TTLs, sessions and signatures."""
        ...

    def ahead(self) -> dt.timedelta:
        """By how much business time runs ahead: what others tell in wall time is kept in business time.

        Two readings of a running clock would differ by a little more, and by another little each time.
        """
        ...


@dataclass(frozen=True)
class SystemClock:
    """The machine's clock; `offset_file`, if any, holds the seconds by which business time runs ahead.

    The file is read at each call: a warm worker must see a moved clock at once.
    """

    offset_file: Path | None = None

    def business(self) -> dt.datetime:
        """Wall time plus the offset."""
        return self.wall() + self.ahead()

    def wall(self) -> dt.datetime:
        """The machine's time."""
        return dt.datetime.now(dt.UTC)

    def ahead(self) -> dt.timedelta:
        """The offset."""
        if self.offset_file is None:
            return dt.timedelta()
        try:
            return dt.timedelta(seconds=int(self.offset_file.read_text(encoding="ascii")))
        except FileNotFoundError:
            return dt.timedelta()
