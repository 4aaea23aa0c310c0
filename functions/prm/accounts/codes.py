"""The digits of a mailed code: made from the touch that carries them, so that they stand in no table and no queue."""

import hashlib
import hmac

LENGTH = 6


def digits(key: bytes, touch: str) -> str:
    """Return the six digits for a touch; only the holder of `key` can work them out."""
    digest = hmac.new(key, touch.encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8]) % 10**LENGTH:0{LENGTH}}"


def matches(key: bytes, touch: str, typed: str) -> bool:
    """Tell whether someone typed the digits; blanks and hyphens are how people group them."""
    clean = "".join(char for char in typed if not char.isspace() and char != "-")
    return hmac.compare_digest(digits(key, touch).encode(), clean.encode("utf-8", "replace"))
