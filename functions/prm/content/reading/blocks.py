"""Text from a part of a page, block by block."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml.etree import _Element

from prm.content.reading.page import cleaned

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_SILENT = frozenset(
    {"script", "style", "noscript", "template", "svg", "math", "iframe", "object", "button", "select", "textarea"}
)


_LONGEST_MEAN = 15


@dataclass(frozen=True)
class Block:
    """One paragraph, heading or item of a list."""

    text: str
    tag: str

    @property
    def is_heading(self) -> bool:
        """Tell whether this heads what follows."""
        return self.tag in _HEADINGS


def words_in(text: str) -> int:
    """Return how many words a text has; where words are not parted by spaces, two characters are taken for one."""
    words = len(text.split())
    return words if len(text) < _LONGEST_MEAN * words else len(text) // 2


def blocks_of(element: _Element) -> list[Block]:
    """Return the blocks in reading order. A block within a block parts it."""
    found: list[Block] = []
    words: list[str] = []
    tag = "p"

    def end() -> None:
        text = " ".join(cleaned("".join(words)).split())
        if text:
            found.append(Block(text, tag))
        words.clear()

    for moment, one in _walk(element):
        name = one.tag
        if moment == "start":
            if name in _BLOCKS:
                end()
                tag = str(name)
            elif name == "br":
                words.append("\n")
            words.append(one.text or "")
        else:
            if name in _BLOCKS:
                end()
                tag = "p"
            words.append(one.tail or "" if one is not element else "")
    end()
    return found


def _walk(element: _Element) -> Iterator[tuple[str, _Element]]:
    """Return each element as it starts and as it ends, without recursion; silent ones only end, for their tail."""
    stack = [("start", element)]
    while stack:
        moment, one = stack.pop()
        silent = not isinstance(one.tag, str) or one.tag in _SILENT
        if moment == "start" and not silent:
            yield moment, one
            stack.append(("end", one))
            stack.extend(("start", child) for child in reversed(one))
        else:
            yield "end", one
