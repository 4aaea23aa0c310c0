"""Style sheet, script and icon."""

import re

from tests.mailed import Mailed


def test_pages_name_assets_that_are_served_for_ever(mail: Mailed) -> None:
    body = mail.get("/s/{token}/9")["body"]
    names = re.findall(r'(?:href|src)="(/assets/[^"]+)"', body)
    assert len(names) == 3
    for name in names:
        served = mail.get(name)
        assert served["statusCode"] == 200
        assert served["headers"]["Cache-Control"] == "public, max-age=31536000, immutable"
        assert served["headers"]["X-Content-Type-Options"] == "nosniff"


def test_a_name_without_its_hash_is_not_served(mail: Mailed) -> None:
    answer = mail.get("/assets/patient.css")
    assert answer["statusCode"] == 404
    assert answer["headers"]["Cache-Control"] == "no-store"


def test_nothing_beside_the_assets_can_be_fetched(mail: Mailed) -> None:
    for name in ("..%2fpage.py", "pico.min.css", "icons", "phone.svg"):
        assert mail.get(f"/assets/{name}")["statusCode"] == 404
