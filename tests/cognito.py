"""A Cognito user pool as its documentation describes it, behind boto3: emulators accept what AWS refuses.

It stands where botocore would send the request, so parameters were checked by botocore's own model of the service.
After the Amazon Cognito user pools API reference and developer guide ("Authentication flows", "TOTP software token
MFA", "Lockout behavior for failed sign-in attempts"), read in November 2026.
"""

import base64
import datetime as dt
import hashlib
import hmac
import json
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore import xform_name

from prm.core.clock import Clock

STEP = 30
"""Seconds a code is shown (RFC 6238)."""
SESSION_LIFE = dt.timedelta(minutes=15)
TRIES = 5
"""Wrong passwords before Cognito answers no more for a while."""
LEAST = 12


class Refused(Exception):
    """An error as Cognito names it."""


def totp(key: str, at: dt.datetime) -> str:
    """Return the code that an authenticator with this key shows (RFC 6238, HMAC-SHA-1, 6 digits)."""
    counter = int(at.timestamp()) // STEP
    digest = hmac.new(base64.b32decode(key), struct.pack(">Q", counter), hashlib.sha1).digest()
    start = digest[-1] & 0xF
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


@dataclass
class User:
    """One account. `used` is the step of the last code that was taken: none is taken twice."""

    attributes: dict[str, str]
    password: str
    is_temporary: bool = True
    key: str = ""
    pending: str = ""
    wrong: int = 0
    blocked_until: dt.datetime | None = None
    used: int = -1


@dataclass
class Held:
    """What a Session string stands for."""

    username: str
    challenge: str
    until: dt.datetime


@dataclass
class FakeCognito:
    """One pool with one client."""

    clock: Clock
    requires_totp: bool = True
    users: dict[str, User] = field(default_factory=dict)
    sessions: dict[str, Held] = field(default_factory=dict)
    fails_with: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    _drawn: int = 0

    def answer(self, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        """Do what an operation does, or raise Refused."""
        self.calls.append(operation)
        if self.fails_with:
            raise Refused(self.fails_with.pop(0))
        name = xform_name(operation)
        return dict(getattr(self, f"_{name}")(asked))

    def key_of(self, email: str) -> str:
        """Return the key in someone's authenticator."""
        user = self.users[email]
        return user.key or user.pending

    def _admin_get_user(self, asked: dict[str, Any]) -> dict[str, Any]:
        user = self._user(asked)
        return {
            "Username": asked["Username"],
            "UserAttributes": [{"Name": name, "Value": value} for name, value in user.attributes.items()],
            "UserStatus": "FORCE_CHANGE_PASSWORD" if user.is_temporary else "CONFIRMED",
            **({"UserMFASettingList": ["SOFTWARE_TOKEN_MFA"]} if user.key else {}),
        }

    def _admin_create_user(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked["Username"] in self.users:
            raise Refused("UsernameExistsException")
        attributes = {one["Name"]: one["Value"] for one in asked["UserAttributes"]}
        self.users[asked["Username"]] = User(attributes, asked.get("TemporaryPassword") or self._draw("temporary"))
        return {"User": {"Username": asked["Username"], "UserStatus": "FORCE_CHANGE_PASSWORD"}}

    def _admin_delete_user(self, asked: dict[str, Any]) -> dict[str, Any]:
        self._user(asked)
        del self.users[asked["Username"]]
        return {}

    def _admin_set_user_password(self, asked: dict[str, Any]) -> dict[str, Any]:
        user = self._user(asked)
        if len(asked["Password"]) < LEAST:
            raise Refused("InvalidPasswordException")
        user.password, user.is_temporary = asked["Password"], not asked["Permanent"]
        return {}

    def _admin_initiate_auth(self, asked: dict[str, Any]) -> dict[str, Any]:
        assert asked["AuthFlow"] == "ADMIN_USER_PASSWORD_AUTH"
        name = asked["AuthParameters"]["USERNAME"]
        user = self.users.get(name)
        if user is None:  # PreventUserExistenceErrors
            raise Refused("NotAuthorizedException")
        if user.blocked_until and self.clock.wall() < user.blocked_until:
            raise Refused("NotAuthorizedException")
        if asked["AuthParameters"]["PASSWORD"] != user.password:
            user.wrong += 1
            if user.wrong >= TRIES:
                wait = min(2 ** (user.wrong - TRIES), 900)
                user.blocked_until = self.clock.wall() + dt.timedelta(seconds=wait)
            raise Refused("NotAuthorizedException")
        user.wrong = 0
        if user.is_temporary:
            return self._challenge(name, "NEW_PASSWORD_REQUIRED")
        if user.key:
            return self._challenge(name, "SOFTWARE_TOKEN_MFA")
        return self._challenge(name, "MFA_SETUP") if self.requires_totp else self._tokens(name)

    def _admin_respond_to_auth_challenge(self, asked: dict[str, Any]) -> dict[str, Any]:
        given = asked["ChallengeResponses"]
        held = self._held(asked["Session"], asked["ChallengeName"])
        if given["USERNAME"] != held.username:
            raise Refused("NotAuthorizedException")
        user = self.users[held.username]
        if held.challenge == "SOFTWARE_TOKEN_MFA":
            self._take(user, user.key, given["SOFTWARE_TOKEN_MFA_CODE"])
        elif held.challenge == "NEW_PASSWORD_REQUIRED":
            if len(given["NEW_PASSWORD"]) < LEAST:
                raise Refused("InvalidPasswordException")
            user.password, user.is_temporary = given["NEW_PASSWORD"], False
            del self.sessions[asked["Session"]]
            return self._challenge(held.username, "MFA_SETUP") if self.requires_totp else self._tokens(held.username)
        elif held.challenge != "MFA_SETUP_DONE":
            raise Refused("InvalidParameterException")
        del self.sessions[asked["Session"]]
        return self._tokens(held.username)

    def _associate_software_token(self, asked: dict[str, Any]) -> dict[str, Any]:
        name, more = self._whose(asked)
        key = base64.b32encode(hashlib.sha256(self._draw("key").encode()).digest()[:20]).decode()
        self.users[name].pending = key
        return {"SecretCode": key, **more}

    def _verify_software_token(self, asked: dict[str, Any]) -> dict[str, Any]:
        name, more = self._whose(asked, peek=True)
        user = self.users[name]
        if not user.pending:
            raise Refused("InvalidParameterException")
        try:
            self._take(user, user.pending, asked["UserCode"])
        except Refused as err:
            raise Refused("EnableSoftwareTokenMFAException") from err
        user.key, user.pending = user.pending, ""
        if "Session" in asked:
            del self.sessions[asked["Session"]]
            return {"Status": "SUCCESS", "Session": self._hold(name, "MFA_SETUP_DONE")}
        return {"Status": "SUCCESS", **more}

    def _admin_set_user_mfa_preference(self, asked: dict[str, Any]) -> dict[str, Any]:
        user = self._user(asked)
        if asked["SoftwareTokenMfaSettings"]["Enabled"] and not user.key:
            raise Refused("InvalidParameterException")
        return {}

    def _user(self, asked: dict[str, Any]) -> User:
        if asked["Username"] not in self.users:
            raise Refused("UserNotFoundException")
        return self.users[asked["Username"]]

    def _whose(self, asked: dict[str, Any], *, peek: bool = False) -> tuple[str, dict[str, Any]]:
        """A session of MFA_SETUP names a user, and is answered with a new one; so does an access token."""
        if "AccessToken" in asked:
            name = asked["AccessToken"].removeprefix("access-of-")
            if name not in self.users:
                raise Refused("NotAuthorizedException")
            return name, {}
        held = self._held(asked["Session"], "MFA_SETUP")
        if peek:
            return held.username, {}
        del self.sessions[asked["Session"]]
        return held.username, {"Session": self._hold(held.username, "MFA_SETUP")}

    def _held(self, session: str, challenge: str) -> Held:
        held = self.sessions.get(session)
        if held is None or self.clock.wall() >= held.until:
            raise Refused("NotAuthorizedException")
        if held.challenge.removesuffix("_DONE") != challenge:
            raise Refused("InvalidParameterException")
        return held

    def _take(self, user: User, key: str, code: str) -> None:
        """Take a code of now or of the step before or after; each once."""
        now = self.clock.wall()
        for steps in (0, -1, 1):
            at = now + dt.timedelta(seconds=steps * STEP)
            if hmac.compare_digest(code, totp(key, at)):
                step = int(at.timestamp()) // STEP
                if step <= user.used:
                    raise Refused("ExpiredCodeException")
                user.used = step
                return
        raise Refused("CodeMismatchException")

    def _challenge(self, name: str, challenge: str) -> dict[str, Any]:
        return {
            "ChallengeName": challenge,
            "Session": self._hold(name, challenge),
            "ChallengeParameters": {"USER_ID_FOR_SRP": name},
        }

    def _hold(self, name: str, challenge: str) -> str:
        session = self._draw("session-of-at-least-twenty-characters")
        self.sessions[session] = Held(name, challenge, self.clock.wall() + SESSION_LIFE)
        return session

    def _tokens(self, name: str) -> dict[str, Any]:
        result = {"AccessToken": f"access-of-{name}", "TokenType": "Bearer", "ExpiresIn": 900}
        return {"AuthenticationResult": result, "ChallengeParameters": {}}

    def _draw(self, what: str) -> str:
        self._drawn += 1
        return f"{what}-{self._drawn}"


@contextmanager
def in_place(fake: FakeCognito) -> Iterator[FakeCognito]:
    """Let clients that boto3 makes meanwhile talk to the fake."""

    def before_call(model: Any, params: dict[str, Any], **_: object) -> tuple[object, dict[str, Any]]:
        try:
            return _Status(200), {**fake.answer(model.name, json.loads(params["body"])), "ResponseMetadata": {}}
        except Refused as err:
            return _Status(400), {"Error": {"Code": str(err), "Message": "refused"}, "ResponseMetadata": {}}

    boto3.setup_default_session()
    events = boto3._get_default_session().events
    events.register("before-call.cognito-idp", before_call)  # type: ignore[arg-type]
    try:
        yield fake
    finally:
        events.unregister("before-call.cognito-idp", before_call)  # type: ignore[arg-type]


@dataclass(frozen=True)
class _Status:
    status_code: int
