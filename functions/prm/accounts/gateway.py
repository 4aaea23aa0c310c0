"""Cognito keeps passwords and authenticators; called from the server, never by a browser.

Users are named by their address in small letters, which no alias competes with. Flows and errors after the Amazon
Cognito user pools API reference: AdminInitiateAuth, AdminRespondToAuthChallenge, AssociateSoftwareToken,
VerifySoftwareToken.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from prm.core.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_cognito_idp.type_defs import AttributeTypeTypeDef

_CLINIC, _MEMBER = "custom:clinic", "custom:member"
_WRONG = {
    "NotAuthorizedException",
    "UserNotFoundException",
    "CodeMismatchException",
    "ExpiredCodeException",
    "EnableSoftwareTokenMFAException",
    "UserNotConfirmedException",
    "PasswordResetRequiredException",
}
_WEAK = {"InvalidPasswordException", "InvalidParameterException"}
_TOTP = "SOFTWARE_TOKEN_MFA"
_SET_UP = "MFA_SETUP"
_RENEW = "NEW_PASSWORD_REQUIRED"


@dataclass(frozen=True)
class Identity:
    """Whose account it is, and whether an authenticator stands ready."""

    clinic: str
    member: str
    has_totp: bool


@dataclass(frozen=True)
class Answer:
    """What Cognito says to a password or code: let in, or a challenge to be met within `session`.

    `access` is a token of the user's own, kept only until an authenticator is set up with it.
    """

    challenge: str = ""
    session: str = ""
    access: str = ""

    @property
    def wants_code(self) -> bool:
        """Whether the authenticator's code comes next."""
        return self.challenge == _TOTP

    @property
    def wants_password(self) -> bool:
        """Whether the password was a first one, to be replaced before anything else."""
        return self.challenge == _RENEW

    @property
    def lets_in(self) -> bool:
        """Whether nothing else is asked."""
        return not self.challenge

    @property
    def wants_setup(self) -> bool:
        """Whether an authenticator must be set up next."""
        return self.challenge == _SET_UP


class CognitoGateway:
    """One user pool and our client of it."""

    def __init__(self, pool: str, client: str) -> None:
        self._pool = pool
        self._client_id = client
        self._cognito: CognitoIdentityProviderClient = boto3.client("cognito-idp")

    def find(self, email: str) -> Identity | None:
        """Return whose account an address is."""
        try:
            with _said():
                user = self._cognito.admin_get_user(UserPoolId=self._pool, Username=email)
        except Forbidden:
            return None
        known = {one["Name"]: one.get("Value", "") for one in user["UserAttributes"]}
        return Identity(known.get(_CLINIC, ""), known.get(_MEMBER, ""), _TOTP in user.get("UserMFASettingList", []))

    def create(self, email: str, clinic: str, member: str, password: str) -> None:
        """Make an account; one that the same member had before is replaced, with its password and authenticator.

        A pool that requires a second factor has no other way to take a lost authenticator away that every SDK knows
        (AdminDeleteSoftwareToken came in August 2026; AdminSetUserMFAPreference does nothing there). Raises Conflict
        where the address is someone else's, Invalid for a password Cognito refuses.
        """
        known = self.find(email)
        if known and (known.clinic, known.member) != (clinic, member):
            raise Conflict("There is an account for this address already")
        self.delete(email)
        with _said():
            self._cognito.admin_create_user(
                UserPoolId=self._pool,
                Username=email,
                UserAttributes=_attributes(email, clinic, member),
                MessageAction="SUPPRESS",
            )
        self.set_password(email, password)

    def create_with_first_password(self, email: str, clinic: str, member: str, first: str) -> None:
        """Make an account whose password has to be replaced when it is first used. Raises Conflict where one stands."""
        with _said():
            self._cognito.admin_create_user(
                UserPoolId=self._pool,
                Username=email,
                TemporaryPassword=first,
                UserAttributes=_attributes(email, clinic, member),
                MessageAction="SUPPRESS",
            )

    def renew(self, email: str, session: str, password: str) -> Answer:
        """Meet the challenge to replace a first password. Raises Invalid for one that Cognito refuses."""
        with _said():
            found = self._cognito.admin_respond_to_auth_challenge(
                UserPoolId=self._pool,
                ClientId=self._client_id,
                ChallengeName="NEW_PASSWORD_REQUIRED",
                Session=session,
                ChallengeResponses={"USERNAME": email, "NEW_PASSWORD": password},
            )
        return _answer(found)

    def set_password(self, email: str, password: str) -> None:
        """Set a password. Raises Invalid for one that Cognito refuses."""
        with _said():
            self._cognito.admin_set_user_password(
                UserPoolId=self._pool, Username=email, Password=password, Permanent=True
            )

    def delete(self, email: str) -> None:
        """Remove an account, if there is one."""
        try:
            with _said():
                self._cognito.admin_delete_user(UserPoolId=self._pool, Username=email)
        except Forbidden:
            return

    def sign_in(self, email: str, password: str) -> Answer:
        """Ask for entry with a password. Raises Forbidden, the same for an unknown address and a wrong password."""
        with _said():
            found = self._cognito.admin_initiate_auth(
                UserPoolId=self._pool,
                ClientId=self._client_id,
                AuthFlow="ADMIN_USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": email, "PASSWORD": password},
            )
        return _answer(found)

    def second(self, email: str, session: str, code: str) -> Answer:
        """Meet the challenge for the authenticator's code. Raises Forbidden for a wrong, old or used one."""
        with _said():
            found = self._cognito.admin_respond_to_auth_challenge(
                UserPoolId=self._pool,
                ClientId=self._client_id,
                ChallengeName="SOFTWARE_TOKEN_MFA",
                Session=session,
                ChallengeResponses={"USERNAME": email, "SOFTWARE_TOKEN_MFA_CODE": code},
            )
        return _answer(found)

    def begin_totp(self, answer: Answer) -> tuple[str, Answer]:
        """Return a new authenticator's key (Base32), and the answer to go on with."""
        own = {"Session": answer.session} if answer.session else {"AccessToken": answer.access}
        with _said():
            found = self._cognito.associate_software_token(**own)
        return found["SecretCode"], Answer(answer.challenge, found.get("Session") or answer.session, answer.access)

    def finish_totp(self, email: str, answer: Answer, code: str) -> None:
        """Set the authenticator up with its first code. Raises Forbidden for a wrong one."""
        own = {"Session": answer.session} if answer.session else {"AccessToken": answer.access}
        with _said():
            found = self._cognito.verify_software_token(UserCode=code, FriendlyDeviceName="phone", **own)
        if found.get("Status") != "SUCCESS":
            raise Forbidden("That code is not right")
        if answer.session:
            self._finish_challenge(email, found.get("Session") or answer.session)
        self._prefer_totp(email)

    def _finish_challenge(self, email: str, session: str) -> None:
        with _said():
            self._cognito.admin_respond_to_auth_challenge(
                UserPoolId=self._pool,
                ClientId=self._client_id,
                ChallengeName="MFA_SETUP",
                Session=session,
                ChallengeResponses={"USERNAME": email},
            )

    def _prefer_totp(self, email: str) -> None:
        with _said():
            self._cognito.admin_set_user_mfa_preference(
                UserPoolId=self._pool,
                Username=email,
                SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True},
            )


def _attributes(email: str, clinic: str, member: str) -> "list[AttributeTypeTypeDef]":
    return [
        {"Name": "email", "Value": email},
        {"Name": "email_verified", "Value": "true"},
        {"Name": _CLINIC, "Value": clinic},
        {"Name": _MEMBER, "Value": member},
    ]


def _answer(found: Any) -> Answer:  # noqa: ANN401  # two shapes alike
    access = found.get("AuthenticationResult", {}).get("AccessToken", "")
    return Answer(found.get("ChallengeName", ""), found.get("Session", ""), access)


@contextmanager
def _said() -> Iterator[None]:
    """Turn Cognito's errors into the house's."""
    try:
        yield
    except ClientError as err:
        raise _meaning(err.response["Error"]["Code"]) from err
    except BotoCoreError as err:
        raise Unavailable("The sign-in service did not answer") from err


def _meaning(code: str) -> Exception:
    if code in _WRONG:
        return Forbidden("That is not right", code=code)
    if code in _WEAK:
        return Invalid("This password is too easy to guess. Use 12 characters or more.", field="password")
    if code == "UsernameExistsException":
        return Conflict("There is an account for this address already")
    if code == "ResourceNotFoundException":
        return NotFound("The sign-in service is not set up")
    return Unavailable("The sign-in service did not answer", code=code)
