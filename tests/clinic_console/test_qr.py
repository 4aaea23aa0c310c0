"""The picture that an authenticator scans: all of it, whatever size the page draws it in."""

import re

from clinic_console import qr

KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSW"
"""As long as Cognito's."""


def test_the_picture_shrinks_and_grows_with_its_place_and_is_never_cut_off() -> None:
    svg = str(qr.authenticator(KEY, "nora.ellison@example.com"))
    (head,) = re.findall(r"<svg[^>]*>", svg)
    (side,) = re.findall(r'viewBox="0 0 (\d+) \1"', head)
    (squares,) = re.findall(r"M0 0h(\d+)v\1h-\1z", svg)
    (scale,) = re.findall(r"scale\((\d+)\)", svg)

    assert "width=" not in head
    assert int(side) == int(squares) * int(scale)


def test_a_key_is_drawn_and_stands_nowhere_as_text() -> None:
    svg = str(qr.authenticator(KEY, "nora.ellison@example.com"))

    assert KEY not in svg
    assert svg != str(qr.authenticator(KEY[::-1], "nora.ellison@example.com"))
