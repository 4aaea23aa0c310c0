"""What patients write beside their score: kept as they wrote it, without what is no text."""

import unicodedata

from prm.core.errors import Invalid

LIMIT = 4000
_KEPT = "\n\t"
_NO_TEXT = {"Cc", "Cs"}
_CUT = "…"


def clean(text: str) -> str:
    """Return the comment as it is kept: line ends are newlines, control characters and halves of surrogates are gone.

    Emoji (their joiners too) and right-to-left text stay as they are; escaping belongs to output.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(one for one in lines if one in _KEPT or unicodedata.category(one) not in _NO_TEXT).strip()


def limited(text: str) -> str:
    """Return the comment. Raises Invalid when it is too long: whoever types it can still shorten it."""
    if len(text) > LIMIT:
        raise Invalid(f"Please keep your comment to {LIMIT:,} characters; it has {len(text):,}", field="comment")
    return text


def cut(text: str) -> str:
    """Return at most the first `LIMIT` characters, marked as cut: nobody is there to shorten a reply."""
    return text if len(text) <= LIMIT else text[: LIMIT - len(_CUT)] + _CUT
