"""What a page says of itself in JSON-LD, the form search engines read (schema.org)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml.etree import _Element

_MOST_CHARACTERS = 500_000
_DEEPEST = 8
_ARTICLES = ("Article", "BlogPosting", "Report", "WebPage", "Page")
_CLOSED = {"false", "False", False}


@dataclass(frozen=True)
class Linked:
    """The first article among the page's JSON-LD, its fields by their schema.org names, and all types it speaks of."""

    article: dict[str, Any] = field(default_factory=dict)
    types: frozenset[str] = frozenset()
    closed: bool = False
    site: str = ""

    def text(self, key: str) -> str:
        """Return a field that holds text, the first of several; or an empty string."""
        return next(iter(_texts(self.article.get(key))), "")

    def names(self, key: str) -> list[str]:
        """Return the names of the people or organisations in a field."""
        return [name for name in _texts(self.article.get(key)) if name]

    def address(self, key: str) -> str:
        """Return an address in a field: of a page or an image."""
        value = self.article.get(key)
        if isinstance(value, list):
            value = value[0] if value else None
        if isinstance(value, dict):
            value = value.get("url") or value.get("contentUrl") or value.get("@id")
        return value if isinstance(value, str) else ""


def linked_of(root: _Element) -> Linked:
    """Read the page's JSON-LD; what cannot be read is passed over."""
    things = [thing for block in _blocks(root) for thing in _things(block, 0)]
    articles = sorted((one for one in things if _rank(one) < len(_ARTICLES)), key=_rank)
    sites = [name for one in things if "WebSite" in _types(one) for name in _texts(one.get("name"))]
    return Linked(
        article=articles[0] if articles else {},
        types=frozenset(name for one in things for name in _types(one)),
        closed=any(one.get("isAccessibleForFree") in _CLOSED for one in articles if _hashable(one)),
        site=sites[0] if sites else "",
    )


def _blocks(root: _Element) -> Iterator[object]:
    for script in root.iter("script"):
        text = script.text or ""
        if "ld+json" not in (script.get("type") or "").lower() or len(text) > _MOST_CHARACTERS:
            continue
        text = text.strip().removeprefix("<![CDATA[").removesuffix("]]>").removeprefix("//<![CDATA[").strip(" /;\n")
        try:
            yield json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue


def _things(value: object, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for one in value[:100]:
            yield from _things(one, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _things(value.get(key), depth + 1)


def _types(thing: dict[str, Any]) -> list[str]:
    value = thing.get("@type")
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]


def _rank(thing: dict[str, Any]) -> int:
    """Return how sure it is that this thing is the article; the least is the surest."""
    ranks = [at for name in _types(thing) for at, end in enumerate(_ARTICLES) if name.endswith(end)]
    return min(ranks, default=len(_ARTICLES))


def _hashable(thing: dict[str, Any]) -> bool:
    return isinstance(thing.get("isAccessibleForFree"), str | bool)


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return _texts(value.get("name"))
    if isinstance(value, list):
        return [text for one in value[:20] for text in _texts(one)]
    return []
