"""The endpoint as the functions meet it: through boto3."""

import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from aiohttp import web
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from local.outbox import Outbox
from local.places import Places
from local.sesv2 import events
from local.sesv2.behaviour import Orders
from local.sesv2.endpoint import Endpoint
from local.sesv2.suppression import SuppressionList
from tests.local.serving import served
from tests.local.sesv2.test_mime import request, simple

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

AHEAD = dt.timedelta(days=3)


@dataclass
class Account:
    """An endpoint, a client of it, and what it published."""

    client: "SESV2Client"
    places: Places
    published: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def send(self, to: str = "ann@example.org", **changes: Any) -> str:
        wanted = request(Destination={"ToAddresses": [to]}, **changes)
        return self.client.send_email(**wanted)["MessageId"]

    @property
    def kept(self) -> int:
        return len(list(self.places.outbox.glob("*.eml")))


@pytest.fixture
def account(places: Places, now: dt.datetime) -> Iterator[Account]:
    published: list[tuple[str, dict[str, Any]]] = []
    endpoint = Endpoint(
        outbox=Outbox(places.outbox),
        orders=Orders(places.orders),
        suppressed=SuppressionList(places.suppressed),
        publish=lambda name, event: published.append((name, event)),
        emulator="http://127.0.0.1:9",
        business=lambda: now + AHEAD,
        wall=lambda: now,
    )
    with served(endpoint.application()) as address:
        client = boto3.client(
            "sesv2",
            endpoint_url=address,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 1}, read_timeout=1),
        )
        yield Account(client, places, published)
        client.close()


def test_a_mail_is_kept_under_its_message_id(account: Account, outbox: Outbox) -> None:
    message_id = account.send()
    (kept,) = outbox.newest()
    assert kept.id.endswith(message_id)
    assert kept.message()["Message-ID"] == f"<{message_id}@email.amazonses.com>"


def test_the_mail_is_kept_at_business_time(account: Account, outbox: Outbox, now: dt.datetime) -> None:
    account.send()
    kept = next(outbox.newest())
    assert kept.kept_at == now + AHEAD
    assert kept.message()["Date"].datetime == now + AHEAD


def test_events_go_to_the_configuration_set(account: Account) -> None:
    account.send()
    wait_for(account, 2)
    assert [(name, event["eventType"]) for name, event in account.published] == [
        ("prm-mail", "Send"),
        ("prm-mail", "Delivery"),
    ]


def test_events_bear_the_time_of_the_wall(account: Account, now: dt.datetime) -> None:
    account.send()
    wait_for(account, 2)
    assert {event["mail"]["timestamp"] for _, event in account.published} == {events.stamp(now)}


def test_without_a_configuration_set_nothing_is_published(account: Account) -> None:
    account.send(ConfigurationSetName="")
    account.send()
    wait_for(account, 2)
    assert len(account.published) == 2


@pytest.mark.parametrize(
    ("order", "code"),
    [("throttle", "TooManyRequestsException"), ("refuse", "MessageRejected"), ("error", "InternalFailure")],
)
def test_a_refusal_sends_nothing(account: Account, order: str, code: str) -> None:
    with pytest.raises(ClientError) as refused:
        account.send(f"{order}@simulator.amazonses.com")
    assert refused.value.response["Error"]["Code"] == code
    assert (account.kept, account.published) == (0, [])


def test_a_time_out_leaves_a_mail_that_was_sent(account: Account) -> None:
    with pytest.raises(ReadTimeoutError):
        account.send("timeout@simulator.amazonses.com")
    wait_for(account, 2)
    assert account.kept == 1


def test_a_lost_answer_leaves_a_mail_that_was_sent(account: Account) -> None:
    with pytest.raises(ConnectionClosedError):
        account.send("lost@simulator.amazonses.com")
    wait_for(account, 2)
    assert account.kept == 1


def test_a_bounced_mail_reaches_no_mailbox(account: Account) -> None:
    account.send("bounce@simulator.amazonses.com")
    wait_for(account, 2)
    assert (account.kept, account.published[-1][1]["eventType"]) == (0, "Bounce")


def test_an_order_counts_for_any_address_and_once(account: Account) -> None:
    Orders(account.places.orders).give("throttle")
    with pytest.raises(ClientError):
        account.send()
    assert account.send()


def test_who_bounced_is_suppressed_from_then_on(account: Account) -> None:
    Orders(account.places.orders).give("bounce")
    account.send("gone@example.org")
    account.send("gone@example.org")
    assert account.kept == 0
    assert (
        account.client.get_suppressed_destination(EmailAddress="gone@example.org")["SuppressedDestination"]["Reason"]
        == "BOUNCE"
    )


def test_the_suppression_list_can_be_kept_by_hand(account: Account) -> None:
    account.client.put_suppressed_destination(EmailAddress="Ann@example.org", Reason="COMPLAINT")
    listed = account.client.list_suppressed_destinations(Reasons=["COMPLAINT"])["SuppressedDestinationSummaries"]
    assert [entry["EmailAddress"] for entry in listed] == ["ann@example.org"]
    assert account.client.list_suppressed_destinations(Reasons=["BOUNCE"])["SuppressedDestinationSummaries"] == []
    account.client.delete_suppressed_destination(EmailAddress="ann@example.org")
    with pytest.raises(account.client.exceptions.NotFoundException):
        account.client.get_suppressed_destination(EmailAddress="ann@example.org")


def test_a_header_that_ses_refuses_is_refused(account: Account) -> None:
    content = {"Simple": simple(Headers=[{"Name": "X-A", "Value": "one\nX-B: two"}])}
    with pytest.raises(account.client.exceptions.BadRequestException):
        account.send(Content=content)


def test_the_account_has_a_rate_that_makes_nobody_wait(account: Account) -> None:
    found = account.client.get_account()
    assert found["ProductionAccessEnabled"]
    assert found["SendQuota"]["MaxSendRate"] >= 100


def test_what_it_does_not_know_is_asked_of_the_emulator(places: Places, now: dt.datetime) -> None:
    async def emulator(asked: web.Request) -> web.Response:
        return web.json_response({"ConfigurationSets": [asked.path]})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", emulator)
    with served(app) as address:
        endpoint = Endpoint(
            Outbox(places.outbox),
            Orders(places.orders),
            SuppressionList(places.suppressed),
            print,
            address,
            lambda: now,
            lambda: now,
        )
        with served(endpoint.application()) as own:
            client = boto3.client(
                "sesv2", endpoint_url=own, region_name="us-east-1", aws_access_key_id="t", aws_secret_access_key="t"
            )
            assert client.list_configuration_sets()["ConfigurationSets"] == ["/v2/email/list-configuration-sets"]
            client.close()


def wait_for(account: Account, count: int) -> None:
    """Events are published after the answer, as at SES."""
    deadline = time.monotonic() + 5
    while len(account.published) < count and time.monotonic() < deadline:
        time.sleep(0.01)
