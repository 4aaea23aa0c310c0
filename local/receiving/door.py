"""The SMTP side: takes mail on the loopback address and does what the matching rules say."""

import asyncio
import datetime as dt
import json
import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from local.aws import Aws
from local.receiving import notice
from local.receiving.notice import Received
from local.receiving.rules import Call, Rule, Store

MAX_BYTES = 40 * 1024 * 1024
_LOG = logging.getLogger(__name__)

type Do = Callable[[Received, tuple[str, ...], Store | Call], None]


@dataclass(frozen=True)
class Door:
    """`do` performs one action and blocks; it is called off the loop."""

    rules: Sequence[Rule]
    do: Do
    now: Callable[[], dt.datetime]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Refuse at once what no rule is for, as SES does."""
        del server, session, options
        if not any(rule.matches(address) for rule in self.rules):
            return "550 5.1.1 No receipt rule takes mail for this address"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Accept, then act; an action that fails answers 451, so that the sender keeps the mail."""
        del server, session
        content: Any = envelope.content
        mail = Received(
            secrets.token_hex(20), envelope.mail_from or "", tuple(envelope.rcpt_tos), bytes(content), self.now()
        )
        try:
            await asyncio.to_thread(self._apply, mail)
        except Exception:  # noqa: BLE001 - whatever it is, the sender must keep the mail
            _LOG.exception("a receipt rule failed")
            return "451 4.3.0 A receipt rule failed; the terminal of make run says why"
        return f"250 2.0.0 OK {mail.message_id}"

    def _apply(self, mail: Received) -> None:
        for rule in self.rules:
            matched = tuple(address for address in mail.recipients if rule.matches(address))
            for action in rule.actions if matched else ():
                self.do(mail, matched, action)

    def session(self) -> SMTP:
        """Return the protocol of one connection."""
        return SMTP(self, data_size_limit=MAX_BYTES, enable_SMTPUTF8=True, hostname="inbound-smtp.local")


def acting_on(aws: Aws) -> Do:
    """Return what performs actions on the emulator."""

    def do(mail: Received, matched: tuple[str, ...], action: Store | Call) -> None:
        if isinstance(action, Store):
            aws.s3.put_object(Bucket=action.bucket, Key=action.prefix + mail.message_id, Body=mail.stored())
            return
        payload = json.dumps(notice.event(mail, matched, action)).encode()
        kind = "Event" if action.invocation == "Event" else "RequestResponse"
        aws.functions.invoke(FunctionName=action.function, InvocationType=kind, Payload=payload)  # type: ignore[arg-type]

    return do
