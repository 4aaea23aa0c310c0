"""Signing in: a password, then the code of an authenticator, then a session; and setting an authenticator up."""

from dataclasses import dataclass, replace

from prm.accounts.gateway import Answer, CognitoGateway, Identity
from prm.accounts.joining import JoinService
from prm.accounts.limits import Limit, LimitService
from prm.accounts.model import OPERATOR, Session, Stage
from prm.accounts.sessions import SessionService
from prm.accounts.store import RecoveryStore
from prm.clinics.model import ClinicState
from prm.clinics.service import ClinicService
from prm.core import ids
from prm.core.errors import Expired, Forbidden, NotFound

PRINTED = 10
"""How many recovery codes someone prints."""
_PRINTED_BITS = 40
_CLOSED = "This clinic's account is closed. Ask whoever runs it."


@dataclass(frozen=True)
class SignInService:
    """The way in. `requires_totp` asks everyone for an authenticator, whatever the pool does."""

    cognito: CognitoGateway
    sessions: SessionService
    joining: JoinService
    recovery: RecoveryStore
    clinics: ClinicService
    limits: LimitService
    key: bytes
    requires_totp: bool

    def enter(self, email: str, password: str, network: str) -> str:
        """Take address and password; return the token of the next step's session.

        Raises Forbidden, the same for whatever was wrong, and Expired where it was tried too often.
        """
        address = email.strip().casefold()
        if not (self.limits.take(Limit.SIGN_IN_ADDRESS, address) and self.limits.take(Limit.SIGN_IN_NETWORK, network)):
            raise Expired("Too many tries. Wait 15 minutes and try again.")
        answer = self.cognito.sign_in(address, password)
        identity = self.cognito.find(address)
        if identity is None:
            raise Forbidden("That is not right")
        self._belongs(identity)
        return self._next(address, identity, answer)

    def renewed(self, token: str, session: Session, password: str) -> str:
        """Replace a first password; return the token of the next step's session. Raises Invalid for a weak one."""
        if session.stage is not Stage.RENEW:
            raise Forbidden("A password comes first")
        answer = self.cognito.renew(session.email, session.challenge, password)
        self.sessions.end(token)
        return self._next(session.email, Identity(session.clinic, session.member, has_totp=False), answer)

    def second(self, token: str, session: Session, code: str) -> str:
        """Take the authenticator's code; return the token of the session that is signed in."""
        if session.stage is not Stage.SECOND:
            raise Forbidden("A password comes first")
        self._may_try(session)
        self.cognito.second(session.email, session.challenge, _digits(code))
        return self._admit(token, session)

    def enrolled(self, token: str, session: Session, code: str) -> tuple[str, tuple[str, ...]]:
        """Take a new authenticator's first code; return the session that is signed in, and recovery codes to print."""
        if session.stage is not Stage.ENROL:
            raise Forbidden("A password comes first")
        self._may_try(session)
        challenge, _, held = session.challenge.partition(" ")
        answer = Answer(challenge, held, "") if challenge != _HELD else Answer("", "", held)
        self.cognito.finish_totp(session.email, answer, _digits(code))
        return self._admit(token, session), self.print_codes(session.clinic, session.member)

    def print_codes(self, clinic: str, member: str) -> tuple[str, ...]:
        """Return fresh recovery codes; older ones stop working."""
        printed = tuple(ids.draw(_PRINTED_BITS) for _ in range(PRINTED))
        self.recovery.save(clinic, member, tuple(map(self._hash, printed)))
        return tuple(f"{one[:4]}-{one[4:]}" for one in printed)

    def recover(self, token: str, session: Session, printed: str) -> str:
        """Take a recovery code in place of the authenticator's; password and authenticator are set up anew."""
        if session.stage is not Stage.SECOND:
            raise Forbidden("A password comes first")
        self._may_try(session)
        clean = "".join(char for char in printed.casefold() if char.isalnum())
        if not self.recovery.take(session.clinic, session.member, self._hash(clean)):
            raise Forbidden("That code is not right")
        self.sessions.end(token)
        return self.joining.start_over(session.clinic, session.member)

    def _next(self, address: str, identity: Identity, answer: Answer) -> str:
        clinic, member = identity.clinic, identity.member
        if answer.wants_code:
            return self.sessions.open(Stage.SECOND, clinic, member, email=address, challenge=answer.session)
        if answer.wants_password:
            return self.sessions.open(Stage.RENEW, clinic, member, email=address, challenge=answer.session)
        if not (answer.wants_setup or answer.lets_in):
            raise Forbidden("This account asks for what we do not have", challenge=answer.challenge)
        if answer.wants_setup or self.requires_totp:
            secret, going = self.cognito.begin_totp(answer)
            challenge = f"{going.challenge} {going.session}" if going.session else f"{_HELD} {going.access}"
            return self.sessions.open(Stage.ENROL, clinic, member, email=address, challenge=challenge, secret=secret)
        return self.sessions.open(Stage.IN, clinic, member, email=address)

    def _admit(self, token: str, session: Session) -> str:
        self._belongs(Identity(session.clinic, session.member, has_totp=True))
        return self.sessions.advance(token, replace(session, stage=Stage.IN, challenge="", secret=""))

    def _belongs(self, identity: Identity) -> None:
        """Refuse whoever has an account and no place any more: in no clinic of ours, nor in the operator's group."""
        if identity.clinic == OPERATOR:
            return
        try:
            clinic = self.clinics.fresh(identity.clinic)
            clinic.member(identity.member)
        except NotFound as err:
            raise Forbidden("That is not right") from err
        if clinic.state in {ClinicState.CLOSED, ClinicState.PROPOSED}:
            raise Forbidden(_CLOSED)

    def _may_try(self, session: Session) -> None:
        if not self.limits.take(Limit.SECOND_MEMBER, f"{session.clinic}.{session.member}"):
            raise Expired("Too many tries. Wait 15 minutes and try again.")

    def _hash(self, printed: str) -> str:
        return ids.keyed(self.key, "recovery", printed)


_DIGITS = 6
_HELD = "-"
"""In place of a challenge's name: an access token is held, not a challenge's session."""


def _digits(code: str) -> str:
    """Return a code's digits. Raises Forbidden where they cannot be one: Cognito would call that a broken request."""
    digits = "".join(char for char in code if char.isascii() and char.isdigit())
    if len(digits) != _DIGITS:
        raise Forbidden("That code is not right")
    return digits
