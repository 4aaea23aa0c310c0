"""Which sentences of a mail a clinic may write itself, and what it may write there.

The question, how to answer it, what a review is asked for, the address and the way to leave the list are not among
them: they are what was tested, what the law asks for, and what readers rely on.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from prm.clinics.model import Language
from prm.core.text import Texts, Unworded, names_in
from prm.mail.letter import one_line
from prm.mail.model import Kind

ANYWHERE = frozenset({"clinic"})
"""Placeholders that any sentence may hold."""
_WEB = re.compile(r"://|\bwww\.", re.IGNORECASE)


@dataclass(frozen=True)
class Slot:
    """One sentence that may be the clinic's own, and how long it may be."""

    key: str
    most: int


GREETING = Slot("mail.greeting", 60)
SLOTS: dict[Kind, tuple[Slot, ...]] = {
    Kind.SURVEY: (GREETING, Slot("survey_mail.lead", 240), Slot("mail.thank_you", 120)),
    Kind.FOLLOW_UP: (Slot("follow_up_mail.lead", 240), Slot("follow_up_mail.closing", 240)),
    Kind.THANK_YOU: (
        Slot("thank_you_mail.lead", 240),
        Slot("thank_you_mail.read", 240),
        Slot("thank_you_mail.more", 240),
    ),
    Kind.REVIEW_REQUEST: (Slot("review_request_mail.lead", 240), Slot("review_request_mail.ask", 300)),
}
"""By mail. What several mails share, the greeting and the thanks, stands with the survey."""


class Problem(StrEnum):
    """What is wrong with a clinic's own sentence."""

    LONG = "long"
    MARKUP = "markup"
    LINK = "link"
    BRACE = "brace"
    UNKNOWN = "unknown"
    MISSING = "missing"


def ours(slot: Slot, language: Language) -> str:
    """Return our sentence, placeholders and all."""
    return Texts(language).raw(slot.key)


def required(slot: Slot) -> frozenset[str]:
    """Return the placeholders that a sentence must hold: what the mail would lack without them."""
    return names_in(ours(slot, Language.ENGLISH))


def problem(slot: Slot, text: str) -> tuple[Problem, str] | None:
    """Return what is wrong with a sentence, and the placeholder it is about; None where nothing is."""
    if len(text) > slot.most:
        return Problem.LONG, ""
    if "<" in text or ">" in text or one_line(text, slot.most) != text:
        return Problem.MARKUP, ""
    if _WEB.search(text):
        return Problem.LINK, ""
    try:
        names = names_in(text)
    except Unworded:
        return Problem.BRACE, ""
    for unknown in sorted(names - required(slot) - ANYWHERE):
        return Problem.UNKNOWN, unknown
    for missing in sorted(required(slot) - names):
        return Problem.MISSING, missing
    return None
