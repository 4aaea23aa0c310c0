"""When an article was published, as its page says or lets guess."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

from lxml.etree import _Element

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?!\d)")
_SLASHED = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})")
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_MONTH_FIRST = re.compile(rf"\b{_MONTH}\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})\b", re.IGNORECASE)
_DAY_FIRST = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH},?\s+(\d{{4}})\b", re.IGNORECASE)
_IN_ADDRESS = re.compile(r"/((?:19|20)\d{2})[/-](\d{1,2})[/-](\d{1,2})(?:[/-]|$)")
_DATE_CLASS = re.compile(r"date|time|publish|posted|byline", re.IGNORECASE)
_OLDEST = 1990
_LONGEST = 120
_SHORTEST, _ALONE = 8, 30


def date_of(text: str) -> date | None:
    """Return the day in a text such as machines write or people read, in its own time zone; or None."""
    text = text.strip()[:_LONGEST]
    for pattern in (_ISO, _SLASHED, _COMPACT):
        found = pattern.match(text)
        if found:
            return _day(found[1], found[2], found[3])
    worded = _worded(text)
    if worded or not text:
        return worded
    try:
        return parsedate_to_datetime(text).date()
    except (ValueError, IndexError, TypeError):
        return _epoch(text)


def marked_on(root: _Element) -> Iterator[str]:
    """Return what the elements say that are marked as the day of publication."""
    for one in root.iter():
        if not isinstance(one.tag, str):
            continue
        if "datePublished" in (one.get("itemprop") or "").split():
            yield one.get("datetime") or one.get("content") or _text(one)
        elif one.tag == "time" and (one.get("pubdate") is not None or _is_published(one)):
            yield one.get("datetime") or ""


def in_address(url: str) -> date | None:
    """Return the day in an address such as /2024/03/18/heel-pain."""
    found = _IN_ADDRESS.search(url)
    return _day(found[1], found[2], found[3]) if found else None


def in_text(root: _Element) -> date | None:
    """Return the day in the first element whose class or tag says that it holds a date."""
    for one in root.iter():
        marks = f"{one.get('class') or ''} {one.get('id') or ''}" if isinstance(one.tag, str) else ""
        if one.tag == "time" or _DATE_CLASS.search(marks):
            found = _within(one.get("datetime") or _text(one))
            if found:
                return found
    return next((found for one in root.iter("span", "p", "div") if (found := _alone(one))), None)


def _within(text: str) -> date | None:
    short = text[:_LONGEST]
    iso = _ISO.search(short)
    return date_of(short) or _worded(short) or (_day(iso[1], iso[2], iso[3]) if iso else None)


def _alone(element: _Element) -> date | None:
    """Return the day that is all an element says."""
    text = (element.text or "").strip()
    return date_of(text) if len(element) == 0 and _SHORTEST <= len(text) <= _ALONE else None


def _is_published(element: _Element) -> bool:
    return bool(re.search(r"publish|entry-date|post-date|posted", element.get("class") or "", re.IGNORECASE)) and bool(
        element.get("datetime")
    )


def _worded(text: str) -> date | None:
    found = _MONTH_FIRST.search(text)
    if found:
        return _day(found[3], _month(found[1]), found[2])
    found = _DAY_FIRST.search(text)
    return _day(found[3], _month(found[2]), found[1]) if found else None


def _month(name: str) -> int:
    return _NAMES.index(name[:3].lower()) + 1


def _epoch(text: str) -> date | None:
    if not re.fullmatch(r"\d{10}(?:\d{3})?", text):
        return None
    return datetime.fromtimestamp(int(text[:10]), UTC).date()


def _day(year: str, month: str | int, day: str) -> date | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if found.year >= _OLDEST else None


def _text(element: _Element) -> str:
    return " ".join("".join(str(part) for part in element.itertext()).split())
