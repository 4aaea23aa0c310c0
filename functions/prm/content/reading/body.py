"""The article's body: readability-lxml finds it, trafilatura checks the find and stands in where it falls short.

Measured on saved pages, readability-lxml agrees with what a browser's reader view shows more often than trafilatura
does; trafilatura is right where the other took a fragment.
"""

import logging
from typing import cast

import trafilatura
from lxml.etree import _Element
from lxml.html import HtmlElement
from readability import Document
from readability.readability import Unparseable

from prm.content.reading.blocks import Block, blocks_of, words_in
from prm.content.reading.pruning import pruned
from prm.content.reading.reader import Reader

_FRAGMENT = 0.5
"""Less than this share of what the check found is a fragment; what has as much of the whole page needs no check."""
_FEWEST_WORDS = 25

# A page that cannot be read is news about the page, and told as its problem; the library would log its text.
for _library in (Document.__module__, "readability", "trafilatura"):
    logging.getLogger(_library).setLevel(logging.CRITICAL)


def body_of(root: _Element) -> list[Block]:
    """Return the article's blocks; where there is no article, what text the page has."""
    page = pruned(root)
    found = _by_readability(page)
    if _words(found) < max(_FEWEST_WORDS, _FRAGMENT * _words_on(page)):
        check = _by_trafilatura(page)
        if _words(found) < max(_FEWEST_WORDS, _FRAGMENT * _words(check)):
            found = max(found, check, key=_words)
    if _words(found) >= _FEWEST_WORDS:
        return found
    body = page.find("body")
    return max(found, blocks_of(page if body is None else body), key=_words)


def _by_readability(page: _Element) -> list[Block]:
    reader = Reader(page)
    try:
        reader.summary()
    except Unparseable:
        return []
    return blocks_of(reader.article) if reader.article is not None else []


def _by_trafilatura(page: _Element) -> list[Block]:
    found = trafilatura.bare_extraction(
        cast("HtmlElement", page), fast=True, include_comments=False, favor_precision=True
    )
    body = getattr(found, "body", None)
    if body is None:
        return []
    for head in body.iter("head"):
        head.tag = "h2"
    for part in body.iter("item", "row", "quote"):
        part.tag = "div"
    for part in body.iter("lb"):
        part.tag = "br"
    return blocks_of(body)


def _words(blocks: list[Block]) -> int:
    return sum(words_in(block.text) for block in blocks)


def _words_on(page: _Element) -> int:
    return words_in(" ".join(str(part) for part in page.itertext()))
