"""What no queue, no bucket and no clock should ever bring, among what they should: the rest of the batch goes on."""

import datetime as dt
import importlib
import json
from collections.abc import Sequence
from typing import Any

import pytest

from prm.core.errors import Conflict, Unavailable
from prm.mail.model import State
from tests.fakes import NOON
from tests.mailed import snapshot
from tests.sendcore import events
from tests.sendcore.story import arrives, rules_on
from tests.sendcore.world import World, _Context

SECRET = "Maria Alvarez 1001@example.com"
NOT_OURS = [
    *("", " ", "{", "null", "[]", "9", '"x"', "{}", "\x00", "é", "[" * 100_000, '{"a":' * 50_000),
    json.dumps({"Records": [{"s3": SECRET}]}),
    json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent"}),
    f"<xml>{SECRET}</xml>",
]


def touch(**changes: object) -> str:
    """Return a sender's message; `changes` spoil it."""
    return json.dumps({"clinic": "riverbend", "recipient": "patient:x", "touch": "y"} | changes)


def work(**changes: object) -> str:
    """Return a worker's message."""
    return json.dumps({"index": "patients", "shard": 0} | changes)


def news(**tags: list[str]) -> str:
    """Return news of a delivery with these tags."""
    at = "2026-11-24T17:00:00Z"
    mail = {"timestamp": at, "tags": tags, "destination": [SECRET]}
    return json.dumps({"eventType": "Delivery", "mail": mail, "delivery": {"timestamp": at}})


POISON = {
    "mail_sender": [
        *NOT_OURS,
        *(touch(clinic=None), touch(touch=9), touch(recipient=[SECRET]), touch(more="x"), touch(clinic="\ud800")),
        *(touch(touch=""), touch(clinic="", recipient="", touch="")),
    ],
    "rule_scheduler": [
        *NOT_OURS,
        *(work(index="nothing"), work(index=""), work(shard="all"), work(shard=0.5), work(shard=None), work(now=True)),
    ],
    "mail_events": [
        *NOT_OURS,
        *(news(clinic=["riverbend"], touch=["x"]), news(clinic=["riverbend"], touch=["robot_x_y"])),
        news(clinic=["riverbend"], touch=["patient__y"]),
        json.dumps({"Type": "Notification"}),
        json.dumps({"Type": "Notification", "Message": "{"}),
        news(clinic=["riverbend"], touch=["patient_x_y"]).replace("2026-11-24T17:00:00Z", "9999-99-99"),
        json.dumps({"eventType": "Bounce", "mail": {}, "bounce": SECRET}),
    ],
}
HARMLESS = {
    "mail_sender": [touch(), touch(clinic="nobody"), touch(clinic="a#b", recipient="#", touch="#")],
    "rule_scheduler": [work(), work(shard=99), work(shard=-1), work(index="jobs")],
    "mail_events": [news(clinic=["nobody"], touch=["patient_x_y"]), news(), news(clinic=["riverbend"])],
}


def batch(function: str, bodies: Sequence[str]) -> set[int]:
    """Hand messages to a function and return the places of those that come again."""
    queue = {"mail_sender": "bulk", "rule_scheduler": "work", "mail_events": "events"}[function]
    records = [
        events.queued(queue, {"MessageId": str(place), "ReceiptHandle": "r", "Body": body})
        for place, body in enumerate(bodies)
    ]
    handler: Any = importlib.import_module(f"{function}.app").handler
    answer = handler({"Records": records}, _Context())
    return {int(item["itemIdentifier"]) for item in answer["batchItemFailures"]}


@pytest.mark.parametrize("function", POISON)
def test_each_poisoned_message_fails_alone_and_changes_nothing(
    world: World, function: str, caplog: pytest.LogCaptureFixture
) -> None:
    arrives(world, "1001", evaluated_at=NOON)
    before = snapshot(but=())
    poison = POISON[function]
    assert batch(function, poison) == set(range(len(poison)))
    assert snapshot(but=()) == before
    said = [str(vars(record)) for record in caplog.records]
    assert len(said) >= len(poison)
    assert not [one for one in said if "Maria" in one or "@example" in one]


@pytest.mark.parametrize("function", HARMLESS)
def test_what_leads_nowhere_is_done_and_changes_nothing(world: World, function: str) -> None:
    before = snapshot(but=())
    assert batch(function, HARMLESS[function]) == set()
    assert snapshot(but=()) == before


def test_a_good_mail_goes_out_of_the_midst_of_poison(world: World) -> None:
    rules_on(world)
    patient = arrives(world, "1001", evaluated_at=NOON - dt.timedelta(hours=4))
    world.settle(hours=2)
    (good,) = world.touches(f"patient:{patient}")
    message = touch(recipient=f"patient:{patient}", touch=good.id)
    poison = POISON["mail_sender"]
    assert batch("mail_sender", [*poison[:5], message, *poison[5:], message]) == {*range(5), *range(6, len(poison) + 1)}
    assert [one.to for one in world.wire.sent] == ["1001@example.com"]


def test_good_news_comes_in_out_of_the_midst_of_poison(world: World) -> None:
    world.delivers = False
    rules_on(world)
    patient = arrives(world, "1001", evaluated_at=NOON - dt.timedelta(hours=4))
    world.settle(hours=2)
    (sent,) = world.wire.sent
    arrived = json.dumps(events.delivery(sent, world.clock.wall()))
    assert 1 not in batch("mail_events", ["{", arrived, "null", arrived])
    assert [one.state for one in world.touches(f"patient:{patient}")] == [State.DELIVERED]


def test_good_work_is_done_out_of_the_midst_of_poison(world: World) -> None:
    rules_on(world)
    patient = arrives(world, "1001", evaluated_at=NOON - dt.timedelta(hours=4))
    world.clock.advance(hours=2)
    good = [work(shard=shard, index=index) for index in ("jobs", "patients") for shard in (0, 1)]
    assert batch("rule_scheduler", ["{", *good, work(index="nothing")]) == {0, 5}
    assert len(world.touches(f"patient:{patient}")) == 1


def test_a_failed_message_is_logged_under_no_other_messages_ids(world: World) -> None:
    batch("mail_sender", [touch(), "{"])
    said = importlib.import_module("mail_sender.app").logger.get_current_keys()
    assert not {"clinic", "touch"} & said.keys()


def test_a_failed_message_is_logged_under_its_own_ids(world: World) -> None:
    batch("mail_sender", ["{", touch(touch="")])
    said = importlib.import_module("mail_sender.app").logger.get_current_keys()
    assert (said["clinic"], said["touch"]) == ("riverbend", "")


def test_a_lost_race_is_logged_by_id(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    patient = arrives(world, "1001", evaluated_at=NOON)

    def too_late(*_: object) -> None:
        raise Conflict("someone else was faster")

    monkeypatch.setattr(world.house.rules.patients.__class__, "decided", too_late)
    assert batch("rule_scheduler", [work(shard=0), work(shard=1)]) == set()
    (said,) = [vars(record) for record in caplog.records if record.message == "overtaken"]
    assert (said["index"], said["pk"]) == ("patients", f"riverbend#{patient}")


def test_ticks_that_come_twice_and_messages_that_come_thrice_send_one_mail(world: World) -> None:
    rules_on(world)
    patient = arrives(world, "1001", evaluated_at=NOON - dt.timedelta(hours=4))
    world.clock.advance(hours=2)
    for _ in range(3):
        world.tick()
        world.tick()
        batch(
            "rule_scheduler", [work(shard=shard, index=index) for index in ("jobs", "patients") for shard in (0, 1, 1)]
        )
    world.pump()
    assert len(world.wire.sent) == 1
    assert len(world.touches(f"patient:{patient}")) == 1


def test_a_day_without_ticks_is_made_up_by_the_first_one_after(world: World) -> None:
    rules_on(world)
    patient = arrives(world, "1001", evaluated_at=NOON - dt.timedelta(hours=2))
    world.settle(minutes=1)
    assert world.wire.sent == []
    world.settle(hours=24)
    world.settle(hours=1)
    assert [one.to for one in world.wire.sent] == ["1001@example.com"]
    assert [one.state for one in world.touches(f"patient:{patient}")] == [State.DELIVERED]


def test_a_reply_that_is_announced_but_not_stored_is_tried_again(world: World) -> None:
    rules_on(world)
    arrives(world, "1001", evaluated_at=NOON - dt.timedelta(hours=4))
    world.settle(hours=2)
    [(_, token)] = world.tokens()
    address = f"r-{token}@{world.house.settings.reply_domain}"
    handler: Any = importlib.import_module("survey_webhook.app").handler
    before = snapshot(but=())
    with pytest.raises(Unavailable):
        handler(events.received("not-stored", "maria@example.com", address, world.clock.wall()), _Context())
    assert snapshot(but=()) == before
