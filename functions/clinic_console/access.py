"""The way in and out: signing in, the second factor, a mailed code, a new password."""

import re

from chalice import Response
from pydantic import EmailStr, TypeAdapter, ValidationError

from clinic_console import qr
from prm.accounts.limits import Limit
from prm.accounts.model import Session, Stage
from prm.audit.model import Action
from prm.core.errors import Conflict, Expired, Forbidden, Invalid, NotFound
from prm.web import navigation
from prm.web.filled import Filled
from prm.web.routes import READ, SEND
from prm.web.staff import StaffPages, Visit

_UNPROCESSABLE = 422
_SHORTEST = 12
_LONGEST = 256
_ADDRESS: TypeAdapter[str] = TypeAdapter(EmailStr)
_STEPS = {
    Stage.RENEW: "new-password",
    Stage.SECOND: "second",
    Stage.ENROL: "authenticator",
    Stage.CONFIRM: "code",
    Stage.PASSWORD: "password",
}
"""The page of each step on the way in."""
_BACK = re.compile(r"[A-Za-z0-9/_-]{1,200}")


def register(pages: StaffPages) -> None:
    """Add the routes."""
    pages.open_at("/clinic")(start)
    pages.open_at("/clinic/sign-in")(sign_in)
    pages.open_at("/clinic/sign-in", SEND)(signed_in)
    pages.open_at("/clinic/second", READ, Stage.SECOND)(second)
    pages.open_at("/clinic/second", SEND, Stage.SECOND)(second_sent)
    pages.open_at("/clinic/new-password", READ, Stage.RENEW)(renew)
    pages.open_at("/clinic/new-password", SEND, Stage.RENEW)(renewed)
    pages.open_at("/clinic/recover", READ, Stage.SECOND)(recover)
    pages.open_at("/clinic/recover", SEND, Stage.SECOND)(recovered)
    pages.open_at("/clinic/authenticator", READ, Stage.ENROL)(enrol)
    pages.open_at("/clinic/authenticator", SEND, Stage.ENROL)(enrolled)
    pages.open_at("/clinic/forgot")(forgot)
    pages.open_at("/clinic/forgot", SEND)(forgotten)
    pages.open_at("/clinic/code", READ, Stage.CONFIRM)(code)
    pages.open_at("/clinic/code", SEND, Stage.CONFIRM)(code_typed)
    pages.open_at("/clinic/code/again", SEND, Stage.CONFIRM)(code_again)
    pages.open_at("/clinic/join/{token}")(join)
    pages.open_at("/clinic/join/{token}", SEND)(joined)
    pages.open_at("/clinic/password", READ, Stage.PASSWORD)(password)
    pages.open_at("/clinic/password", SEND, Stage.PASSWORD)(password_chosen)
    pages.open_at("/clinic/sign-out", SEND, Stage.IN)(sign_out)


def start(visit: Visit) -> Response:
    """Lead on to where this browser left off."""
    if visit.session is None:
        return visit.go("sign-in")
    if visit.session.is_in:
        return visit.go("operator" if visit.session.is_operators else _first_area(visit, visit.session))
    return visit.go(_STEPS[visit.session.stage])


def sign_in(visit: Visit) -> Response:
    """Ask for address and password."""
    return _sign_in(visit)


def signed_in(visit: Visit) -> Response:
    """Take them; what was wrong with them is not said."""
    form = visit.form()
    email, secret, back = form.one("email").strip(), form.one("password"), form.one("next")
    if not email or not secret or len(secret) > _LONGEST:
        return _sign_in(visit, email=email, back=back, wrong="entry_wrong")
    try:
        token = visit.house.sign_in.enter(email, secret, visit.network)
    except Forbidden:
        return _sign_in(visit, email=email, back=back, wrong="entry_wrong")
    except Expired:
        return _sign_in(visit, email=email, back=back, wrong="often")
    entered = visit.house.sessions.find(token)
    if entered and entered.is_in:
        _note_entry(visit, entered)
        return visit.go(_on(back), token)
    is_second = entered is not None and entered.stage is Stage.SECOND
    return visit.go(f"second?next={_on(back)}" if is_second and _on(back) else "", token)


def second(visit: Visit) -> Response:
    """Ask for the authenticator's code."""
    return _ask(visit, "second", back=_on(visit.query("next")))


def second_sent(visit: Visit) -> Response:
    """Take it."""
    session, form = _session(visit), visit.form()
    back = _on(form.one("next"))
    try:
        token = visit.house.sign_in.second(visit.token, session, form.one("code"))
    except Forbidden:
        return _ask(visit, "second", wrong="code_wrong", back=back)
    except Expired:
        return _ask(visit, "second", wrong="often", back=back)
    _note_entry(visit, session)
    return visit.go(back, token)


def renew(visit: Visit) -> Response:
    """Ask for a password in place of a first one."""
    return _password(visit, path="new-password")


def renewed(visit: Visit) -> Response:
    """Take it; what comes next is the second factor."""
    session = _session(visit)
    chosen = visit.form().one("password")
    if problem := _weakness(chosen, session.email):
        return _password(visit, wrong=problem, path="new-password")
    try:
        token = visit.house.sign_in.renewed(visit.token, session, chosen)
    except Invalid:
        return _password(visit, wrong="password_weak", path="new-password")
    return visit.go("", token)


def recover(visit: Visit) -> Response:
    """Ask for a printed code, where the phone is lost."""
    return _ask(visit, "recover")


def recovered(visit: Visit) -> Response:
    """Take it, and lead on to a new password and authenticator."""
    session = _session(visit)
    try:
        token = visit.house.sign_in.recover(visit.token, session, visit.form().one("code"))
    except Forbidden:
        return _ask(visit, "recover", wrong="code_wrong")
    except Expired:
        return _ask(visit, "recover", wrong="often")
    return visit.go("password", token)


def enrol(visit: Visit) -> Response:
    """Show a new authenticator's key, as a picture to scan and as text to type."""
    return _enrol(visit)


def enrolled(visit: Visit) -> Response:
    """Take its first code, and show recovery codes, once."""
    session = _session(visit)
    try:
        token, printed = visit.house.sign_in.enrolled(visit.token, session, visit.form().one("code"))
    except Forbidden:
        return _enrol(visit, wrong="code_wrong")
    except Expired:
        return _enrol(visit, wrong="often")
    _note_entry(visit, session)
    shown = visit.show("access/printed.html", codes=printed)
    shown.headers["Set-Cookie"] = visit.go("", token).headers["Set-Cookie"]
    return shown


def forgot(visit: Visit) -> Response:
    """Ask whose password was forgotten."""
    return _ask(visit, "forgot", "email")


def forgotten(visit: Visit) -> Response:
    """Mail a code if there is such an account; the page after it is the same if there is none."""
    email = visit.form().one("email").strip().casefold()
    try:
        _ADDRESS.validate_python(email)
    except ValidationError:
        return _ask(visit, "forgot", "email", email, wrong="wrong_email")
    if not visit.house.limits.take(Limit.RESET_NETWORK, visit.network):
        return _ask(visit, "forgot", "email", email, wrong="often")
    known = visit.house.limits.take(Limit.RESET_ADDRESS, email)
    return visit.go("code", visit.house.joining.forgot(email, mail=known))


def code(visit: Visit) -> Response:
    """Ask for the digits that were mailed."""
    return _code(visit)


def code_typed(visit: Visit) -> Response:
    """Take them."""
    session = _session(visit)
    if not visit.house.limits.take(Limit.CODE_NETWORK, visit.network):
        return _code(visit, wrong="often")
    try:
        token = visit.house.joining.typed(visit.token, session, visit.form().one("code"))
    except Forbidden:
        return _code(visit, wrong="code_wrong")
    except Expired:
        return _code(visit, wrong="code_over")
    return visit.go("password", token)


def code_again(visit: Visit) -> Response:
    """Mail another one."""
    session = _session(visit)
    if visit.house.limits.take(Limit.RESET_ADDRESS, session.email):
        visit.house.joining.again(session)
    return visit.done("code", "console_access.flash_code_sent")


def join(visit: Visit, token: str) -> Response:
    """Say what the button in a mail leads to; opening the page, as mail scanners do, confirms nothing."""
    try:
        _, clinic, member, kind = visit.house.joining.linked(token)
    except (NotFound, Forbidden, Expired):
        return visit.show("access/over.html", status=410)
    return visit.show("access/join.html", clinic_name=clinic.name, name=member.name, kind=str(kind), link=token)


def joined(visit: Visit, token: str) -> Response:
    """Go on to choose a password."""
    try:
        session = visit.house.joining.follow(token)
    except (NotFound, Forbidden, Expired):
        return visit.show("access/over.html", status=410)
    return visit.go("password", session)


def password(visit: Visit) -> Response:
    """Ask for a new password."""
    return _password(visit)


def password_chosen(visit: Visit) -> Response:
    """Set it, and sign in with it: what comes next is the second factor."""
    session = _session(visit)
    chosen = visit.form().one("password")
    if problem := _weakness(chosen, session.email):
        return _password(visit, wrong=problem)
    try:
        visit.house.joining.choose(session, chosen)
    except Invalid:
        return _password(visit, wrong="password_weak")
    except (Conflict, Expired):
        return visit.show("access/over.html", status=409)
    visit.house.sessions.end(visit.token)
    return visit.go(_on(""), visit.house.sign_in.enter(session.email, chosen, visit.network))


def sign_out(visit: Visit) -> Response:
    """End the session, on the server too: the browser's back button shows nothing."""
    visit.house.sessions.end(visit.token)
    return visit.done("sign-in", "console_access.flash_signed_out")


def _first_area(visit: Visit, session: Session) -> str:
    """Return where someone begins: at Home, or where their role opens that not, at the first page that it does."""
    try:
        role = visit.house.clinics.fresh(session.clinic).member(session.member).role
    except NotFound:
        return "home"  # which leads to signing in
    return navigation.first(role)[0]


def _note_entry(visit: Visit, session: Session) -> None:
    visit.house.audit.note(session.clinic, session.member, Action.SIGNED_IN, network=visit.network)


def _on(wanted: str) -> str:
    """Return where to go once signed in: `start` knows the step that comes first."""
    return wanted if _BACK.fullmatch(wanted) and "//" not in wanted else ""


def _session(visit: Visit) -> Session:
    assert visit.session is not None  # noqa: S101  # the stage was checked
    return visit.session


def _ask(  # a page, its one field, and what the page shows beside it
    visit: Visit, name: str, field: str = "code", typed: str = "", *, wrong: str = "", **values: object
) -> Response:
    """Return a page with one field, and beside the field what was wrong with it."""
    errors = {field: visit.texts(f"console_access.{wrong}")} if wrong else {}
    return visit.show(
        f"access/{name}.html",
        status=_UNPROCESSABLE if wrong else 200,
        form=Filled({field: typed}, errors),
        **values,
    )


def _sign_in(visit: Visit, *, email: str = "", back: str = "", wrong: str = "") -> Response:
    back = back or visit.query("next")
    return _ask(visit, "sign_in", "email", email, wrong=wrong, back=back if _BACK.fullmatch(back) else "")


def _enrol(visit: Visit, wrong: str = "") -> Response:
    session = _session(visit)
    key = session.secret
    groups = " ".join(key[at : at + 4] for at in range(0, len(key), 4))
    return _ask(visit, "authenticator", wrong=wrong, picture=qr.authenticator(key, session.email), key=groups)


def _code(visit: Visit, wrong: str = "") -> Response:
    return _ask(visit, "code", wrong=wrong, email=_session(visit).email)


def _password(visit: Visit, wrong: str = "", path: str = "password") -> Response:
    return _ask(visit, "password", "password", wrong=wrong, email=_session(visit).email, path=path)


def _weakness(chosen: str, email: str) -> str:
    """Return what is wrong with a password, after NIST SP 800-63B-4, 3.1.1.2: length counts, composition does not."""
    if len(chosen) < _SHORTEST:
        return "password_short"
    if len(chosen) > _LONGEST:
        return "password_long"
    plain = chosen.casefold()
    if email.partition("@")[0] in plain or len(set(plain)) < _SHORTEST // 2:
        return "password_weak"
    return ""
