"""How patients recognise the clinic: its logo and its colour, as mails and pages show them."""

from dataclasses import replace

from chalice import Response

from clinic_console import sample
from clinic_console.keeping import keep
from prm.audit.model import Action
from prm.clinics.looks import readable
from prm.clinics.model import Logo, Looks
from prm.core import colours
from prm.core.errors import Invalid
from prm.core.text import Texts
from prm.mail.model import Kind
from prm.web import framed, page
from prm.web.filled import Filled
from prm.web.routes import READ, SEND
from prm.web.staff import LEADS, StaffPages, StaffVisit

NAV = "settings"
_UNPROCESSABLE = 422
_CONFLICT = 409


def register(pages: StaffPages) -> None:
    """Add the routes."""
    pages.at("/clinic/settings/looks", READ, LEADS)(show)
    pages.at("/clinic/settings/looks", SEND, LEADS)(sent)
    pages.at("/clinic/settings/looks/email", READ, LEADS)(email)
    pages.at("/clinic/settings/looks/page", READ, LEADS)(sample_page)


def show(visit: StaffVisit) -> Response:
    """Show logo and colour, and what they look like."""
    return _show(visit, Filled({"colour": visit.clinic.looks.colour}))


def sent(visit: StaffVisit) -> Response:
    """Keep them; a colour that is too pale to be read is refused, with the nearest shade that is not."""
    form = visit.form()
    typed = form.one("use") or form.one("colour").strip().lower()
    wrong = _wrong(visit, typed)
    try:
        logo = None if wrong else _logo(visit)
    except Invalid as err:
        wrong = {"logo": err.message}
    if wrong:
        offered = readable(typed) if colours.is_colour(typed) else ""
        return _show(visit, Filled({"colour": typed}, wrong), _UNPROCESSABLE, offered if "colour" in wrong else "")
    if not keep(visit, replace(visit.clinic, looks=Looks(typed, logo))):
        changed = {"": visit.texts("console_settings.changed")}
        return _show(visit, Filled({"colour": typed}, changed), _CONFLICT)
    visit.note(Action.SET, what="looks")
    return visit.done("settings/looks", "console_looks.flash_saved")


def email(visit: StaffVisit) -> Response:
    """Show the mail with the question, for a frame."""
    language = visit.clinic.languages[0]
    return framed.letter(sample.letter_of(visit, visit.clinic, Kind.SURVEY, language).html)


def sample_page(visit: StaffVisit) -> Response:
    """Show a page as patients see it, for a frame."""
    texts = Texts(visit.clinic.languages[0])
    scene = page.Scene(texts, visit.urls, visit.clinic, visit.clinic.phone, sample.TOKEN)
    return framed.page(page.render("settings/sample_page.html", scene))


def _wrong(visit: StaffVisit, colour: str) -> dict[str, str]:
    if not colours.is_colour(colour):
        return {"colour": visit.texts("console_looks.wrong_colour")}
    if readable(colour) != colour:
        return {"colour": visit.texts("console_looks.wrong_pale", shade=readable(colour))}
    return {}


def _logo(visit: StaffVisit) -> Logo | None:
    """Return the logo that was sent, or the one there was; None where it is to go. Raises Invalid."""
    form = visit.form()
    if form.one("without"):
        return None
    picture = form.files.get("logo")
    return visit.house.clinics.keep_logo(visit.clinic.id, picture) if picture else visit.clinic.looks.logo


def _show(visit: StaffVisit, form: Filled, status: int = 200, offered: str = "") -> Response:
    return framed.holding(visit.page("settings/looks.html", nav=NAV, status=status, form=form, offered=offered))
