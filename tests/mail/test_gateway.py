"""What goes to SES, and what its answers mean."""

import datetime as dt
from dataclasses import replace
from email.header import decode_header, make_header
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError
from botocore.stub import Stubber

from prm.core.errors import Invalid
from prm.mail.gateway import MailGateway, MaybeSent, NotSent
from prm.mail.model import Letter, TouchKey

KEY = TouchKey("riverbend", "patient:p-maria", "abcdefghij")
LETTER = Letter(
    "maria@example.com",
    'Dr. "Ana" & Söhne',
    "One question",
    "text",
    "<p>x</p>",
    headers=(("Auto-Submitted", "auto-generated"),),
)


@pytest.fixture
def gateway(aws: None) -> MailGateway:
    return MailGateway("mail.example", "reply.example", "prm")


def test_one_call_carries_both_parts_tags_and_a_reply_address(gateway: MailGateway) -> None:
    with Stubber(gateway._client) as stub:
        stub.add_response("send_email", {"MessageId": "m1"})
        assert gateway.send(LETTER, KEY, "t" * 26) == "m1"
    request = gateway._request(LETTER, KEY, "t" * 26)
    assert request["ReplyToAddresses"] == ["r-" + "t" * 26 + "@reply.example"]
    assert {tag["Name"]: tag["Value"] for tag in request["EmailTags"]} == {"clinic": KEY.clinic, "touch": KEY.tag}
    assert request["FromEmailAddress"].isascii()
    assert request["FromEmailAddress"].endswith("<care@mail.example>")


@pytest.mark.parametrize(
    ("code", "status", "throttled", "permanent"),
    [
        ("TooManyRequestsException", 429, True, False),
        ("MessageRejected", 400, False, True),
        ("BadRequestException", 400, False, True),
        ("AccessDeniedException", 403, False, False),
        ("SendingPausedException", 400, False, False),
    ],
)
def test_a_refusal_certainly_sent_nothing(
    gateway: MailGateway, code: str, status: int, *, throttled: bool, permanent: bool
) -> None:
    with Stubber(gateway._client) as stub, pytest.raises(NotSent) as caught:
        stub.add_client_error("send_email", code, http_status_code=status)
        gateway.send(LETTER, KEY, None)
    assert (caught.value.throttled, caught.value.permanent) == (throttled, permanent)


def test_a_failure_of_the_service_may_have_sent_it(gateway: MailGateway) -> None:
    with Stubber(gateway._client) as stub, pytest.raises(MaybeSent):
        stub.add_client_error("send_email", "InternalFailure", http_status_code=500)
        gateway.send(LETTER, KEY, None)


@pytest.mark.parametrize(
    ("error", "expected"),
    [(ReadTimeoutError(endpoint_url="x"), MaybeSent), (ConnectTimeoutError(endpoint_url="x"), NotSent)],
)
def test_a_time_out_asks_when_it_happened(
    gateway: MailGateway, monkeypatch: pytest.MonkeyPatch, error: Exception, expected: type[Exception]
) -> None:
    calls: list[dt.datetime] = []

    def fail(**_: Any) -> None:
        calls.append(dt.datetime.now(dt.UTC))
        raise error

    monkeypatch.setattr(gateway._client, "send_email", fail)
    with pytest.raises(expected):
        gateway.send(LETTER, KEY, None)
    assert len(calls) == 1


def test_the_sdk_does_not_try_again_by_itself(gateway: MailGateway) -> None:
    assert gateway._client.meta.config.retries["total_max_attempts"] == 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("address", ["maria@patients.open-prm.example", "Maria@Patients.Open-PRM.Example"])
def test_nothing_goes_to_an_example_patient_whoever_orders_it(gateway: MailGateway, address: str) -> None:
    with Stubber(gateway._client), pytest.raises(NotSent, match="example") as found:
        gateway.send(replace(LETTER, to=address), KEY, None)
    assert found.value.permanent


@pytest.mark.parametrize("hostile", ["One\r\nBcc: all@example.com", "One\nX", "One\x00"])
def test_a_line_break_never_reaches_a_header(gateway: MailGateway, hostile: str) -> None:
    for letter in (
        Letter("a@example.com", hostile, "One", "t", "h"),
        Letter("a@example.com", "One", hostile, "t", "h"),
        Letter("a@example.com", "One", "Two", "t", "h", headers=(("X-Test", hostile),)),
    ):
        with pytest.raises(Invalid):
            gateway._request(letter, KEY, None)


@pytest.mark.parametrize("name", ["Clínica " + "Niños y Adultos " * 5, "理学療法" * 20, "Riverbend", 'Dr. "Bob", PT'])
def test_the_senders_name_survives_in_words_of_legal_length(gateway: MailGateway, name: str) -> None:
    written = gateway._request(replace(LETTER, sender=name.strip()), KEY, None)["FromEmailAddress"]
    assert all(len(word) <= 75 for word in written.split() if word.startswith("=?"))
    assert str(make_header(decode_header(written))).replace('"', "").replace("\\", "") == (
        name.strip().replace('"', "") + " <care@mail.example>"
    )
