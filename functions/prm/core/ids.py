"""Identifiers and the only source of chance.

What must be the same however often it is made (touches, patients, cases) is a hash of what it stands for; what must
not be guessed (links, attempts) is drawn.
"""

import base64
import hashlib
import hmac
import secrets
import uuid

_SEPARATOR = "\x1f"


def name_of(*parts: str, length: int = 20) -> str:
    """Return a stable, opaque name for these parts: lower-case base32, 5 bits a character.

    Hashes hide what they are made of from a reader, not from someone who can guess the parts: they name, they do not
    protect.
    """
    digest = hashlib.sha256(_bytes(_SEPARATOR.join(parts))).digest()
    # No more is encoded than is shown, in whole groups of 5 bytes: an import makes a name for every row.
    return base64.b32encode(digest[: -(-length // 8) * 5]).decode("ascii").lower()[:length]


def keyed(key: bytes, *parts: str) -> str:
    """Return a name that only the holder of `key` can make (HMAC-SHA-256, 100 bits)."""
    digest = hmac.new(key, _bytes(_SEPARATOR.join(parts)), hashlib.sha256).digest()
    return base64.b32encode(digest).decode("ascii").lower()[:20]


def draw(bits: int = 128) -> str:
    """Return `bits` of chance as lower-case base32, which survives mail systems that fold case."""
    return base64.b32encode(secrets.token_bytes((bits + 7) // 8)).decode("ascii").lower().rstrip("=")


def chance(length: int) -> bytes:
    """Return so many bytes of chance."""
    return secrets.token_bytes(length)


def request_token() -> str:
    """Return a fresh idempotency token for one AWS request and its retries."""
    return str(uuid.uuid4())


def shard_of(text: str, shards: int) -> int:
    """Return which of `shards` this text belongs to; evenly spread, the same for ever."""
    return _number(text) % shards


def fraction_of(text: str) -> float:
    """Return a number in [0, 1) that is the same for the same text: spreads work without chance."""
    return _number(text) / 2**32


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(_bytes(text)).digest()[:4])


def _bytes(text: str) -> bytes:
    """Return UTF-8, whatever the text: JSON and command lines can hold half a character (a lone surrogate)."""
    return text.encode("utf-8", "surrogatepass")


def jitter(seconds: float) -> float:
    """Return a pause between half of `seconds` and `seconds`, so that rivals do not meet again."""
    return seconds * (0.5 + secrets.randbelow(1000) / 2000)
