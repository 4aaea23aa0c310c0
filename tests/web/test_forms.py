"""Reading forms that anyone may send."""

import base64
from typing import Any
from urllib.parse import urlencode

import pytest
from chalice.app import Request
from hypothesis import given
from hypothesis import strategies as st

from prm.core.errors import Invalid
from prm.web import forms
from tests.mailed import FORM
from tests.mailed import request as event


def request(body: str | None, kind: str = FORM, *, coded: bool = False) -> Request:
    """Return what Chalice makes of an event."""
    raw: dict[str, Any] = event("POST", "/s/x", body=body, headers={"Content-Type": kind})
    return Request(raw | {"isBase64Encoded": coded})


def test_a_field_is_read_as_it_was_typed() -> None:
    form = forms.read(request(urlencode({"comment": "a & b = c + d\r\né 🙂"})))
    assert form.one("comment") == "a & b = c + d\r\né 🙂"


def test_a_missing_field_and_an_empty_one_are_both_empty() -> None:
    form = forms.read(request("score="))
    assert (form.one("score"), form.one("comment")) == ("", "")


def test_a_field_that_comes_twice_is_refused_only_when_it_is_wanted() -> None:
    form = forms.read(request("score=9&other=1&other=2"))
    assert form.one("score") == "9"
    with pytest.raises(Invalid) as caught:
        form.one("other")
    assert caught.value.field == "other"


@pytest.mark.parametrize("kind", [f"{FORM}; charset=UTF-8", FORM.upper(), f" {FORM} "])
def test_the_kind_of_form_may_be_written_in_any_way(kind: str) -> None:
    assert forms.read(request("score=9", kind)).one("score") == "9"


@pytest.mark.parametrize("kind", ["", "text/plain", "application/json", "multipart/form-data; boundary=x", "*/*"])
def test_another_kind_is_refused(kind: str) -> None:
    with pytest.raises(Invalid):
        forms.read(request("score=9", kind))


def test_the_longest_comment_fits_and_one_byte_too_many_does_not() -> None:
    longest = urlencode({"score": "10", "comment": "🙂" * 4000})
    assert len(longest) < forms.BODY_LIMIT
    assert forms.read(request("a" * forms.BODY_LIMIT)).one("score") == ""
    with pytest.raises(Invalid):
        forms.read(request("a" * (forms.BODY_LIMIT + 1)))


@pytest.mark.parametrize("text", ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"])
def test_scores_are_read(text: str) -> None:
    assert forms.score(text) == int(text)


@given(st.text().filter(lambda text: text not in {str(number) for number in range(11)}))
def test_nothing_else_is_a_score(text: str) -> None:
    assert forms.score(text) is None


@given(st.dictionaries(st.text(min_size=1), st.text(), max_size=5))
def test_whatever_is_sent_comes_back(fields: dict[str, str]) -> None:
    form = forms.read(request(base64.b64encode(urlencode(fields).encode()).decode(), coded=True))
    assert {name: form.one(name) for name in fields} == fields


@given(st.binary(max_size=300))
def test_no_bytes_crash_it(sent: bytes) -> None:
    coded = base64.b64encode(sent).decode()
    for kind in (FORM, "multipart/form-data; boundary=x"):
        try:
            forms.is_one_click(request(coded, kind, coded=True))
        except Invalid:
            continue
