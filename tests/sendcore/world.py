"""The whole system in one process: the real handlers on real queues and tables, with a clock that is moved by hand."""

import importlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID

from prm import wiring
from prm.core.settings import Settings
from prm.links.model import Link
from prm.mail.model import Touch, TouchKey
from prm.web.routes import serve
from survey_webhook.routes import build
from tests import examples
from tests.fakes import FakeClock
from tests.sendcore import events
from tests.sendcore.wire import Killed, Sent, Wire

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

QUEUES = ("work", "now", "bulk", "events")
_HANDLERS = {"work": "rule_scheduler", "now": "mail_sender", "bulk": "mail_sender", "events": "mail_events"}
_MOST_RECEIVES = 8
REGION = "us-east-1"
PREFIX = "test-"
INBOUND = "inbound"


@dataclass
class World:
    """One deployment. What a killed process held in hand comes again, as Lambda and SQS do it."""

    house: wiring.House
    clock: FakeClock
    wire: Wire
    queues: dict[str, str]
    delivers: bool = True
    dead: list[str] = field(default_factory=list)
    died: bool = False
    _receives: dict[str, int] = field(default_factory=dict)
    delivered: int = 0

    def tick(self) -> None:
        """One minute's EventBridge event; a missed one is made up by the next."""
        self._run("rule_scheduler", {"source": "aws.events"})

    def pump(self, *names: str) -> None:
        """Let everything queued be worked on, until the queues, or those named, are empty."""
        busy = True
        while busy:
            busy = sum(self._pump_one(name) for name in names or QUEUES) > 0
            self._deliver_mail()

    def settle(self, **by: float) -> None:
        """Move on, tick, and work."""
        self.clock.advance(**by)
        self.tick()
        self.pump()

    def post_answer(self, token: str, score: int, comment: str = "") -> dict[str, Any] | None:
        """Press the button on the survey page; None if the process died under it."""
        return self.request("POST", f"/s/{token}", {"score": str(score), "comment": comment})

    def request(self, method: str, path: str, form: dict[str, str] | None = None) -> dict[str, Any] | None:
        """Send one request through API Gateway."""
        return self._run("survey_webhook", events.request(method, path, form))

    def reply(self, token: str, text: str) -> None:
        """Let SES store a patient's reply and call for it."""
        sender, address = "1001@example.com", f"r-{token}@{self.house.settings.reply_domain}"
        head = f"From: Maria <{sender}>\r\nTo: {address}\r\nSubject: Re: Your visit\r\nMessage-ID: <m1@example.com>"
        with self.quiet():
            s3 = boto3.client("s3")
            s3.create_bucket(Bucket=INBOUND)
            s3.put_object(Bucket=INBOUND, Key="inbound/m1", Body=f"{head}\r\n\r\n{text}".encode())
        self._run("survey_webhook", events.received("m1", sender, address, self.clock.wall()))

    def insist(self, act: Callable[[], object]) -> None:
        """Do something, and once more if the process died under it: people press again, and Lambda calls again."""
        self.died = False
        act()
        if self.died:
            act()

    def process[T](self, act: Callable[[], T]) -> T | None:
        """Run in a process of its own; None if it died."""
        try:
            return act()
        except Killed:
            self.died = True
            return None

    def tokens(self) -> list[tuple[Sent, str]]:
        """Return each mail sent to a patient with the token its links carry."""
        return [(one, _token(one)) for one in self.wire.sent if one.request.get("ReplyToAddresses")]

    def touches(self, recipient: str) -> tuple[Touch, ...]:
        """Return all touches of one person."""
        with self.quiet():
            return self.house.mail.of_recipient("riverbend", recipient)

    def touch_of(self, sent: Sent) -> TouchKey:
        """Return which touch a mail was."""
        return TouchKey.from_tags(sent.clinic, sent.touch)

    def quiet(self) -> "Quiet":
        """Look at things without the wire counting."""
        return Quiet(self.wire)

    def link(self, token: str) -> Link:
        """Return what stands behind a token."""
        with self.quiet():
            return self.house.links.open(token)

    def _run(self, function: str, event: dict[str, Any]) -> dict[str, Any] | None:
        handler: Callable[..., dict[str, Any] | None] = importlib.import_module(f"{function}.app").handler
        return self.process(lambda: handler(event, _Context()))

    @cached_property
    def _sqs(self) -> "SQSClient":
        return boto3.client("sqs")

    def _is_empty(self, name: str) -> bool:
        """Tell without a call: most queues are, most of the time."""
        queue = get_backend("sqs")[DEFAULT_ACCOUNT_ID][REGION].queues[name]
        return not queue._messages

    def _pump_one(self, name: str) -> bool:
        if self._is_empty(name):
            return False
        with self.quiet():
            found = self._sqs.receive_message(QueueUrl=self.queues[name], MaxNumberOfMessages=10, VisibilityTimeout=0)
        messages = found["Messages"]
        answer = self._run(_HANDLERS[name], {"Records": [events.queued(name, one) for one in messages]})
        failed = {one["MessageId"] for one in messages}
        if answer is not None:
            failed = {item["itemIdentifier"] for item in answer["batchItemFailures"]}
        with self.quiet():
            for one in messages:
                if one["MessageId"] not in failed or self._is_spent(one["MessageId"], name):
                    self._sqs.delete_message(QueueUrl=self.queues[name], ReceiptHandle=one["ReceiptHandle"])
        return True

    def _is_spent(self, message_id: str, name: str) -> bool:
        self._receives[message_id] = self._receives.get(message_id, 0) + 1
        if self._receives[message_id] < _MOST_RECEIVES:
            return False
        self.dead.append(name)
        return True

    def _deliver_mail(self) -> None:
        if not self.delivers:
            return
        with self.quiet():
            for sent in self.wire.sent[self.delivered :]:
                body = json.dumps(events.delivery(sent, self.clock.wall()))
                self._sqs.send_message(QueueUrl=self.queues["events"], MessageBody=body)
        self.delivered = len(self.wire.sent)


@dataclass
class Quiet:
    """While inside, the wire lets everything through and counts nothing."""

    wire: Wire

    def __enter__(self) -> None:
        self._before = self.wire.paused
        self.wire.paused = True

    def __exit__(self, *_: object) -> None:
        self.wire.paused = self._before


class _Context(SimpleNamespace):
    function_name = "test"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:test"
    aws_request_id = "request"

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


def _token(sent: Sent) -> str:
    address: str = sent.request["ReplyToAddresses"][0]
    return address.removeprefix("r-").partition("@")[0]


def built(wire: Wire, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> World:
    """Return a world with empty queues, the example clinic, and every function on the same house."""
    with Quiet(wire):
        queues = _queues()
        settings = Settings(
            tables=PREFIX,
            base_url="https://care.example",
            mail_domain="mail.example",
            reply_domain="reply.example",
            queue_now=queues["now"],
            queue_bulk=queues["bulk"],
            queue_work=queues["work"],
            inbound_bucket=INBOUND,
            shards=2,
            hit_key=b"key",
        )
        house = wiring.House(settings, clock)
        for name in {*_HANDLERS.values()}:
            app = importlib.import_module(f"{name}.app")
            monkeypatch.setattr(app, "house", house)
        importlib.import_module("mail_sender.app").senders.clear()
        _serve_pages(house, monkeypatch)
        house.clinics.create(examples.riverbend())
    return World(house, clock, wire, queues)


def _serve_pages(house: wiring.House, monkeypatch: pytest.MonkeyPatch) -> None:
    app = importlib.import_module("survey_webhook.app")
    monkeypatch.setattr(app, "house", house)
    monkeypatch.setattr(app, "pages", serve(build(house), house))


def _queues() -> dict[str, str]:
    """Make the queues afresh; purging would have to wait a minute between two worlds."""
    sqs = boto3.client("sqs")
    for url in sqs.list_queues().get("QueueUrls", []):
        sqs.delete_queue(QueueUrl=url)
    return {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in QUEUES}
