"""What a reply to one of our mails says: an answer, a comment, a wish to leave, or that no person wrote it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from prm.core import tokens
from prm.core.errors import Invalid
from prm.mail import incoming, markup, quoting, robots, scores
from prm.mail.incoming import Incoming
from prm.mail.quoting import Words

_ADDRESS = re.compile(r"r-([a-z2-7]{26})@(.+)")
_STOP = re.compile(
    r"(?:please |pls |por favor,? |quiero |deseo )?"
    r"(?:stop|stopall|unsubscribe|opt[ -]?out|remove|take|quit|baja|dar(?:me|se)? de baja|denme de baja|"
    r"dame de baja|d[ée]me de baja|cancelar (?:la )?suscripci[óo]n|parar|alto|no m[áa]s (?:correos|mensajes|encuestas))"
    r"(?: (?:me|us|sending|emailing|mailing|writing|e-?mails?|mails?|messages?|surveys?|these|this|those|your|the|any|"
    r"all|more|from|to|off|of|list|mailing list|correos|mensajes|encuestas|de|la|lista|estos|sus)){0,7}"
    r"(?:,? (?:please|pls|thanks|thank you|now|por favor|gracias))?"
)
_TAKE_OFF = re.compile(r"\btake\b(?!.*\b(?:off|from)\b)")


class Kind(StrEnum):
    """What a mail turned out to be."""

    ANSWER = "answer"
    COMMENT = "comment"
    UNSUBSCRIBE = "unsubscribe"
    AUTO_REPLY = "auto-reply"
    BOUNCE = "bounce"
    ROBOT = "robot"
    QUARANTINED = "quarantined"


HUMAN = frozenset({Kind.ANSWER, Kind.COMMENT, Kind.UNSUBSCRIBE})
"""What a person wrote, as far as anyone can tell."""


@dataclass(frozen=True)
class Reply:
    """A reply as read. `comment` is the writer's text; `text` everything a person should see who reads it instead.

    `why` names what gave a robot away, or why the mail could not be read; it never holds words of the mail.
    """

    kind: Kind
    score: int | None = None
    comment: str = ""
    text: str = ""
    why: str = ""


def read(raw: bytes, envelope_sender: str | None = None) -> Reply:
    """Read a mail; nothing it holds makes this raise. `envelope_sender` is SMTP's MAIL FROM, where it is known."""
    try:
        mail = incoming.read(raw)
        sign = robots.sign_of(mail, envelope_sender)
        return Reply(Kind(sign.robot), why=sign.by) if sign else _said(_words(mail), mail.header("subject"))
    except Invalid as err:
        return Reply(Kind.QUARANTINED, why=str(err.detail.get("reason", "unreadable")))
    except Exception as err:  # noqa: BLE001  # whatever a hostile mail breaks, the original is kept for a person
        return Reply(Kind.QUARANTINED, why=type(err).__name__)


def token_of(recipients: Iterable[str], domain: str) -> str | None:
    """Return the token of the first of these addresses that is a reply address of ours, or None.

    `recipients` are those of the SMTP envelope: what the To header says is the writer's to choose.
    """
    for address in recipients:
        found = _ADDRESS.fullmatch(address.strip().strip("<>").lower())
        token = tokens.clean(found[1]) if found and found[2] == domain.lower() else None
        if token:
            return token
    return None


def _words(mail: Incoming) -> Words:
    plain = mail.text("text/plain")
    if plain:
        return quoting.cut(plain)
    page = mail.text("text/html")
    if not page:
        return Words("", "")
    words = quoting.cut(markup.text_of(page))
    return words if words.own else quoting.cut(markup.text_of(page, quoted=True))


def _said(words: Words, subject: str) -> Reply:
    if _is_stop(words.own or ("" if words.text else subject)):
        return Reply(Kind.UNSUBSCRIBE, comment=words.own, text=words.text)
    scored = scores.find(words.own)
    if scored:
        return Reply(Kind.ANSWER, scored.score, scored.comment, words.text)
    return Reply(Kind.COMMENT, comment=words.text, text=words.text)


def _is_stop(text: str) -> bool:
    """Tell whether someone says nothing but that they want no more mail."""
    line = " ".join(text[:300].lower().split()).strip(" .!*\"'")
    return len(text) <= 300 and bool(_STOP.fullmatch(line)) and not _TAKE_OFF.search(line)  # noqa: PLR2004
