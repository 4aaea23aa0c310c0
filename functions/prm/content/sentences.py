"""Sentences of a paragraph. A full stop after a title, a short form or a number does not end one."""

import re

_END = re.compile(r"([.!?…]+[\"'”’)\]]*)\s+(?=[\"'“‘(\[]?[A-ZÀ-ÖØ-Þ¿¡0-9])")
_SHORT = re.compile(
    r"(?:\b(?:dr|drs|mr|mrs|ms|prof|st|jr|sr|vs|etc|e\.g|i\.e|approx|dept|est|fig|inc|no|al|min|max|vol|ca|u\.s|u\.k|ph\.d|p\.t|d\.p\.t|a\.m|p\.m)"
    r"|\b[A-Z])\.$",
    re.IGNORECASE,
)
_NEVER_LAST = re.compile(r"(?:\b(?:dr|drs|mr|mrs|ms|prof|vs|e\.g|i\.e|approx|fig)|\b[A-Z])\.$", re.IGNORECASE)


def sentences_of(paragraph: str) -> list[str]:
    """Return the sentences in order; put together with spaces they are the paragraph again."""
    text = " ".join(paragraph.split())
    found: list[str] = []
    start = 0
    for end in _END.finditer(text):
        one = text[start : end.end(1)]
        if _NEVER_LAST.search(one) and not one.endswith((" I.", " A.")):
            continue
        if _SHORT.search(one) and not text[end.end() : end.end() + 2].strip('"“').istitle():
            continue
        found.append(one)
        start = end.end()
    return [one for one in (*found, text[start:]) if one.strip()]
