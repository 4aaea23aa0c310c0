"""The author as a page shows it, where no machine-readable one is given."""

import re

from lxml.etree import _Element

from prm.content.reading.page import cleaned

_MARK = re.compile(r"byline|author|dateline|writtenby|written-by|p-author", re.IGNORECASE)
_NOT = re.compile(r"comment|related|bio|about|avatar|image|photo|social|share|widget|sidebar|footer|nav", re.IGNORECASE)
_START = re.compile(
    r"^(?:posted\s+|written\s+|reviewed\s+|authored\s+|words\s+)?(?:by|por|von|par|de|author|autor)\b\s*:?\s*",
    re.IGNORECASE,
)
_MONTHS = r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_END = re.compile(
    rf"\s*(?:[|•·\n]|\s[-–—]\s|(?:,\s*)?\b(?:on\s+)?(?:{_MONTHS})[a-z]*\.?\s+\d|(?:,\s*)?(?:on\s+)?\d{{1,4}}[./-]\d|"
    r"\b(?:published|posted|updated|last\s+reviewed|medically\s+reviewed)\b).*",
    re.IGNORECASE | re.DOTALL,
)
_NO_NAME = re.compile(
    r"^(?:sign|log)[ -]?(?:in|up|out)\b|"
    r"^(?:admin|administrator|staff|editor|guest|user|anonymous|unknown|follow|share|more|home|menu|subscribe)$",
    re.IGNORECASE,
)
_LONGEST = 100
_ADDRESS = re.compile(r"https?:|www\.|@|\.com\b", re.IGNORECASE)


def of_page(root: _Element) -> str:
    """Return the author from the first element that is marked as a byline, or an empty string."""
    for one in root.iter():
        if not isinstance(one.tag, str) or not _marked(one):
            continue
        name = name_of(_words(one))
        if name:
            return name
    return ""


def name_of(text: str) -> str:
    """Return the name in a byline; an empty string where it is an address, too long, or none at all."""
    if _ADDRESS.search(text) or len(text) > _LONGEST:
        return ""
    name = _END.sub("", _START.sub("", " ".join(text.split(" ")).strip()))
    name = " ".join(name.split()).strip(" ,;:-–—")
    if _NO_NAME.search(name) or not any(letter.isalpha() for letter in name):
        return ""
    return name if " " in name or not name.islower() else ""


def _marked(element: _Element) -> bool:
    if element.get("rel") == "author" or "author" in (element.get("itemprop") or "").split():
        return True
    marks = f"{element.get('class') or ''} {element.get('id') or ''}"
    return bool(_MARK.search(marks)) and not _NOT.search(marks)


def _words(element: _Element) -> str:
    named = next(
        (one for one in element.iter() if isinstance(one.tag, str) and "name" in (one.get("itemprop") or "").split()),
        None,
    )
    text = cleaned("".join(str(part) for part in (named if named is not None else element).itertext())).strip()
    return re.sub(r"\s*\n\s*", "\n", text)
