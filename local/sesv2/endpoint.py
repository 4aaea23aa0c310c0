"""The HTTP side: what boto3's sesv2 client meets at `AWS_ENDPOINT_URL_SESV2`.

SendEmail, GetAccount and the suppression list are answered here; everything else (configuration sets, identities) goes
on to the emulator, which holds what the template deployed.
"""

import asyncio
import datetime as dt
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, web

from local.outbox import Outbox
from local.sesv2 import behaviour, events, mime
from local.sesv2.behaviour import Behaviour, Orders
from local.sesv2.suppression import SuppressionList

# Far above the real quota of a new account (14 a second): nobody waits for mail on their own machine.
MAX_SEND_RATE = 500.0
_SILENCE = 120  # seconds without an answer; longer than any client waits

type Publish = Callable[[str, events.Event], None]


@dataclass
class Endpoint:
    """One SES account. `publish(configuration set, event)` blocks and is called off the loop, in order for a mail.

    Mails bear business time, so that a mailbox shows them in the days they belong to; events bear the wall's, as SES
    knows no other.
    """

    outbox: Outbox
    orders: Orders
    suppressed: SuppressionList
    publish: Publish
    emulator: str
    business: Callable[[], dt.datetime]
    wall: Callable[[], dt.datetime]
    pending: set[asyncio.Task[None]] = field(default_factory=set)

    def application(self) -> web.Application:
        """Return the server's routes."""
        app = web.Application(client_max_size=2 * mime.MAX_BYTES)
        app.router.add_post("/v2/email/outbound-emails", self.send)
        app.router.add_get("/v2/email/account", self.account)
        app.router.add_get("/v2/email/suppression/addresses", self.list_suppressed)
        app.router.add_put("/v2/email/suppression/addresses", self.put_suppressed)
        app.router.add_get("/v2/email/suppression/addresses/{address}", self.get_suppressed)
        app.router.add_delete("/v2/email/suppression/addresses/{address}", self.delete_suppressed)
        app.router.add_route("*", "/{path:.*}", self.pass_on)
        app.on_cleanup.append(self.settle)
        return app

    async def send(self, request: web.Request) -> web.StreamResponse:
        """SendEmail."""
        message_id = f"{secrets.token_hex(8)}-{secrets.token_hex(4)}-000000"
        try:
            outgoing = mime.build(await request.json(), message_id, self.business())
        except mime.BadRequestError as err:
            return refused(400, "BadRequestException", str(err))
        fate = self._fate(outgoing)
        if not fate.accepts:
            return _REFUSALS[fate]()
        self._take(events.Sent(message_id, outgoing, self.wall()), fate)
        if fate is Behaviour.TIMEOUT:
            await asyncio.sleep(_SILENCE)
        if fate in {Behaviour.TIMEOUT, Behaviour.LOST}:
            _hang_up(request)
        return web.json_response({"MessageId": message_id})

    def _fate(self, outgoing: mime.Outgoing) -> Behaviour:
        if ordered := self.orders.take():
            return ordered
        first = outgoing.recipients[0]
        if (simulated := behaviour.of_address(first)) is not None:
            return simulated
        return Behaviour.SUPPRESSED if self.suppressed.find(first) else Behaviour.SUCCESS

    def _take(self, sent: events.Sent, fate: Behaviour) -> None:
        if fate.arrives:
            self.outbox.keep(sent.message_id, sent.mail.source, self.business())
        self._learn(sent, fate)
        if sent.mail.configuration_set:
            task = asyncio.create_task(self._publish(sent, fate))
            self.pending.add(task)
            task.add_done_callback(self.pending.discard)

    def _learn(self, sent: events.Sent, fate: Behaviour) -> None:
        """SES puts who bounced for good or complained on the list; its simulator's addresses stay off it."""
        reason = {Behaviour.BOUNCE: "BOUNCE", Behaviour.COMPLAINT: "COMPLAINT"}.get(fate)
        for address in sent.mail.recipients:
            if reason and not address.lower().endswith(f"@{behaviour.SIMULATOR}"):
                self.suppressed.put(address, reason, sent.at)

    async def _publish(self, sent: events.Sent, fate: Behaviour) -> None:
        for event in events.of(sent, fate):
            await asyncio.to_thread(self.publish, sent.mail.configuration_set, event)

    async def settle(self, _: web.Application) -> None:
        """Publish what is under way before the server goes."""
        await asyncio.gather(*self.pending, return_exceptions=True)

    async def account(self, _: web.Request) -> web.Response:
        """GetAccount: out of the sandbox, with a rate that makes nobody wait."""
        return web.json_response(
            {
                "DedicatedIpAutoWarmupEnabled": False,
                "EnforcementStatus": "HEALTHY",
                "ProductionAccessEnabled": True,
                "SendQuota": {"Max24HourSend": 1_000_000.0, "MaxSendRate": MAX_SEND_RATE, "SentLast24Hours": 0.0},
                "SendingEnabled": True,
                "SuppressionAttributes": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]},
            }
        )

    async def list_suppressed(self, request: web.Request) -> web.Response:
        """ListSuppressedDestinations; one page holds all."""
        entries = self.suppressed.all(request.query.getall("Reason", []))
        return web.json_response({"SuppressedDestinationSummaries": [entry.document for entry in entries]})

    async def put_suppressed(self, request: web.Request) -> web.Response:
        """PutSuppressedDestination."""
        wanted = await request.json()
        self.suppressed.put(wanted["EmailAddress"], wanted["Reason"], self.wall())
        return web.json_response({})

    async def get_suppressed(self, request: web.Request) -> web.Response:
        """GetSuppressedDestination."""
        entry = self.suppressed.find(request.match_info["address"])
        if entry is None:
            return refused(404, "NotFoundException", "Email address is not on the suppression list.")
        return web.json_response({"SuppressedDestination": entry.document})

    async def delete_suppressed(self, request: web.Request) -> web.Response:
        """DeleteSuppressedDestination."""
        if not self.suppressed.remove(request.match_info["address"]):
            return refused(404, "NotFoundException", "Email address is not on the suppression list.")
        return web.json_response({})

    async def pass_on(self, request: web.Request) -> web.Response:
        """Let the emulator answer what this endpoint does not know."""
        headers = {name: value for name, value in request.headers.items() if name.lower() != "host"}
        async with (
            ClientSession(auto_decompress=False) as session,
            session.request(
                request.method, self.emulator + request.path_qs, headers=headers, data=await request.read()
            ) as answer,
        ):
            kind = answer.headers.get("Content-Type", "application/json")
            errors = {name: value for name, value in answer.headers.items() if name.lower() == "x-amzn-errortype"}
            return web.Response(
                status=answer.status, body=await answer.read(), headers={"Content-Type": kind, **errors}
            )


def refused(status: int, kind: str, message: str) -> web.Response:
    """Return an error as AWS's REST-JSON protocol writes it."""
    return web.Response(
        status=status,
        text=json.dumps({"message": message}),
        content_type="application/json",
        headers={"x-amzn-ErrorType": kind},
    )


_REFUSALS: dict[Behaviour, Callable[[], web.Response]] = {
    Behaviour.THROTTLE: lambda: refused(429, "TooManyRequestsException", "Maximum sending rate exceeded."),
    Behaviour.REFUSE: lambda: refused(400, "MessageRejected", "Email address is not verified."),
    Behaviour.ERROR: lambda: refused(500, "InternalFailure", "Internal failure."),
}


def _hang_up(request: web.Request) -> Any:  # noqa: ANN401 - raises or leaves the answer to a closed socket
    if request.transport is not None:
        request.transport.abort()
