"""What every route does with a form that is not ours, with a look, and with a method it does not have."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.clinic_console.doors import SENT, TABLE, knock, odd, someone, watched
from tests.clinic_console.whole import Whole
from tests.console import Browser

FORGED: dict[str, Callable[[Whole, Browser], dict[str, Any]]] = {
    "no token": lambda whole, browser: {"csrf": ""},
    "a wrong token": lambda whole, browser: {"csrf": "a" * len(browser.csrf)},
    "the token of someone else's browser": lambda whole, browser: {"csrf": whole.signed_in("luis").csrf},
    "no origin": lambda whole, browser: from_(browser, ""),
    "a sandbox": lambda whole, browser: from_(browser, "null"),
    "another site": lambda whole, browser: from_(browser, "https://evil.example"),
    "a site whose name begins like ours": lambda whole, browser: from_(
        browser, "https://care.example.org.evil.example"
    ),
    "another port": lambda whole, browser: from_(browser, "https://care.example.org:8443"),
    "no address at all": lambda whole, browser: from_(browser, "https://[care.example.org"),
}


def from_(browser: Browser, origin: str) -> dict[str, Any]:
    browser.origin = origin
    return {}


@pytest.mark.parametrize("how", FORGED)
def test_a_form_that_is_not_from_our_page_is_refused_and_changes_nothing(whole: Whole, how: str) -> None:
    found = {}
    with watched(whole):
        for name, row in SENT.items():
            browser = someone(whole, row)
            found[name] = knock(whole, browser, name, **FORGED[how](whole, browser)).status
    assert odd(found, dict.fromkeys(SENT, 403)) == {}


def test_looking_changes_nothing_but_that_someone_looked(whole: Whole) -> None:
    """Mail scanners and prefetching browsers open what they see."""
    with watched(whole):
        for name, row in TABLE.items():
            if name.startswith("GET"):
                browser = someone(whole, row)
                for method in ("GET", "HEAD"):
                    answer = browser.get(whole.path(name.partition(" ")[2], row.names), method)
                    assert answer.status == row.said, name


def test_a_head_is_answered_like_a_get_without_the_page(whole: Whole) -> None:
    for name, row in TABLE.items():
        if name.startswith("GET"):
            path = whole.path(name.partition(" ")[2], row.names)
            browser = someone(whole, row)
            shown, asked = browser.get(path), browser.get(path, "HEAD")
            assert (asked.status, asked.body) == (shown.status, ""), name


def test_a_method_that_a_page_does_not_have_is_named_as_such(whole: Whole) -> None:
    patterns = {path for _, path in whole.routes()}
    for path in patterns:
        for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
            answer = whole.signed_in("nora").get(whole.path(path), method)
            assert answer.status == 405, (method, path)
            assert answer.headers["Allow"], path


def test_no_answer_may_be_kept_framed_or_run_anything_that_is_not_ours(whole: Whole) -> None:
    for name, row in TABLE.items():
        answer = knock(whole, someone(whole, row), name)
        policy = answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store", name
        assert answer.headers["X-Content-Type-Options"] == "nosniff", name
        assert "default-src 'none'" in policy, name
        assert "unsafe" not in policy or policy.endswith("sandbox"), (
            name
        )  # a letter, which brings its style, in a frame
        assert "script-src 'self';" in policy or "script-src" not in policy, name
        whole.anew()
