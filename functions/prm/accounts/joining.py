"""Becoming someone who can sign in: a clinic that signs up, a colleague who is invited, a password that was forgotten.

All three are one way: a code is mailed, with a button for whoever reads the mail here and digits for whoever reads it
elsewhere; then a password is chosen. What someone learns without the mail is the same for any address.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

from prm.accounts import codes, letters
from prm.accounts.gateway import CognitoGateway
from prm.accounts.model import OPERATOR, TRIES, Code, CodeKind, Session, SignUp, Stage
from prm.accounts.sessions import SessionService
from prm.accounts.store import CodeStore
from prm.clinics.model import (
    WEEKDAYS,
    Agreement,
    Alert,
    Clinic,
    ClinicState,
    Language,
    Location,
    Role,
    StaffMember,
)
from prm.clinics.service import ClinicService
from prm.core import ids, table
from prm.core.clock import Clock
from prm.core.errors import Expired, Forbidden, NotFound
from prm.core.urls import Urls
from prm.links.model import Link
from prm.links.model import Purpose as LinkPurpose
from prm.links.service import LinkService
from prm.mail.model import Kind, Letter, LinkTerms, Purpose, Send, Skip, Touch, Verdict, staff_recipient
from prm.mail.service import MailService

_KINDS = {
    CodeKind.SIGN_UP: Kind.SIGN_UP,
    CodeKind.INVITATION: Kind.INVITATION,
    CodeKind.RESET: Kind.RESET,
}
_AT_FIRST = frozenset({Alert.LOW_ANSWER, Alert.ESCALATION, Alert.WEEKLY})
"""What an owner is told of until they choose otherwise."""


@dataclass(frozen=True)
class JoinService:
    """Mailed codes and what they open. `key` is the secret that the digits follow from."""

    codes: CodeStore
    cognito: CognitoGateway
    sessions: SessionService
    clinics: ClinicService
    links: LinkService
    mail: MailService
    urls: Urls
    clock: Clock
    key: bytes

    def sign_up(self, asked: SignUp, *, mail: bool = True) -> str:
        """Take in a clinic and mail its owner a code; return the token of a session that waits for it.

        The clinic stands unlisted until its owner has a password, and goes by itself if that never happens. An
        address that has an account gets a mail that says so, and the page that follows is the same. Without `mail`
        (the address was mailed enough for now) nothing is kept or mailed.
        """
        now = self.clock.business()
        known = self.cognito.find(asked.email)
        if known and mail and known.clinic != OPERATOR:
            self._remind(known.clinic, known.member, now)
        if known or not mail:
            return self.sessions.open(Stage.CONFIRM, "", "", email=asked.email, kind=CodeKind.SIGN_UP)
        clinic = _proposed(asked, now)
        self.clinics.propose(clinic)
        owner = clinic.staff[0]
        self._mail_code(clinic.id, owner.id, CodeKind.SIGN_UP)
        return self.sessions.open(Stage.CONFIRM, clinic.id, owner.id, email=owner.email, kind=CodeKind.SIGN_UP)

    def is_known(self, email: str) -> bool:
        """Tell whether an address has an account, at whatever clinic."""
        return self.cognito.find(email.casefold()) is not None

    def invite(self, clinic: Clinic, member: StaffMember) -> None:
        """Mail an invitation; an account the member had, a lost phone say, is closed until it is taken up."""
        self.cognito.delete(_address(member))
        self._mail_code(clinic.id, member.id, CodeKind.INVITATION)

    def forgot(self, email: str, *, mail: bool = True) -> str:
        """Mail a code to whoever has this address; return the token of a session that waits for it.

        Without `mail` (enough was mailed for now) none goes, and the page is the same.
        """
        known = self.cognito.find(email) if mail else None
        if known is None or known.clinic == OPERATOR:
            return self.sessions.open(Stage.CONFIRM, "", "", email=email, kind=CodeKind.RESET)
        self._mail_code(known.clinic, known.member, CodeKind.RESET)
        return self.sessions.open(Stage.CONFIRM, known.clinic, known.member, email=email, kind=CodeKind.RESET)

    def again(self, session: Session) -> None:
        """Mail a new code in place of the one that someone waits for."""
        if session.clinic and session.kind:
            self._mail_code(session.clinic, session.member, session.kind)

    def typed(self, token: str, session: Session, text: str) -> str:
        """Take the digits someone typed; return the token of a session that chooses a password.

        Raises Forbidden for wrong digits, Expired where the code is over or was tried too often: get a new one.
        """
        code = session.kind and session.clinic and self.codes.find(session.clinic, session.member, session.kind)
        if not code:
            raise Forbidden("That code is not right")
        if self.clock.wall() >= code.expires_at or not self.codes.try_once(session.clinic, session.member, code, TRIES):
            raise Expired("This code is over")
        if not codes.matches(self.key, code.touch, text):
            raise Forbidden("That code is not right")
        return self.sessions.advance(token, replace(session, stage=Stage.PASSWORD))

    def linked(self, text: str) -> tuple[Link, Clinic, StaffMember, CodeKind]:
        """Return whose code a mailed link carries. Raises NotFound, Forbidden or Expired."""
        link = self.links.open(text)
        link.allow(LinkPurpose.JOIN, self.clock.business())
        member_id = link.recipient.partition(":")[2]
        for kind in CodeKind:
            code = self.codes.find(link.clinic, member_id, kind)
            if code and code.touch == link.touch and self.clock.wall() < code.expires_at:
                clinic = self.clinics.fresh(link.clinic)
                return link, clinic, clinic.member(member_id), kind
        raise Expired("This link is over")

    def follow(self, text: str) -> str:
        """Take a mailed link's button; return the token of a session that chooses a password."""
        _, clinic, member, kind = self.linked(text)
        return self.sessions.open(Stage.PASSWORD, clinic.id, member.id, email=_address(member), kind=kind)

    def choose(self, session: Session, password: str) -> None:
        """Set the password that someone chose after a code; the code is used up, and other browsers are signed out.

        Raises Invalid for a password that is too weak, Expired where the code went meanwhile, Conflict where someone
        else's account has the address by now.
        """
        if session.stage is not Stage.PASSWORD or session.kind is None:
            raise Forbidden("A code comes first")
        code = self.codes.find(session.clinic, session.member, session.kind)
        if code is None or not self._has_place(session):
            raise Expired("This code was used already")
        if session.kind is CodeKind.RESET:
            self.cognito.set_password(session.email, password)
        else:
            self.cognito.create(session.email, session.clinic, session.member, password)
        if session.clinic != OPERATOR:
            self._joined(session)
        self.codes.use(session.clinic, session.member, code)

    def start_over(self, clinic_id: str, member_id: str) -> str:
        """Let someone who proved themselves otherwise set up password and authenticator anew; return their session."""
        email = member_id if clinic_id == OPERATOR else _address(self.clinics.fresh(clinic_id).member(member_id))
        code = self._code(CodeKind.INVITATION, touch=ids.draw())
        table.transact([self.codes.put(clinic_id, member_id, code)])
        return self.sessions.open(Stage.PASSWORD, clinic_id, member_id, email=email, kind=code.kind)

    def remove(self, member: StaffMember) -> None:
        """Close the account of someone who left."""
        self.cognito.delete(_address(member))

    def may_go(self, touch: Touch, _: dt.datetime) -> Verdict:
        """Tell whether a mailed code is worth sending: the newest of its kind, not over, its reader still there."""
        try:
            clinic = self.clinics.fresh(touch.clinic)
            member = clinic.member(touch.recipient.partition(":")[2])
        except NotFound:
            return Skip("nobody there any more")
        if touch.kind is Kind.KNOWN_ADDRESS:
            return Send(Kind.KNOWN_ADDRESS, lambda _: letters.known_address(clinic, member, self.urls))
        kind = next(kind for kind, mail in _KINDS.items() if mail is touch.kind)
        code = self.codes.find(clinic.id, member.id, kind)
        if code is None or code.touch != touch.id:
            return Skip("a newer code was mailed, or this one was used")
        left = code.expires_at - self.clock.wall()
        if left <= dt.timedelta():
            return Skip("the code is over")
        terms = LinkTerms(frozenset({LinkPurpose.JOIN}), self.clock.business() + left)
        return Send(touch.kind, self._letter(clinic, member, kind, touch), terms)

    def _letter(self, clinic: Clinic, member: StaffMember, kind: CodeKind, touch: Touch) -> Callable[[str], Letter]:
        digits = codes.digits(self.key, touch.id)
        return lambda token: letters.code(clinic, member, kind, digits, self.urls.join(token))

    def _mail_code(self, clinic: str, member: str, kind: CodeKind) -> None:
        touch = Touch(
            clinic=clinic,
            recipient=staff_recipient(member),
            purpose=Purpose.CODE,
            occurrence=ids.draw(),
            kind=_KINDS[kind],
            created_at=self.clock.business(),
        )
        ordered = self.mail.order(touch)
        table.transact([ordered, self.codes.put(clinic, member, self._code(kind, touch.id))])
        self.mail.announce((touch,))

    def _code(self, kind: CodeKind, touch: str) -> Code:
        now = self.clock.wall()
        return Code(kind, touch, now, now + kind.life)

    def _remind(self, clinic: str, member: str, now: dt.datetime) -> None:
        """Tell someone once a day that they have an account: the same day is the same touch."""
        touch = Touch(
            clinic=clinic,
            recipient=staff_recipient(member),
            purpose=Purpose.CODE,
            occurrence=f"known.{now.date()}",
            kind=Kind.KNOWN_ADDRESS,
            created_at=now,
        )
        if self.mail.find(touch.key) is None:
            table.transact([self.mail.order(touch)])
            self.mail.announce((touch,))

    def _has_place(self, session: Session) -> bool:
        """Tell whether someone may still have an account: whoever was taken off meanwhile would block the address."""
        if session.clinic == OPERATOR:
            return True
        try:
            self.clinics.fresh(session.clinic).member(session.member)
        except NotFound:
            return False
        return True

    def _joined(self, session: Session) -> None:
        clinic = self.clinics.fresh(session.clinic)
        now = self.clock.wall()
        joined = tuple(
            replace(one, joined_at=one.joined_at or now, signed_out_at=now) if one.id == session.member else one
            for one in clinic.staff
        )
        state = ClinicState.ACTIVE if clinic.state is ClinicState.PROPOSED else clinic.state
        changed = replace(clinic, staff=joined, state=state)
        if clinic.state is ClinicState.PROPOSED:
            self.clinics.enlist(changed, clinic.version)
        else:
            self.clinics.save(changed, clinic.version)


def _address(member: StaffMember) -> str:
    return member.email.casefold()


def _proposed(asked: SignUp, now: dt.datetime) -> Clinic:
    owner = StaffMember(id=ids.draw(40), name=asked.owner_name, email=asked.email, role=Role.OWNER, alerts=_AT_FIRST)
    return Clinic(
        id=ids.draw(50),
        name=asked.clinic_name,
        short_name=asked.clinic_name,
        phone=asked.phone,
        postal_address=asked.postal_address,
        zone=asked.zone,
        locations=(Location("main", asked.location_name, asked.phone),),
        therapists=(),
        staff=(owner,),
        hours=dict(WEEKDAYS),
        languages=tuple(Language(one) for one in asked.languages),
        state=ClinicState.PROPOSED,
        agreement=Agreement(asked.agreement, owner.id, now),
    )
