"""SES in all its moods: it takes a mail, refuses it, falls silent, or the sender dies under it."""

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from prm.mail.model import TouchKey
from tests.sendcore.wire import Call, Killed, Sent, Wire, answered

_ENDPOINT = "https://email.example"


class Mood(StrEnum):
    """What SES does with the next mail."""

    FINE = "takes it"
    SLOW_DOWN = "asks to slow down"
    REJECTS = "rejects the mail"
    FORBIDS = "forbids us to send"
    UNREACHABLE = "cannot be reached"
    BREAKS = "fails, the mail with it"
    BREAKS_AFTER = "takes it, then fails"
    SILENT = "does not take it and falls silent"
    SILENT_AFTER = "takes it and falls silent"
    DIES_BEFORE = "never hears of it: the sender died"
    DIES_AFTER = "takes it, and the sender died"
    MEANWHILE = "takes it, and something happens before it answers"


_REFUSES = {
    Mood.SLOW_DOWN: ("TooManyRequestsException", 429),
    Mood.REJECTS: ("MessageRejected", 400),
    Mood.FORBIDS: ("AccessDeniedException", 403),
    Mood.BREAKS: ("InternalFailure", 500),
}
SURELY_NOT = frozenset({Mood.SLOW_DOWN, Mood.REJECTS, Mood.FORBIDS, Mood.UNREACHABLE})
"""After these the sender knows that nothing was sent."""
TAKES = frozenset({Mood.FINE, Mood.BREAKS_AFTER, Mood.SILENT_AFTER, Mood.DIES_AFTER, Mood.MEANWHILE})


@dataclass
class Post(Wire):
    """A wire whose SES has moods, one a mail; `handed` is asked to look at each mail before SES does anything."""

    moods: deque[Mood] = field(default_factory=deque)
    handed: Callable[[TouchKey, str, Mood], None] = lambda _key, _to, _mood: None
    meanwhile: Callable[[Sent], None] = lambda _: None

    def ses(self, request: Any, call: Call) -> Any:
        """Answer as the mood has it."""
        if call.operation == "GetAccount":
            return super().ses(request, call)
        body = json.loads(request.body)
        tags = {tag["Name"]: tag["Value"] for tag in body["EmailTags"]}
        mood = self.moods.popleft() if self.moods else Mood.FINE
        self.handed(TouchKey.from_tags(tags["clinic"], tags["touch"]), body["Destination"]["ToAddresses"][0], mood)
        answer = super().ses(request, call) if mood in TAKES else None
        if mood is Mood.MEANWHILE:
            self.meanwhile(self.sent[-1])
        return self._said(mood, answer)

    def _said(self, mood: Mood, answer: Any) -> Any:
        if mood in _REFUSES:
            code, status = _REFUSES[mood]
            return answered({"Error": {"Code": code, "Message": mood}}, status)
        if mood in {Mood.DIES_BEFORE, Mood.DIES_AFTER}:
            raise Killed(mood)
        if mood is Mood.UNREACHABLE:
            return None, EndpointConnectionError(endpoint_url=_ENDPOINT)
        if mood in {Mood.SILENT, Mood.SILENT_AFTER}:
            return None, ReadTimeoutError(endpoint_url=_ENDPOINT)
        if mood is Mood.BREAKS_AFTER:
            return answered({"Error": {"Code": "ServiceUnavailable", "Message": mood}}, 503)
        return answer
