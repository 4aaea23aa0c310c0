"""readability-lxml's search for the article on a page that is clean already.

Its scores are taken as they are. What it does before and after is done here: its own cleaning and its parts that write
the page out and parse it anew take most of its time, and its last step drops captions and lists of the text.
"""

import copy
import re
from typing import Any

from lxml.etree import _Element
from lxml.html import fragment_fromstring
from readability import Document

from prm.content.reading.pruning import drop

_HOLD_BLOCKS = ("blockquote", "dl", "div", "img", "ol", "p", "pre", "table", "ul", "picture")
_INLINE = frozenset(["a", "abbr", "b", "cite", "code", "em", "font", "i", "small", "span", "strong", "sub", "sup", "u"])
_DOUBTFUL = ("table", "ul", "ol", "div", "aside", "header", "footer", "section", "p")
_MOST_LINKS = 0.5
_LONG = 60
_CALL = re.compile(r"^\s*(?:sign up|subscribe|download|get the latest|share this|advertisement)\b", re.IGNORECASE)


class Reader(Document):  # type: ignore[misc]  # comes without types
    """Finds the article's element: `article`, None before `summary` was called or where there is none."""

    article: _Element | None = None

    def _parse(self, input: _Element) -> _Element:  # noqa: A002  # the library's name
        return copy.deepcopy(input)

    def transform_misused_divs_into_paragraphs(self) -> None:
        """Make paragraphs of boxes that hold text."""
        for box in [*self.html.iter("div")]:
            if not _holds_blocks(box):
                box.tag = "p"
        for box in [*self.html.iter("div")]:
            _wrap(box)

    def sanitize(self, node: _Element, candidates: Any, keep_all_images: bool = False) -> str:  # noqa: ANN401, FBT001, FBT002  # the library's
        """Take menus and calls out of what was found, and return its text: the library judges it by its length."""
        del candidates, keep_all_images
        for one in [*node.iter("form")]:
            drop(one)
        for one in reversed([*node.iter(*_DOUBTFUL)]):
            if one.getparent() is not None and self._is_links(one):
                drop(one)
        self.article = node
        return " ".join("".join(str(part) for part in node.itertext()).split())

    def _is_links(self, one: _Element) -> bool:
        text = "".join(str(part) for part in one.itertext())
        if not text.strip():
            return False
        if one.tag == "p":
            return bool(_CALL.search(text)) and self.get_link_density(one) > 0.2  # noqa: PLR2004
        dense = float(self.get_link_density(one))
        return dense > _MOST_LINKS or (dense > 0.2 and self.class_weight(one) < 0)  # noqa: PLR2004

    def get_link_density(self, elem: _Element) -> float:
        """Return the share of an element's text that stands in links."""
        whole = _length(elem)
        return sum(_length(one) for one in elem.iter("a")) / max(whole, 1)


def _length(one: _Element) -> int:
    return sum(len(str(part).strip()) for part in one.itertext())


def _holds_blocks(one: _Element) -> bool:
    return next(one.iterdescendants(*_HOLD_BLOCKS), None) is not None


def _wrap(box: _Element) -> None:
    """Put text that stands free between a box's elements into paragraphs."""
    paragraph: _Element | None = None
    if box.text and box.text.strip():
        paragraph = fragment_fromstring("<p/>")
        paragraph.text, box.text = box.text, None
        box.insert(0, paragraph)
    for child in [one for one in box if one is not paragraph]:
        if child.tag not in _INLINE or _holds_blocks(child):
            paragraph = None
        else:
            if paragraph is None:
                paragraph = fragment_fromstring("<p/>")
                child.addprevious(paragraph)
            paragraph.append(child)
            continue
        if child.tail and child.tail.strip():
            paragraph = fragment_fromstring("<p/>")
            paragraph.text, child.tail = child.tail, None
            child.addnext(paragraph)
        if child.tag == "br":
            drop(child)
