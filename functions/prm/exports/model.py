"""How far an export has come, and where it lies once it is whole."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Export:
    """One export. Moments are business time; `finished_at` None: it is being written."""

    id: str
    started_at: dt.datetime
    parts: int = 0
    patients: int = 0
    finished_at: dt.datetime | None = None
