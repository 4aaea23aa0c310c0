"""A clinic with its patients, their mail programs, its staff and SES, each doing what they like."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from itertools import islice
from typing import Any

import boto3
import pytest
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID

from prm.bulletins import service as bulletins
from prm.clinics.model import Clinic
from prm.core import ids, table
from prm.insights import summaries
from prm.mail.model import StopKind, StopReason, TouchKey, patient_recipient
from prm.mail.stops import names
from prm.patients.csvfile import CsvFile
from prm.patients.report import Report
from tests.conftest import REGION, empty_tables
from tests.fakes import FakeClock
from tests.sendcore import events
from tests.sendcore.post import Post
from tests.sendcore.story import CLINIC
from tests.sendcore.wire import Killed, Sent
from tests.sendcore.world import World, built

NUMBERS = ("1001", "1002", "1003")
FOREVER = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)
_MOST_ROUNDS = 100
DAILY = frozenset({bulletins.JOB, summaries.JOB})
"""Jobs that are due again as soon as they are done."""
_TICK = dt.timedelta(minutes=1)
WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"})


def person(number: str) -> str:
    """Return the id of the patient with this number."""
    return ids.name_of(CLINIC, number)


@dataclass
class Letters:
    """The mails we were sent, by id."""

    kept: dict[str, bytes] = field(default_factory=dict)

    def read(self, message_id: str) -> bytes:
        return self.kept[message_id]


@dataclass
class Town(World):
    """One deployment that is used for one story after another, as building one takes longer than most stories."""

    inbox: Letters = field(default_factory=Letters)
    told: Counter[str] = field(default_factory=Counter)
    _told_of: int = 0

    @property
    def post(self) -> Post:
        """SES."""
        assert isinstance(self.wire, Post)
        return self.wire

    @property
    def now(self) -> dt.datetime:
        return self.clock.now

    def begin(self, clinic: Clinic, now: dt.datetime) -> None:
        """Forget what was, and open this clinic."""
        empty_tables()
        for queue in get_backend("sqs")[DEFAULT_ACCOUNT_ID][REGION].queues.values():
            queue._messages.clear()
        self.house.clinics._kept.clear()
        self.wire.calls.clear()
        self._told_of = 0
        self._receives.clear()
        self.told["stories"] += 1
        self.wire.sent.clear()
        self.wire.cut_at = -1
        self.post.moods.clear()
        self.dead.clear()
        self.clock.now = now
        with self.quiet():
            self.house.clinics.create(clinic)

    def wrote(self, tables: frozenset[str]) -> bool:
        """Tell whether one of these tables was written since this was asked last."""
        news, self._told_of = self.wire.calls[self._told_of :], len(self.wire.calls)
        return any(one.operation in WRITES and not tables.isdisjoint(one.target.split("+")) for one in news)

    def takes_in(self, *files: tuple[str, str]) -> Report:
        """Import files."""
        with self.quiet():
            clinic = self.house.clinics.get(CLINIC)

        def imports() -> Report:
            found = [CsvFile(name, BytesIO(text.encode())) for name, text in files]
            return self.house.patients.import_files(clinic, found)

        return self.twice_if_it_dies(imports)

    def twice_if_it_dies[T](self, act: Callable[[], T]) -> T:
        """Do something, and once more if the process died under it: people press again, and AWS calls again."""
        try:
            return act()
        except Killed:
            return act()

    def queue_touch(self, key: TouchKey, name: str) -> None:
        """Put a message on a queue that SQS delivers once more, or that a lost worker left."""
        self.queue(name, {"clinic": key.clinic, "recipient": key.recipient, "touch": key.id})

    def queue(self, name: str, body: dict[str, Any]) -> None:
        """Put a message on a queue."""
        with self.quiet():
            boto3.client("sqs").send_message(QueueUrl=self.queues[name], MessageBody=json.dumps(body))

    def hears(self) -> None:
        """Work on what SES told so far, and on nothing else."""
        while self._pump_one("events"):
            pass

    def hears_at_once(self, news: dict[str, Any]) -> None:
        """Work on one thing SES tells, ahead of all others."""
        message = {"MessageId": "news", "ReceiptHandle": "news", "Body": json.dumps(news)}
        self._run("mail_events", {"Records": [events.queued("events", message)]})

    def leaves(self, token: str) -> None:
        """Unsubscribe as a mail program does."""
        self.asks("POST", f"/u/{token}", {"List-Unsubscribe": "One-Click"})

    def asks(self, method: str, path: str, form: dict[str, str] | None = None) -> int:
        """Send a request and return the status; no page fails."""
        answer = self.request(method, path, form) or self.request(method, path, form)
        assert answer is not None
        assert answer["statusCode"] < 500, (path, form)
        return int(answer["statusCode"])

    def phones(self, patient: str, kind: StopKind) -> None:
        """Stop mail to a patient who asked for it on the phone."""
        house = self.house

        def stops() -> None:
            addresses = house.patients.addresses_of(CLINIC, patient)
            found = [name for one in addresses or (None,) for name in names(patient_recipient(patient), one)]
            writes = house.stops.stop(CLINIC, dict.fromkeys(found), kind, StopReason.ASKED, self.now)
            table.transact([*writes, house.patients.fact(CLINIC, patient, self.now)])

        self.twice_if_it_dies(stops)

    def writes_back(self, sent: Sent, token: str, text: str) -> None:
        """Reply to a mail; Lambda hands it over twice, as it may."""
        message, address = f"reply-{len(self.inbox.kept)}", f"r-{token}@{self.house.settings.reply_domain}"
        self.inbox.kept[message] = (
            f"From: {sent.to}\r\nTo: {address}\r\nSubject: Re: How are we doing?\r\n"
            f"Message-ID: <{message}@example.com>\r\n\r\n{text}\r\n"
        ).encode()
        event = events.received(message, sent.to, address, self.now)
        self._run("survey_webhook", event)
        self._run("survey_webhook", event)

    def next_due_at(self) -> dt.datetime | None:
        """Return when the next thing comes due anywhere, or None while nothing will: what comes each day is no news."""
        with self.quiet():
            found = [
                one.due_at
                for line in self.house.schedule.lines.values()
                for shard in range(self.house.settings.shards)
                for one in islice((key for key in line.find(shard, FOREVER, 1 + len(DAILY)) if key.sk not in DAILY), 1)
            ]
        return min(found, default=None)

    def until_next(self) -> bool:
        """Move on by a minute, or to when something is due, and work on it; False where nothing ever will be."""
        due_at = self.next_due_at()
        if due_at is None:
            return False
        self.clock.now = max(self.now + _TICK, due_at)
        self.tick()
        self.pump()
        return True

    def rests(self) -> None:
        """Let time pass until nothing will ever be due again."""
        self.post.moods.clear()
        self.wire.cut_at = -1
        self.pump()
        for _ in range(_MOST_ROUNDS):
            if not self.until_next():
                return
        raise AssertionError("it never comes to rest")


def founded(monkeypatch: pytest.MonkeyPatch, post: Post) -> Town:
    """Return a town on this wire."""
    world = built(post, FakeClock(), monkeypatch)
    town = Town(world.house, world.clock, post, world.queues, delivers=False)
    town.house.__dict__["inbound"] = town.inbox
    return town


def news_of(sent: Sent, kind: str, at: dt.datetime) -> dict[str, Any]:
    """Return what SES tells of a mail."""
    stamp = at.isoformat()
    tags = {"clinic": [sent.clinic], "touch": [sent.touch]}
    mail = {"timestamp": stamp, "messageId": "m", "destination": [sent.to], "tags": tags}
    people = [{"emailAddress": sent.to}]
    hard = {"timestamp": stamp, "bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": people}
    parts: dict[str, dict[str, Any]] = {
        "Send": {"send": {}},
        "Delivery": {"delivery": {"timestamp": stamp}},
        "Bounce": {"bounce": hard},
        "SoftBounce": {"bounce": hard | {"bounceType": "Transient", "bounceSubType": "MailboxFull"}},
        "Complaint": {"complaint": {"timestamp": stamp, "complainedRecipients": people}},
        "Reject": {"reject": {"reason": "Bad content"}},
    }
    return {"eventType": kind.removeprefix("Soft"), "mail": mail, **parts[kind]}
