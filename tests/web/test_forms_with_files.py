"""Forms with a file in them: each byte as it was sent, and nothing that is only half a form."""

from typing import Any

import pytest
from chalice.app import Request
from hypothesis import given
from hypothesis import strategies as st

from prm.core.errors import Invalid
from prm.web import forms
from tests.console import Browser
from tests.mailed import request

BOUNDARY = "----b0undary"
KIND = f"multipart/form-data; boundary={BOUNDARY}"


def part(name: str, data: bytes, filename: str | None = None) -> bytes:
    file = f'; filename="{filename}"' if filename is not None else ""
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode() + data + b"\r\n"


def body(*parts: bytes) -> bytes:
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def read(sent: bytes, kind: str = KIND) -> forms.Form:
    event: dict[str, Any] = {}

    def keep(found: dict[str, Any], _: object) -> dict[str, Any]:
        event.update(found)
        return {"statusCode": 200, "headers": {}, "body": ""}

    Browser(keep).send("/clinic/x", sent, kind)
    return forms.read_with_file(Request({**request("POST", "/clinic/x"), **event}))


@given(st.binary(min_size=1, max_size=2000).filter(lambda data: BOUNDARY.encode() not in data))
def test_a_file_is_what_was_sent_byte_by_byte(data: bytes) -> None:
    assert read(body(part("logo", data, "x.png"))).files["logo"] == data


def test_fields_stand_beside_the_file() -> None:
    form = read(body(part("name", "Zoë".encode()), part("logo", b"1", "x.png"), part("box", b"a"), part("box", b"b")))

    assert (form.one("name"), form.many("box"), form.files) == ("Zoë", ("a", "b"), {"logo": b"1"})


def test_no_file_chosen_is_no_file() -> None:
    assert read(body(part("logo", b"", ""))).files == {}


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        (b"", KIND),
        (b"hello", KIND),
        (body(part("a", b"1")), "multipart/form-data"),
        (body(part("a", b"1")), "multipart/form-data; boundary="),
        (part("a", b"1"), KIND),
        (body(b"--" + BOUNDARY.encode() + b"\r\n\r\nnameless\r\n"), KIND),
        (body(part("logo", b"1", "a"), part("logo", b"2", "b")), KIND),
        (body(*[part("a", b"1")] * 21), KIND),
    ],
    ids=["empty", "words", "no-boundary", "empty-boundary", "cut", "nameless", "twice", "many"],
)
def test_what_is_not_a_whole_form_is_refused(sent: bytes, kind: str) -> None:
    with pytest.raises(Invalid):
        read(sent, kind)


@given(st.binary(max_size=500))
def test_anything_else_is_a_form_or_refused(sent: bytes) -> None:
    try:
        read(b"--" + BOUNDARY.encode() + b"\r\n" + sent)
    except Invalid:
        return
