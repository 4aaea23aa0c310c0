import base64
import datetime as dt
import email
import email.policy
from typing import Any

import pytest

from local.sesv2 import mime
from local.sesv2.mime import BadRequestError


def request(**changes: Any) -> dict[str, Any]:
    """Return a SendEmail request as boto3 writes it."""
    return {
        "FromEmailAddress": '"Riverbend, Physical Therapy" <hello@mail.example>',
        "Destination": {"ToAddresses": ["ann@example.org"]},
        "ReplyToAddresses": ["r-token@reply.example"],
        "ConfigurationSetName": "prm-mail",
        "EmailTags": [{"Name": "clinic", "Value": "c1"}, {"Name": "touch", "Value": "t1"}],
        "Content": {"Simple": simple()},
    } | changes


def simple(**changes: Any) -> dict[str, Any]:
    return {
        "Subject": {"Data": "Cómo fue su visita"},
        "Body": {"Text": {"Data": "Hello"}, "Html": {"Data": "<p>Hello</p>"}},
        "Headers": [{"Name": "Auto-Submitted", "Value": "auto-generated"}],
    } | changes


def build(**changes: Any) -> mime.Outgoing:
    return mime.build(request(**changes), "0100-id", dt.datetime(2026, 11, 24, 15, tzinfo=dt.UTC))


def test_a_simple_mail_carries_both_bodies_and_every_header() -> None:
    message = email.message_from_bytes(build().source, policy=email.policy.default)
    assert message["Subject"] == "Cómo fue su visita"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Reply-To"] == "r-token@reply.example"
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert (plain.get_content().strip(), html.get_content().strip()) == ("Hello", "<p>Hello</p>")


def test_ses_sets_message_id_and_date() -> None:
    raw = b"From: a@example.org\r\nTo: b@example.org\r\nMessage-ID: <mine@x>\r\nDate: never\r\n\r\nhi\r\n"
    message = build(Content={"Raw": {"Data": base64.b64encode(raw).decode()}}).message
    assert message.get_all("Message-ID") == ["<0100-id@email.amazonses.com>"]
    assert message.get_all("Date") == ["Tue, 24 Nov 2026 15:00:00 +0000"]


def test_a_raw_mail_goes_to_whom_it_names() -> None:
    raw = b"From: a@example.org\r\nTo: B <b@example.org>, c@example.org\r\n\r\nhi\r\n"
    outgoing = build(Content={"Raw": {"Data": base64.b64encode(raw).decode()}}, Destination={})
    assert outgoing.recipients == ("b@example.org", "c@example.org")


def test_tags_are_kept_for_the_events() -> None:
    assert build().tags == {"clinic": ["c1"], "touch": ["t1"]}


@pytest.mark.parametrize(
    "changes",
    [
        {"FromEmailAddress": ""},
        {"FromEmailAddress": "a@example.org\r\nBcc: evil@example.org"},
        {"Destination": {"ToAddresses": []}},
        {"Destination": {"ToAddresses": ["zoë@example.org"]}},
        {"Destination": {"ToAddresses": [f"p{number}@example.org" for number in range(51)]}},
        {"EmailTags": [{"Name": "clinic", "Value": "with space"}]},
        {"Content": {}},
        {"Content": {"Raw": {"Data": ""}}},
        {"Content": {"Simple": simple(Body={})}},
        {"Content": {"Simple": simple(Subject={"Data": "one\r\nBcc: evil@example.org"})}},
        {"Content": {"Simple": simple(Headers=[{"Name": "X-A", "Value": "one\r\nX-B: two"}])}},
        {"Content": {"Simple": simple(Headers=[{"Name": "X A", "Value": "one"}])}},
        {"Content": {"Simple": simple(Headers=[{"Name": f"X-{n}", "Value": "one"} for n in range(16)])}},
    ],
)
def test_what_ses_refuses_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(BadRequestError):
        build(**changes)
