"""Where we stand, and where a form came from."""

import pytest
from chalice.app import Request

from prm.core.errors import Forbidden
from prm.web import origin
from tests.mailed import request

HOST = "abc123.execute-api.us-east-1.amazonaws.com"


@pytest.mark.parametrize(
    ("base_url", "stage", "expected"),
    [
        ("", "prod", "/prod/s/x"),
        ("", "", "/s/x"),
        ("https://care.example", "prod", "/s/x"),
        ("https://care.example/v1", "prod", "/v1/s/x"),
        ("http://localhost:8080", "local", "/s/x"),
    ],
)
def test_links_stay_below_our_base(base_url: str, stage: str, expected: str) -> None:
    event = request("GET", "/s/abc/9", stage=stage)
    assert origin.urls_of(event, base_url).survey("x") == expected


def test_the_base_path_of_a_custom_domain_is_kept() -> None:
    event = request("GET", "/s/abc") | {"path": "/v1/s/abc"}
    event["requestContext"]["path"] = "/v1/s/abc"
    assert origin.urls_of(event, "").stop("x") == "/v1/u/x"


def sent_from(name: str | None, base_url: str = "", host: str = HOST) -> None:
    """Check a form whose Origin header is `name`."""
    headers = {"Host": host} | ({} if name is None else {"Origin": name})
    origin.check(Request(request("POST", "/s/x", headers=headers) | {"body": ""}), base_url)


@pytest.mark.parametrize(
    ("name", "base_url", "host"),
    [
        (None, "", HOST),
        (f"https://{HOST}", "", HOST),
        (f"https://{HOST.upper()}", "", HOST),
        ("https://care.example", "https://care.example/v1", HOST),
        ("http://localhost:8080", "", "localhost:8080"),
    ],
)
def test_our_own_pages_may_send_forms(name: str | None, base_url: str, host: str) -> None:
    sent_from(name, base_url, host)


@pytest.mark.parametrize("name", ["https://evil.example", "null", "", "https://care.example.evil.example", HOST])
def test_other_sites_may_not(name: str) -> None:
    with pytest.raises(Forbidden):
        sent_from(name, "https://care.example")


@pytest.mark.parametrize(
    "name", ["http://[::1", "https://[care.example]", "https://care.example\u2100", "\ud800", "\x00"]
)
def test_what_is_no_address_is_another_site_too(name: str) -> None:
    with pytest.raises(Forbidden):
        sent_from(name, "https://care.example")
