"""A page's title where no machine-readable one is given: its <title> without the site's name."""

import re
from collections import Counter

from lxml.etree import _Element

_PARTING = re.compile(r"\s+[|\-–—\\/>»·•]\s+|\s*[|»]\s*")
_FEWEST_WORDS = 4
_LONGEST = 150
_SHORTEST = 15


def of_page(root: _Element) -> str:
    """Return the <title> without the name of the site, or else the only heading of the first rank."""
    whole = _text(root.find(".//title"))
    short = _without_site(whole)
    headings = [text for one in root.iter("h1", "h2") if (text := _text(one))]
    if whole and ": " in whole and short == whole and whole not in headings:
        after = whole.split(": ", 1)[1] if len(whole.rsplit(":", 1)[1].split()) < 3 else whole.rsplit(":", 1)[1]  # noqa: PLR2004
        short = after.strip() if len(after.split()) > _FEWEST_WORDS else whole
    firsts = [text for one in root.iter("h1") if (text := _text(one))]
    if not whole or not _SHORTEST <= len(whole) <= _LONGEST:
        return (
            firsts[0] if len(firsts) == 1 and len(firsts[0].split()) > _FEWEST_WORDS else whole or "".join(firsts[:1])
        )
    return short if len(short.split()) > _FEWEST_WORDS or short in headings else whole


def site_of(root: _Element) -> str:
    """Return the site's name as the <title> ends with it, where the rest is the page's heading."""
    whole = _text(root.find(".//title"))
    parts = [part.strip() for part in _PARTING.split(whole) if part.strip()]
    headings = Counter(_text(one).casefold() for one in root.iter("h1", "h2", "h3"))
    if len(parts) == 2 and parts[0].casefold() in headings and len(parts[1].split()) <= 6:  # noqa: PLR2004
        return parts[1]
    return ""


def _without_site(whole: str) -> str:
    parts = list(_PARTING.finditer(whole))
    if not parts:
        return whole
    start = whole[: parts[-1].start()].strip()
    if len(start.split()) < 3:  # noqa: PLR2004
        return whole[parts[0].end() :].strip()
    return start


def _text(element: _Element | None) -> str:
    return " ".join("".join(str(part) for part in element.itertext()).split()) if element is not None else ""
