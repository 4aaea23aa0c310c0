"""From words to a mail: the frame all letters share, the two parts of each, and what a header may hold.

Values that reach a template from outside (names, addresses) are brought to one line first; HTML escapes them, and the
subject and the sender's name, made of the same values, hold nothing a header could break on.
"""

import functools
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from prm.clinics.looks import shades
from prm.clinics.model import Clinic, Language, Looks
from prm.core.formats import phone, phone_link
from prm.core.text import Texts
from prm.mail.model import Letter

GENERATED = (("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "OOF, AutoReply"))
"""RFC 3834 section 5: made by a machine, answering nobody, so that no vacation responder answers either.

Exchange heeds only its own header for that (MS-OXCMAIL 2.1.3.2.20). `Precedence` stays out: it was never standard, and
RFC 3834 section 3.1.8 advises against leaning on it.
"""

REPLIED = (("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "OOF, AutoReply"))
"""RFC 3834 section 5: made by a machine in answer to a mail; no robot answers it, so two never talk to each other."""

_TEMPLATES = Path(__file__).parent / "templates"
_INDENT = re.compile(r"\n\s+")
_LONG = 120
_GREETED_LONG = 40
_SENDER_LONG = 60
_UNSEEN = {"Cc", "Cs", "Zl", "Zp"}
_TURNING = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True)
class Draft:
    """A letter before it is set.

    `template` names its two files. `subject` and `preheader` are ready; `values` are what else the template shows.
    `sender` is the name beside the address and `phone` the number to call, the clinic's unless given. `replies` says
    whether an answer is read, `notice` stands above all else where there is one. `looks` are ours unless the mail is
    the clinic's own, `logo_url` is where its logo is, if it shows one, and `texts` its own words.
    """

    template: str
    clinic: Clinic
    to: str
    language: Language
    subject: str
    preheader: str
    values: Mapping[str, object]
    headers: tuple[tuple[str, str], ...] = GENERATED
    sender: str = ""
    phone: str = ""
    local_part: str = "care"
    replies: bool = True
    looks: Looks = field(default_factory=Looks)
    logo_url: str = ""
    texts: Texts | None = None
    notice: str = ""


def write(draft: Draft) -> Letter:
    """Return the letter: both parts set, and the headers clean."""
    sender = one_line(draft.sender or draft.clinic.name, _SENDER_LONG)
    subject = one_line(draft.subject)
    number = draft.phone or draft.clinic.phone
    frame = {
        "t": draft.texts or Texts(draft.language),
        "subject": subject,
        "notice": draft.notice,
        "preheader": draft.preheader,
        "sender": sender,
        "clinic": one_line(draft.clinic.name),
        "short_name": short_name(draft.clinic),
        "address": one_line(", ".join(draft.clinic.postal_address.splitlines()), 300),
        "phone": phone(one_line(number)),
        "phone_link": phone_link(number),
        "signed": _signed(draft.clinic, Texts(draft.language)),
        "brand": {name: shade.upper() for name, shade in asdict(shades(draft.looks.colour)).items()},
        "logo": draft.looks.logo if draft.logo_url else None,
        "logo_url": draft.logo_url,
    }
    text, html = render(draft.template, draft.language, {**frame, **draft.values})
    return Letter(
        to=draft.to,
        sender=sender,
        subject=subject,
        text=f"{draft.notice}\n\n{text}" if draft.notice else text,
        html=html,
        local_part=draft.local_part,
        headers=draft.headers,
        replies=draft.replies,
    )


def render(name: str, language: str, context: Mapping[str, object]) -> tuple[str, str]:
    """Return the text and the HTML part of the letter `name`. A value the templates miss raises UndefinedError."""
    values = {"t": Texts(language), "language": str(language), **context}
    text = _environment().get_template(f"{name}.txt").render(values)
    html = _environment().get_template(f"{name}.html").render(values)
    return text.strip() + "\n", _INDENT.sub("\n", html).strip() + "\n"


def stoppable(address: str) -> tuple[tuple[str, str], ...]:
    """Return the headers of mail that one POST to `address` stops (RFC 2369 section 3.2, RFC 8058 section 3.1)."""
    return (
        ("List-Unsubscribe", f"<{address}>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        *GENERATED,
    )


def one_line(text: str, limit: int = _LONG) -> str:
    """Return the text as one visible line: no line ends, no control characters, nothing that turns its direction.

    Half a character (a lone surrogate) goes as well: no mail could carry it.
    """
    kept = "".join(" " if _is_unseen(char) else char for char in text)
    line = " ".join(kept.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def greeted(name: str) -> str:
    """Return the name if it can be greeted, else "": what looks like an address would become a link in the mail."""
    line = one_line(name)
    if len(line) > _GREETED_LONG or not any(char.isalpha() for char in line):
        return ""
    return "" if re.search(r"[\d@/\\<>:]|\.\w", line) else line


def short_name(clinic: Clinic) -> str:
    """Return what the clinic is called among people who know it."""
    return one_line(clinic.short_name) or one_line(clinic.name)


def _signed(clinic: Clinic, texts: Texts) -> str:
    """Return the last line: a signer's name gets the team beside it, a line that names the clinic stays as it is."""
    signer, clinic_name = one_line(clinic.signer), short_name(clinic)
    if not signer:
        return texts("mail.signed_team", clinic=clinic_name)
    return signer if clinic_name in signer else texts("mail.signed", signer=signer, clinic=clinic_name)


def _is_unseen(char: str) -> bool:
    return char in _TURNING or unicodedata.category(char) in _UNSEEN


@functools.cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
