import datetime as dt
from typing import Any

import pytest

from local.places import Places
from local.sesv2 import events
from local.sesv2.behaviour import Behaviour, Orders, of_address
from local.sesv2.mime import build
from tests.local.sesv2.test_mime import request

AT = dt.datetime(2026, 11, 24, 15, 0, tzinfo=dt.UTC)


def published(behaviour: Behaviour) -> list[dict[str, Any]]:
    return list(events.of(events.Sent("0100-id", build(request(), "0100-id", AT), AT), behaviour))


@pytest.mark.parametrize(
    ("behaviour", "kinds"),
    [
        (Behaviour.SUCCESS, ["Send", "Delivery"]),
        (Behaviour.TIMEOUT, ["Send", "Delivery"]),
        (Behaviour.BOUNCE, ["Send", "Bounce"]),
        (Behaviour.COMPLAINT, ["Send", "Delivery", "Complaint"]),
        (Behaviour.REJECT, ["Send", "Reject"]),
    ],
)
def test_each_fate_has_its_events(behaviour: Behaviour, kinds: list[str]) -> None:
    assert [event["eventType"] for event in published(behaviour)] == kinds


def test_every_event_names_the_mail_and_carries_its_tags() -> None:
    for event in published(Behaviour.COMPLAINT):
        assert event["mail"]["messageId"] == "0100-id"
        assert event["mail"]["timestamp"] == "2026-11-24T15:00:00.000Z"
        assert event["mail"]["tags"]["touch"] == ["t1"]
        assert event["mail"]["tags"]["ses:configuration-set"] == ["prm-mail"]


@pytest.mark.parametrize(
    ("behaviour", "kind", "detail"),
    [
        (Behaviour.BOUNCE, "Permanent", "General"),
        (Behaviour.DELAY, "Transient", "MailboxFull"),
        (Behaviour.SUPPRESSED, "Permanent", "OnAccountSuppressionList"),
    ],
)
def test_a_bounce_says_of_which_kind_it_is(behaviour: Behaviour, kind: str, detail: str) -> None:
    bounce = published(behaviour)[-1]["bounce"]
    assert (bounce["bounceType"], bounce["bounceSubType"]) == (kind, detail)
    assert [one["emailAddress"] for one in bounce["bouncedRecipients"]] == ["ann@example.org"]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("bounce@simulator.amazonses.com", Behaviour.BOUNCE),
        ("Complaint+ann@Simulator.AmazonSES.com", Behaviour.COMPLAINT),
        ("nobody-here@simulator.amazonses.com", Behaviour.BOUNCE),
        ("bounce@example.org", None),
        ("bounce@simulator.amazonses.com.example.org", None),
    ],
)
def test_simulator_addresses_decide_their_fate(address: str, expected: Behaviour | None) -> None:
    assert of_address(address) is expected


def test_orders_are_taken_one_by_one(places: Places) -> None:
    orders = Orders(places.orders)
    orders.give("throttle", "timeout")
    assert [orders.take(), orders.take(), orders.take()] == [Behaviour.THROTTLE, Behaviour.TIMEOUT, None]


def test_an_order_nobody_knows_is_refused(places: Places) -> None:
    with pytest.raises(ValueError, match="explode"):
        Orders(places.orders).give("explode")
