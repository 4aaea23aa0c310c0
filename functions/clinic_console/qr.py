"""The picture an authenticator app scans, drawn on the server: its key goes to nobody else."""

from urllib.parse import quote, urlencode

import segno
from markupsafe import Markup

ISSUER = "Open PRM"


def authenticator(key: str, email: str) -> Markup:
    """Return the QR code (ISO/IEC 18004) of a key, as the Key Uri Format of authenticator apps has it."""
    address = f"otpauth://totp/{quote(f'{ISSUER}:{email}')}?{urlencode({'secret': key, 'issuer': ISSUER})}"
    drawn = segno.make(address, error="m", micro=False)
    svg = drawn.svg_inline(scale=4, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True)
    return Markup(svg)  # noqa: S704  # drawn here, of nothing but squares
