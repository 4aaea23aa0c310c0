"""The wording of mails to patients: some sentences a clinic may write itself, by mail and language."""

from dataclasses import replace

from chalice import Response

from clinic_console import sample
from clinic_console.keeping import keep
from prm.audit.model import Action
from prm.clinics.model import Clinic, Language
from prm.core.errors import Invalid, NotFound
from prm.mail.model import Kind
from prm.mail.wording import ANYWHERE, SLOTS, Slot, ours, problem, required
from prm.web import framed
from prm.web.filled import Filled
from prm.web.routes import READ, SEND
from prm.web.staff import LEADS, StaffPages, StaffVisit

NAV = "settings"
_UNPROCESSABLE = 422
_CONFLICT = 409


def register(pages: StaffPages) -> None:
    """Add the routes."""
    pages.at("/clinic/settings/texts", READ, LEADS)(listed)
    pages.at("/clinic/settings/texts/{mail}/{language}", READ, LEADS)(show)
    pages.at("/clinic/settings/texts/{mail}/{language}", SEND, LEADS)(sent)
    pages.at("/clinic/settings/texts/{mail}/{language}/ours", SEND, LEADS)(back)
    pages.at("/clinic/settings/texts/{mail}/{language}/preview", READ, LEADS)(preview)


def listed(visit: StaffVisit) -> Response:
    """List the mails in each of the clinic's languages."""
    rows = [
        (kind, language, any(_name(slot, language) in visit.clinic.texts for slot in SLOTS[kind]))
        for kind in SLOTS
        for language in visit.clinic.languages
    ]
    return visit.page("settings/texts.html", nav=NAV, rows=rows)


def show(visit: StaffVisit, mail: str, language: str) -> Response:
    """Show the sentences of one mail."""
    kind, tongue = _known(mail, language)
    typed = {_field(slot): visit.clinic.texts.get(_name(slot, tongue), ours(slot, tongue)) for slot in SLOTS[kind]}
    return _show(visit, kind, tongue, Filled(typed))


def sent(visit: StaffVisit, mail: str, language: str) -> Response:
    """Keep them; what is empty, or as ours, is ours and follows what we make better."""
    kind, tongue = _known(mail, language)
    form = visit.form()
    typed = {_field(slot): form.one(_field(slot)) for slot in SLOTS[kind]}
    texts, errors = dict(visit.clinic.texts), {}
    for slot in SLOTS[kind]:
        text, wrong = _read(visit, slot, typed[_field(slot)])
        texts.pop(_name(slot, tongue), None)
        if wrong:
            errors[_field(slot)] = wrong
        elif text and text != ours(slot, tongue):
            texts[_name(slot, tongue)] = text
    if errors:
        return _show(visit, kind, tongue, Filled(typed, errors), _UNPROCESSABLE)
    return _keep(visit, kind, tongue, texts, Filled(typed))


def back(visit: StaffVisit, mail: str, language: str) -> Response:
    """Go back to our words in one mail."""
    kind, tongue = _known(mail, language)
    gone = {_name(slot, tongue) for slot in SLOTS[kind]}
    texts = {name: text for name, text in visit.clinic.texts.items() if name not in gone}
    return _keep(visit, kind, tongue, texts, Filled({_field(slot): ours(slot, tongue) for slot in SLOTS[kind]}))


def preview(visit: StaffVisit, mail: str, language: str) -> Response:
    """Show the mail as it goes out now, for a frame."""
    kind, tongue = _known(mail, language)
    try:
        return framed.letter(sample.letter_of(visit, visit.clinic, kind, tongue).html)
    except Invalid as err:
        raise NotFound(err.message) from err


def _read(visit: StaffVisit, slot: Slot, typed: str) -> tuple[str, str]:
    """Return the sentence as it is kept, and what is wrong with it."""
    text = " ".join(typed.split())
    found = problem(slot, text) if text else None
    if found is None:
        return text, ""
    values: dict[str, object] = {"most": slot.most} if found[0] == "long" else {}
    if found[1]:
        values = {"name": f"{{{found[1]}}}"}
    return "", visit.texts(f"console_texts.wrong_{found[0]}", **values)


def _keep(visit: StaffVisit, mail: Kind, language: Language, texts: dict[str, str], form: Filled) -> Response:
    changed: Clinic = replace(visit.clinic, texts=texts)
    if not keep(visit, changed):
        said = {"": visit.texts("console_settings.changed")}
        return _show(visit, mail, language, replace(form, errors=said), _CONFLICT)
    visit.note(Action.SET, what=f"wording {mail} {language}")
    return visit.done(f"settings/texts/{mail}/{language}", "console_texts.flash_saved")


def _show(visit: StaffVisit, mail: Kind, language: Language, form: Filled, status: int = 200) -> Response:
    fields = [
        (
            _field(slot),
            visit.texts(f"console_texts.slot_{_field(slot)}"),
            _hint(visit, slot),
            ours(slot, language),
            slot.most,
        )
        for slot in SLOTS[mail]
    ]
    shown = visit.page(
        "settings/text.html",
        nav=NAV,
        status=status,
        form=form,
        fields=fields,
        mail=mail,
        language=language,
        is_own=any(_name(slot, language) in visit.clinic.texts for slot in SLOTS[mail]),
        can_preview=mail is not Kind.REVIEW_REQUEST or any(one.review_sites for one in visit.clinic.locations),
    )
    return framed.holding(shown)


def _hint(visit: StaffVisit, slot: Slot) -> str:
    """Return which placeholders a sentence must hold, and which it may."""
    must = ", ".join(f"{{{name}}}" for name in sorted(required(slot)))
    may = ", ".join(f"{{{name}}}" for name in sorted(ANYWHERE - required(slot)))
    if not must:
        return visit.texts("console_texts.may", may=may)
    return visit.texts("console_texts.must", must=must, may=may)


def _known(kind: str, language: str) -> tuple[Kind, Language]:
    if kind not in set(SLOTS) or language not in set(Language):
        raise NotFound("There is no such email")
    return Kind(kind), Language(language)


def _field(slot: Slot) -> str:
    return slot.key.replace(".", "_")


def _name(slot: Slot, language: Language) -> str:
    return f"{language}.{slot.key}"
