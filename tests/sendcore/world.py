"""The whole system in one process: the real handlers on real queues and tables, with a clock that is moved by hand."""

import importlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import boto3
import pytest

from prm import wiring
from prm.core.settings import Settings
from prm.links.model import Link
from prm.mail.model import Touch, TouchKey
from prm.web.routes import serve
from survey_webhook.routes import build
from tests import examples
from tests.fakes import FakeClock
from tests.sendcore.wire import Killed, Sent, Wire

QUEUES = ("work", "now", "bulk", "events")
_HANDLERS = {"work": "rule_scheduler", "now": "mail_sender", "bulk": "mail_sender", "events": "mail_events"}
_MOST_RECEIVES = 8
PREFIX = "test-"


@dataclass
class World:
    """One deployment. What a killed process held in hand comes again, as Lambda and SQS do it."""

    house: wiring.House
    clock: FakeClock
    wire: Wire
    queues: dict[str, str]
    delivers: bool = True
    dead: list[str] = field(default_factory=list)
    _receives: dict[str, int] = field(default_factory=dict)
    _delivered: int = 0

    def tick(self) -> None:
        """One minute's EventBridge event; a missed one is made up by the next."""
        self._run("rule_scheduler", {"source": "aws.events"})

    def pump(self) -> None:
        """Let everything queued be worked on, until the queues are empty."""
        busy = True
        while busy:
            busy = sum(self._pump_one(name) for name in QUEUES) > 0
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
        return self._run("survey_webhook", _http(method, path, form))

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
        app = importlib.import_module(f"{function}.app")
        try:
            answer: dict[str, Any] = app.handler(event, _Context())
        except Killed:
            return None
        return answer

    def _pump_one(self, name: str) -> bool:
        with self.quiet():
            sqs = boto3.client("sqs")
            found = sqs.receive_message(QueueUrl=self.queues[name], MaxNumberOfMessages=10, VisibilityTimeout=0)
        messages = found.get("Messages", [])
        if not messages:
            return False
        answer = self._run(_HANDLERS[name], {"Records": [_record(name, one) for one in messages]})
        failed = {one["MessageId"] for one in messages}
        if answer is not None:
            failed = {item["itemIdentifier"] for item in answer["batchItemFailures"]}
        with self.quiet():
            for one in messages:
                if one["MessageId"] not in failed or self._is_spent(one["MessageId"], name):
                    sqs.delete_message(QueueUrl=self.queues[name], ReceiptHandle=one["ReceiptHandle"])
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
            sqs = boto3.client("sqs")
            for sent in self.wire.sent[self._delivered :]:
                sqs.send_message(QueueUrl=self.queues["events"], MessageBody=json.dumps(_delivery(sent, self.clock)))
        self._delivered = len(self.wire.sent)


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


def _record(name: str, message: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": {},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:us-east-1:123456789012:{name}",
        "awsRegion": "us-east-1",
    }


def _delivery(sent: Sent, clock: FakeClock) -> dict[str, Any]:
    at = clock.wall().isoformat()
    tags = {"clinic": [sent.clinic], "touch": [sent.touch]}
    mail = {"timestamp": at, "messageId": "m", "destination": [sent.to], "tags": tags}
    return {"eventType": "Delivery", "mail": mail, "delivery": {"timestamp": at, "recipients": [sent.to]}}


def _token(sent: Sent) -> str:
    address: str = sent.request["ReplyToAddresses"][0]
    return address.removeprefix("r-").partition("@")[0]


def _http(method: str, path: str, form: dict[str, str] | None) -> dict[str, Any]:
    area = path.split("/")[1]
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Host": "care.example", "User-Agent": "test"}
    return {
        "httpMethod": method,
        "path": path,
        "resource": f"/{area}/{{proxy+}}",
        "pathParameters": {"proxy": path.split("/", 2)[2]},
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "stageVariables": None,
        "isBase64Encoded": False,
        "body": urlencode(form) if form is not None else None,
        "requestContext": {
            "httpMethod": method,
            "path": path,
            "resourcePath": f"/{area}/{{proxy+}}",
            "identity": {"sourceIp": "192.0.2.1", "userAgent": "test"},
            "requestId": "r",
            "stage": "v1",
            "domainName": "care.example",
        },
    }


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
