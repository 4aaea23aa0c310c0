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


def masked(text: str) -> str:
    """Return ASCII under chance of its own length, another at each call: how well a page with it shrinks says nothing.

    Pages go out compressed, beside words from outside; equal bytes would tell on the wire what a token begins with.
    """
    pad = ids.chance(len(text))
    return (pad + _crossed(pad, text.encode("ascii"))).hex()


def unmasked(text: str) -> str:
    """Return what `masked` was given; something else, or nothing, for what it never made."""
    try:
        found = bytes.fromhex(text)
    except ValueError:
        return ""
    half = len(found) // 2
    return _crossed(found[:half], found[half:]).decode("latin-1")


def _crossed(one: bytes, other: bytes) -> bytes:
    return bytes(left ^ right for left, right in zip(one, other, strict=False))


def digest(token: str) -> str:
    """Return what is stored in place of the token (SHA-256, hex)."""
    return hashlib.sha256(token.encode("ascii")).hexdigest()
