"""The words of an HTML mail, with or without what its mail program quoted below them."""

import re
from typing import TYPE_CHECKING

from prm.core.errors import Invalid

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_QUOTES = (
    "blockquote, .gmail_quote, .gmail_attr, .gmail_signature, .yahoo_quoted, .moz-cite-prefix, .moz-signature, "
    ".protonmail_quote, .protonmail_signature_block, .zmail_extra, .OutlookMessageHeader, [data-signatureblock], "
    "#mail-editor-reference-message-container, #reply-intro"
)
_FROM_HERE = "#appendonsend, #divRplyFwdMsg, #stopSpelling"
"""Outlook marks where the original begins, and closes nothing around it."""
_BLOCKS = {"p", "div", "li", "tr", "table", "ul", "ol", "pre", "hr", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"}
_TAGS = {*_BLOCKS, "br", "a", "span", "b", "i"}
_UNSEEN = {"script", "style", "head", "title", "template", "noscript"}
_ATTRIBUTES = {"*": {"class", "id", "data-signatureblock"}}
_SPACE = re.compile(r"[ \t\n\f\v]+")
_GAP = re.compile(r"\n{3,}")
_MOST_MARKS = 12_000


def text_of(markup: str, *, quoted: bool = False) -> str:
    """Return the text, one line a block; what was quoted stays if `quoted`.

    Raises Invalid for more markup than a reply has.
    """
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(_tamed(markup), "html.parser")
    if not quoted:
        _cut_quotes(soup)
    return _GAP.sub("\n\n", "".join(_pieces(soup))).strip()


def _tamed(markup: str) -> str:
    """Return well-formed markup of few kinds of tags.

    Python's parser needs minutes for a few thousand open comments or quotes; nh3's is linear, and leaves none. Both
    slow down with depth.
    """
    import nh3

    _check(markup)
    tame = nh3.clean(markup, tags=_TAGS, attributes=_ATTRIBUTES, clean_content_tags=_UNSEEN, link_rel=None)
    _check(tame)
    return tame


def _check(markup: str) -> None:
    if markup.count("<") + markup.count("&") > _MOST_MARKS:
        raise Invalid("this mail has too much markup", reason="markup")


def _cut_quotes(soup: "BeautifulSoup") -> None:
    for start in soup.select(_FROM_HERE):
        for later in list(start.next_elements):
            later.extract()
        start.extract()
    for element in soup.select(_QUOTES):
        element.extract()


def _pieces(soup: "Tag") -> list[str]:
    """Walk without recursion: nesting has no limit in hostile markup."""
    from bs4.element import NavigableString, PreformattedString, Tag

    pieces: list[str] = []
    waiting: list[object] = [soup]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Tag):
            if node.name == "br":
                pieces.append("\n")
                continue
            is_block = node.name in _BLOCKS
            if is_block:
                _begin_line(pieces)
                waiting.append(None)
            waiting.extend(reversed(node.contents))
        elif node is None:
            _begin_line(pieces)
        elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
            pieces.append(str(node) if node.parent and node.parent.name == "pre" else _SPACE.sub(" ", node))
    return pieces


def _begin_line(pieces: list[str]) -> None:
    if pieces and not pieces[-1].endswith("\n"):
        pieces.append("\n")
