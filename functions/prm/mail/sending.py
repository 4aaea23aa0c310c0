"""The send core: a touch goes to SES at most once and is never lost silently.

Everything that could say no is asked first; then the touch is claimed; then its link is written; then SES is called,
once; then its fate is recorded. Whatever is cut off between two of these steps, the touch's state tells how far it got,
and the due index brings it back.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from prm.clinics import hours
from prm.clinics.model import ClinicState
from prm.clinics.service import ClinicService
from prm.core import ids, tokens
from prm.core.clock import Clock
from prm.core.errors import Conflict
from prm.links.model import Link
from prm.links.service import LinkService
from prm.mail.gateway import MailGateway, MaybeSent, NotSent
from prm.mail.model import Purpose, Send, Skip, State, Touch, TouchKey, Verdict, Wait
from prm.mail.service import MailService
from prm.mail.store import QuotaStore

FUNCTION_TIMEOUT = dt.timedelta(seconds=120)
"""The sender's time-out in the template; a test holds them together."""
LEASE = FUNCTION_TIMEOUT + dt.timedelta(seconds=60)
_PAUSE = dt.timedelta(minutes=1)
_PAUSE_MOST = dt.timedelta(hours=4)
_DAY = dt.timedelta(days=1)
_SPREAD = dt.timedelta(hours=2)
_QUOTA_KEPT = dt.timedelta(days=7)
_RULE = "rule"

type MayGo = Mapping[str, Callable[[Touch, dt.datetime], Verdict]]


@dataclass(frozen=True)
class Sender:
    """The one way out. `may_go` holds the judges: `rule` for every rule's touches, and one for each other purpose."""

    mail: MailService
    links: LinkService
    clinics: ClinicService
    quotas: QuotaStore
    ses: MailGateway
    clock: Clock
    may_go: MayGo
    pace: Callable[[], None] = lambda: None

    def send(self, key: TouchKey) -> None:
        """Send one touch if it is due, still wanted, and nobody else's. Safe to call any number of times."""
        touch = self.mail.find(key)
        if touch is None or touch.state is not State.DUE:
            return
        now = self.clock.business()
        verdict = self._judge(touch, now)
        if isinstance(verdict, Skip):
            self.mail.give_up(touch, State.SKIPPED, verdict.reason)
        elif isinstance(verdict, Wait):
            self._postpone(touch, verdict.until)
        elif self._is_let_out(touch, now):
            self._claim_and_send(touch, verdict)

    def _judge(self, touch: Touch, now: dt.datetime) -> Verdict:
        purpose = touch.purpose if touch.purpose in set(Purpose) else _RULE
        return self.may_go[purpose](touch, now)

    def _postpone(self, touch: Touch, until: dt.datetime) -> None:
        try:
            self.mail.touches.hold(touch, until)
        except Conflict:
            return

    def _is_let_out(self, touch: Touch, now: dt.datetime) -> bool:
        """Tell whether the clinic may send this now; what may not waits for the next day, or ends with the clinic."""
        clinic = self.clinics.get(touch.clinic)
        if clinic.state is ClinicState.CLOSED:
            self.mail.give_up(touch, State.SKIPPED, "the clinic is closed")
            return False
        if not touch.is_optional:
            return True
        day = now.astimezone(clinic.tz).date()
        expires_at = self.clock.wall() + _QUOTA_KEPT
        if clinic.state is not ClinicState.SUSPENDED and self.quotas.take(
            clinic.id, day, clinic.daily_limit, expires_at
        ):
            return True
        tomorrow = hours.at_local(day + _DAY, clinic.window.opens, clinic.tz)
        self._postpone(touch, tomorrow + _SPREAD * ids.fraction_of(touch.id))
        return False

    def _claim_and_send(self, touch: Touch, verdict: Send) -> None:
        attempt = ids.request_token()
        at = self.clock.business()
        lease_until = self.clock.wall() + LEASE
        token = tokens.draw() if verdict.terms else ""
        link = tokens.digest(token) if token else ""
        try:
            self.mail.touches.claim(touch, attempt, verdict.kind, lease_until, at, link)
        except Conflict:
            return
        mine = replace(touch, state=State.CLAIMED, attempt=attempt, kind=verdict.kind, lease_until=lease_until, at=at)
        self._send_claimed(mine, attempt, verdict, token)

    def _send_claimed(self, touch: Touch, attempt: str, verdict: Send, drawn: str) -> None:
        try:
            verdict.before()
            token = self._token(touch, verdict, drawn)
            letter = verdict.write(token or "")
            self.pace()
        except Exception as err:
            self._release(touch, attempt, type(err).__name__)
            raise
        try:
            message_id = self.ses.send(letter, touch.key, token)
        except MaybeSent:
            self._lost(touch, attempt)
        except NotSent as err:
            self._not_sent(touch, attempt, err)
        else:
            self._sent(touch, message_id)

    def _token(self, touch: Touch, verdict: Send, drawn: str) -> str | None:
        if verdict.terms is None:
            return None
        terms = verdict.terms
        return self.links.issue(
            Link(touch.clinic, touch.recipient, touch.id, terms.purposes, terms.expires_at, terms.survey), drawn
        )

    def _sent(self, touch: Touch, message_id: str) -> None:
        """An event may have come first and lifted the touch higher: then there is nothing left to say."""
        try:
            self.mail.touches.lift(touch.key, State.SENT, self.clock.business(), message_id=message_id)
        except Conflict:
            return

    def _lost(self, touch: Touch, attempt: str) -> None:
        now = self.clock.business()
        try:
            self.mail.touches.lose(touch, attempt, now + touch.unknown_for, now)
        except Conflict:
            return

    def _not_sent(self, touch: Touch, attempt: str, err: NotSent) -> None:
        """A refusal of this mail is final; a throttle passes by itself; anything else needs someone to look."""
        if err.permanent:
            self.mail.give_up(touch, State.FAILED, err.code)
            return
        self._release(touch, attempt, err.code)
        if not err.throttled:
            raise err

    def _release(self, touch: Touch, attempt: str, reason: str) -> None:
        pause = min(_PAUSE * (1 << min(touch.requeues, 10)), _PAUSE_MOST)
        try:
            self.mail.touches.release(touch, attempt, self.clock.business() + pause, reason)
        except Conflict:
            return
