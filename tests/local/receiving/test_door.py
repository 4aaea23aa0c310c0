import asyncio
import datetime as dt
import smtplib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from local.places import HOST
from local.receiving import notice
from local.receiving.door import Door
from local.receiving.notice import Received
from local.receiving.rules import Call, Rule, Store

RULE = Rule("Replies", ("reply.example",), (Store("bucket", "inbound/"), Call("arn:function", "Event")))
MAIL = "From: Ann <ann@example.org>\r\nTo: r-abc@reply.example\r\nSubject: 9\r\n\r\n9 great staff\r\n"
AT = dt.datetime(2026, 11, 24, 15, 0, tzinfo=dt.UTC)


@dataclass
class Inbound:
    """A door, and what its rules did."""

    port: int = 0
    done: list[tuple[Received, tuple[str, ...], Store | Call]] = field(default_factory=list)
    broken: bool = False

    def do(self, mail: Received, matched: tuple[str, ...], action: Store | Call) -> None:
        if self.broken:
            msg = "no such bucket"
            raise OSError(msg)
        self.done.append((mail, matched, action))

    def deliver(self, *recipients: str, text: str = MAIL) -> None:
        with smtplib.SMTP(HOST, self.port, timeout=10) as client:
            client.sendmail("ann@example.org", recipients, text)


@pytest.fixture
def inbound() -> Iterator[Inbound]:
    one, started, stop = Inbound(), threading.Event(), threading.Event()

    async def serve() -> None:
        door = Door([RULE], one.do, lambda: AT)
        async with await asyncio.get_running_loop().create_server(door.session, HOST, 0) as server:
            one.port = server.sockets[0].getsockname()[1]
            started.set()
            await asyncio.to_thread(stop.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    started.wait(10)
    yield one
    stop.set()
    thread.join()


def test_mail_is_stored_first_and_told_of_after(inbound: Inbound) -> None:
    inbound.deliver("r-abc@reply.example")
    assert [action for _, _, action in inbound.done] == list(RULE.actions)
    assert {mail.message_id for mail, _, _ in inbound.done} == {inbound.done[0][0].message_id}


def test_the_stored_mail_begins_with_the_headers_ses_adds(inbound: Inbound) -> None:
    inbound.deliver("r-abc@reply.example")
    stored = inbound.done[0][0].stored()
    assert stored.startswith(b"Return-Path: <ann@example.org>\r\nReceived: ")
    assert stored.endswith(b"\r\n\r\n9 great staff\r\n")


def test_an_address_no_rule_is_for_is_turned_away(inbound: Inbound) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused, match="No receipt rule"):
        inbound.deliver("someone@elsewhere.example")
    assert inbound.done == []


def test_a_rule_sees_the_recipients_it_is_for(inbound: Inbound) -> None:
    inbound.deliver("r-abc@reply.example", "R-DEF@reply.example")
    assert inbound.done[0][1] == ("r-abc@reply.example", "R-DEF@reply.example")


def test_when_an_action_fails_the_sender_keeps_the_mail(inbound: Inbound) -> None:
    inbound.broken = True
    with pytest.raises(smtplib.SMTPDataError) as refused:
        inbound.deliver("r-abc@reply.example")
    assert refused.value.smtp_code == 451


def event(source: bytes) -> dict[str, Any]:
    mail = Received("id1", "ann@example.org", ("r-abc@reply.example",), source, AT)
    (record,) = notice.event(mail, ("r-abc@reply.example",), Call("arn:function", "Event"))["Records"]
    assert record["eventSource"] == "aws:ses"
    return dict(record["ses"])


def test_the_function_is_told_as_ses_documents_it() -> None:
    ses = event(MAIL.encode())
    assert ses["mail"]["messageId"] == "id1"
    assert ses["mail"]["commonHeaders"]["from"] == ["Ann <ann@example.org>"]
    assert ses["mail"]["commonHeaders"]["subject"] == "9"
    assert ses["receipt"]["recipients"] == ["r-abc@reply.example"]
    assert ses["receipt"]["action"] == {"type": "Lambda", "functionArn": "arn:function", "invocationType": "Event"}


def test_the_verdicts_have_the_fields_of_the_documented_sample(corpus: Path) -> None:
    import json

    sample = json.loads((corpus / "aws-events/sam-templates/SesEmailReceiving.json").read_text())
    documented = sample["Records"][0]["ses"]
    ours = event(MAIL.encode())
    assert documented["mail"].keys() <= ours["mail"].keys()
    assert documented["receipt"].keys() <= ours["receipt"].keys()
    assert documented["mail"]["commonHeaders"].keys() - ours["mail"]["commonHeaders"].keys() <= {"date", "messageId"}


def test_endless_headers_are_cut() -> None:
    ses = event(b"".join(b"X-%d: %s\r\n" % (number, b"y" * 900) for number in range(50)) + b"\r\nhi\r\n")
    assert ses["mail"]["headersTruncated"]
    assert len(str(ses["mail"]["headers"])) < 12_000


@pytest.mark.parametrize(
    "source", [b"", b"\xff\xfe\x00", b"From: " + b"(" * 5000, b"Message-ID: <@>\r\n\r\n", b"no headers at all"]
)
def test_hostile_mail_is_told_of_without_a_crash(source: bytes) -> None:
    assert event(source)["mail"]["messageId"] == "id1"
