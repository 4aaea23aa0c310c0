"""A page's bytes as a tree, in bounded time and memory whatever they are."""

import codecs
import re
from collections.abc import Iterator

import lxml.html
from bs4.dammit import EncodingDetector
from lxml.etree import ParserError, _Element

MOST_BYTES = 5_000_000
MOST_TAGS = 40_000
"""About five times those of a long article with all that stands around it."""
DEEPEST = 120
"""Nested deeper than any page that a person wrote; what lies deeper is dropped."""

_CHARSET = re.compile(r"charset=[\"']?([\w.:-]+)", re.IGNORECASE)
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]"
)
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


def decoded(raw: bytes, content_type: str = "") -> str:
    """Return the page as text: by its byte order mark, its header, its own word, UTF-8, or else Windows-1252."""
    raw = raw[:MOST_BYTES]
    for encoding in _encodings(raw, content_type):
        try:
            return raw.decode(encoding)
        except (LookupError, UnicodeError):
            continue
    return raw.decode(_declared(raw) or "utf-8", "replace")


def _encodings(raw: bytes, content_type: str) -> Iterator[str]:
    _, sniffed = EncodingDetector.strip_byte_order_mark(raw)
    header = _CHARSET.search(content_type)
    yield from (name for name in (sniffed, header and header[1]) if name)
    yield from (name for name in (_declared(raw), "utf-8") if name)
    if b"\xc3" not in raw:
        yield "cp1252"


def _declared(raw: bytes) -> str | None:
    """Return the encoding a page names, where Python knows it; the Web reads Latin-1 as Windows-1252."""
    name = EncodingDetector.find_declared_encoding(raw[:4096], is_html=True) or ""
    try:
        known = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030"}.get(known, known)


def cleaned(text: str) -> str:
    """Return text without control characters, marks that turn the direction of writing, or halves of characters."""
    return _SURROGATE.sub("\ufffd", _CONTROL.sub("", text))


def tree_of(text: str) -> _Element | None:
    """Return the page's root element, or None where nothing in it can be read. Comments are gone."""
    text = _shortened(_CONTROL.sub(" ", _SURROGATE.sub(" ", _COMMENT.sub(" ", text))))
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        root = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (ParserError, ValueError):
        return None
    _flatten(root)
    return root


def _shortened(text: str) -> str:
    if text.count("<") <= MOST_TAGS:
        return text
    at = -1
    for _ in range(MOST_TAGS):
        at = text.index("<", at + 1)
    return text[:at]


def _flatten(root: _Element) -> None:
    """Drop what is nested too deep."""
    level = [root]
    for _ in range(DEEPEST):
        level = [child for one in level for child in one]
        if not level:
            return
    for one in level:
        parent = one.getparent()
        if parent is not None:
            parent.remove(one)
