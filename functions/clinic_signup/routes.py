"""Signing a clinic up: one form, and a code by mail. What follows the code, the console does."""

from collections.abc import Mapping

from chalice import Chalice, Response

from clinic_signup import form
from prm.accounts.limits import Limit
from prm.web import zones
from prm.web.filled import Filled, Typed
from prm.web.forms import Form
from prm.web.routes import SEND, new_app
from prm.web.staff import StaffPages, Visit
from prm.wiring import House

_UNPROCESSABLE = 422
_SLOW_DOWN = 429
_NOT_OPEN = 503
_AT = {"often": "", "agreement": "accepted"}
"""Where something is said that is not about a field of that name."""

type Sent = Mapping[str, Typed]


def build(house: House) -> Chalice:
    """Return the app with all its routes."""
    app = new_app("clinic_signup")
    pages = StaffPages(app, house)
    pages.open_at("/signup")(asked)
    pages.open_at("/signup", SEND)(sent)
    pages.open_at("/signup/agreement")(agreement)
    return app


def asked(visit: Visit) -> Response:
    """Show the form."""
    return _form(visit, form.START, set())


def sent(visit: Visit) -> Response:
    """Take the form in; what follows is the same for an address that has an account and one that has none."""
    terms = visit.house.clinics.terms()
    typed = _typed(visit.form())
    found, wrong = form.read(typed)
    if found and terms and found.agreement != terms.version:
        wrong = {"agreement"}
    if found is None or wrong or terms is None:
        return _form(visit, typed, wrong, _UNPROCESSABLE)
    limits = visit.house.limits
    if not (limits.take(Limit.SIGN_UP_NETWORK, visit.network) and limits.take(Limit.SIGN_UP_ALL)):
        return _form(visit, typed, {"often"}, _SLOW_DOWN)
    mail = limits.take(Limit.SIGN_UP_ADDRESS, found.email)
    return visit.go("code", visit.house.joining.sign_up(found, mail=mail))


def agreement(visit: Visit) -> Response:
    """Show what a clinic accepts."""
    terms = visit.house.clinics.terms()
    if terms is None:
        return visit.show("signup/not_open.html", status=_NOT_OPEN)
    return visit.show("signup/agreement.html", version=terms.version, paragraphs=terms.text.split("\n\n"))


def _typed(sent_form: Form) -> Sent:
    typed: dict[str, Typed] = {name: sent_form.one(name) for name in form.TEXTS}
    typed["languages"] = list(sent_form.many("languages"))
    return typed


def _form(visit: Visit, typed: Sent, wrong: set[str], status: int = 200) -> Response:
    terms = visit.house.clinics.terms()
    if terms is None:
        return visit.show("signup/not_open.html", status=_NOT_OPEN)
    errors = {
        _AT.get(name, name): visit.texts(f"console_signup.wrong_{name}")
        for name in (*form.TEXTS, "languages", "often")
        if name in wrong
    }
    return visit.show(
        "signup/form.html",
        status=status,
        form=Filled(typed, errors),
        zones=zones.choices(),
        version=terms.version,
    )
