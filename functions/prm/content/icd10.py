"""Which part of the body an ICD-10-CM code is about, told by how it begins. `local/icd10.py` makes the table."""

import functools
import json
from pathlib import Path

TABLE = Path(__file__).parent / "tables" / "icd10.json"
_SHORTEST = 3


def region_of(code: str) -> str | None:
    """Return the region of a code, with or without its dot; None for one that is of no single region."""
    plain = code.replace(".", "").strip().upper()
    table = _table()
    return next((table[plain[:end]] for end in range(len(plain), _SHORTEST - 1, -1) if plain[:end] in table), None)


@functools.cache
def _table() -> dict[str, str]:
    table: dict[str, str] = json.loads(TABLE.read_text(encoding="utf-8"))
    return table
