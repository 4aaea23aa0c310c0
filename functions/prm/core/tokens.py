"""Patient links: opaque, 128 bits, hashed at rest."""

import base64
import binascii
import hashlib

from prm.core import ids

LENGTH = 26


def draw() -> str:
    """Return a new token: 26 lower-case base32 characters."""
    return ids.draw(128)


def clean(text: str) -> str | None:
    """Return the token in `text` as it was drawn, or None if it cannot be one.

    Upper case is accepted: the token also stands in reply addresses, where mail systems change case.
    """
    token = text.lower()
    if len(token) != LENGTH or not token.isascii():
        return None
    try:
        base64.b32decode(token.upper() + "=" * 6)
    except binascii.Error:
        return None
    return token


def digest(token: str) -> str:
    """Return what is stored in place of the token (SHA-256, hex)."""
    return hashlib.sha256(token.encode("ascii")).hexdigest()
