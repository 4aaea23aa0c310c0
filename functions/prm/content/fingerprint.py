"""Whether two texts are the same article, told by 64 bits each.

Simhash (Charikar 2002; Manku, Jain and Das Sarma 2007): each run of three words votes on each bit, so a few changed
words turn few bits. Differences of up to `SAME` bits are one article; unrelated texts differ by about 32.
"""

import re
from hashlib import blake2b

_BITS = 64
_RUN = 3
_WORD = re.compile(r"\w+")
SAME = 8
_FIELD = 20
_SPREAD = tuple(
    tuple(sum(1 << (8 * at + bit) * _FIELD for bit in range(8) if byte >> bit & 1) for byte in range(256))
    for at in range(_BITS // 8)
)
"""Each byte of a digest with its bits 20 apart: added up as whole numbers, they count up to a million votes each."""


def fingerprint(text: str) -> str:
    """Return the 16 hexadecimal digits of a text; of one without words, an empty string."""
    words = _WORD.findall(text.casefold())
    if not words:
        return ""
    runs = {" ".join(words[at : at + _RUN]) for at in range(max(1, len(words) - _RUN + 1))}
    votes = sum(sum(_SPREAD[at][byte] for at, byte in enumerate(_digest(run))) for run in runs)
    fields = ((votes >> bit * _FIELD) & (2**_FIELD - 1) for bit in range(_BITS))
    return f"{sum(1 << bit for bit, count in enumerate(fields) if 2 * count > len(runs)):016x}"


def distance(one: str, other: str) -> int:
    """Return how many bits two fingerprints differ by; without one of them, all."""
    if not one or not other:
        return _BITS
    return (int(one, 16) ^ int(other, 16)).bit_count()


def same(one: str, other: str) -> bool:
    """Tell whether two fingerprints are of one article, perhaps of two versions of it."""
    return distance(one, other) <= SAME


def _digest(run: str) -> bytes:
    return blake2b(run.encode("utf-8", "replace"), digest_size=_BITS // 8).digest()
