"""What a feed lists: RSS 0.9x, 1.0 and 2.0, Atom, JSON Feed; and the feeds that a blog's page links. Pure.

A feed is hostile until read: no document type (so no entities, and nothing to load), bounded depth and texts, at most
`MAX_ENTRIES` entries. What breaks off half way gives what came before.
"""

import html
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import msgspec
import nh3

from prm.content import feedxml
from prm.content.addresses import Address, join, parse
from prm.content.feedxml import Field
from prm.core.errors import Invalid

MAX_ENTRIES = 200
_TITLE = 300
_HEAD = 1_000_000
_MOST_LINKS = 10
_DATES = ("pubDate", "published", "dc:date", "issued", "updated", "modified")
_TAG = re.compile(r"<(link|a|base)\s([^<>]{1,2000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([a-z-]{1,20})\s{0,9}=\s{0,9}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"})
_FEED_END = re.compile(r"/(feed|rss|atom)/?$|\.(rss|atom)$|/(feed|rss|atom|index)\.xml$|/feed\.json$", re.IGNORECASE)


@dataclass(frozen=True)
class Entry:
    """One article that a feed announces; with a date only where the feed gives one that can be read."""

    address: Address
    title: str
    published_at: datetime | None = None


@dataclass(frozen=True)
class Feed:
    """What a feed calls itself, and its entries in its own order, each address once."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class FeedLink:
    """A feed that a page links, with the name that the page gives it."""

    address: Address
    title: str = ""


class _JsonItem(msgspec.Struct):
    url: str = ""
    external_url: str = ""
    id: str | int | float = ""
    title: str = ""
    date_published: str = ""


class _JsonFeed(msgspec.Struct):
    version: str
    title: str = ""
    items: list[_JsonItem] = msgspec.field(default_factory=list)


def read(body: bytes, address: Address, charset: str = "", allowed: frozenset[str] = frozenset()) -> Feed:
    """Read a feed found at `address`, whatever type its server called it.

    Entries without an address on the web are left out. Raises Invalid for what is no feed or has a document type.
    """
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _json(body, address, allowed)
    raw = feedxml.read(body, charset, str(address), MAX_ENTRIES)
    return Feed(_plain(raw.title), _each_once(_entry(fields, address, allowed) for fields in raw.entries))


def links(page: str, address: Address, allowed: frozenset[str] = frozenset()) -> tuple[FeedLink, ...]:
    """Return the feeds that a page links, those it names as feeds first; its first million characters are looked at."""
    named, guessed, base = [], [], address
    for tag, attributes in _TAG.findall(page[:_HEAD]):
        found = {name.lower(): html.unescape(a or b or c) for name, a, b, c in _ATTRIBUTE.findall(attributes)}
        target = _joined(base, found.get("href", ""), allowed)
        if target is None:
            continue
        if tag.lower() == "base":
            base = target
        elif "alternate" in found.get("rel", "").lower().split() and found.get("type", "").lower() in _FEED_TYPES:
            named.append(FeedLink(target, _plain(found.get("title", ""))))
        elif tag.lower() == "a" and _FEED_END.search(target.target.partition("?")[0]):
            guessed.append(FeedLink(target))
    once: dict[str, FeedLink] = {}
    for link in (*named, *guessed):
        once.setdefault(str(link.address), link)
    return tuple(once.values())[:_MOST_LINKS]


def read_date(text: str) -> datetime | None:
    """Return the moment that an RFC 822 or ISO 8601 date names, in UTC; without a zone it is taken for UTC."""
    for reads in (datetime.fromisoformat, parsedate_to_datetime):
        with suppress(ValueError, TypeError, IndexError, OverflowError):
            found = reads(text.strip()[:60])
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    return None


def _json(body: bytes, address: Address, allowed: frozenset[str]) -> Feed:
    try:
        feed = msgspec.json.decode(body.removeprefix(b"\xef\xbb\xbf"), type=_JsonFeed)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as err:
        raise Invalid("That is no feed.", field="address") from err
    if "jsonfeed.org/version/" not in feed.version:
        raise Invalid("That is no feed.", field="address")
    found = (
        _made(_joined(address, item.url or item.external_url or str(item.id), allowed), item.title, item.date_published)
        for item in feed.items[:MAX_ENTRIES]
    )
    return Feed(_plain(feed.title), _each_once(found))


def _entry(fields: Sequence[Field], address: Address, allowed: frozenset[str]) -> Entry | None:
    first: dict[str, str] = {}
    for one in fields:
        first.setdefault(one.name, one.text)
    date = next((first[name] for name in _DATES if first.get(name, "").strip()), "")
    return _made(_target(fields, address, allowed), first.get("title") or first.get("dc:title", ""), date)


def _target(fields: Sequence[Field], address: Address, allowed: frozenset[str]) -> Address | None:
    for one in fields:
        link = _link(one)
        base = _joined(address, one.base, allowed) or address
        if link and (found := _joined(base, link, allowed)):
            return found
    return _permanent(fields, allowed)


def _link(one: Field) -> str:
    """Return where a link leads that stands for the entry itself: Atom has others, to comments and recordings."""
    if one.name != "link" or one.attributes.get("rel", "alternate") != "alternate":
        return ""
    return one.attributes.get("href", "") or one.text.strip()


def _permanent(fields: Sequence[Field], allowed: frozenset[str]) -> Address | None:
    """Return the entry's own name where it is an address, as RSS 2.0 lets it be."""
    for one in fields:
        if one.name in {"guid", "id"} and one.attributes.get("isPermaLink") != "false" and "://" in one.text:
            with suppress(Invalid):
                return parse(one.text, allowed)
    return None


def _made(address: Address | None, title: str, date: str) -> Entry | None:
    return Entry(address, _plain(title), read_date(date)) if address else None


def _each_once(found: Iterable[Entry | None]) -> tuple[Entry, ...]:
    once: dict[str, Entry] = {}
    for entry in found:
        if entry is not None:
            once.setdefault(str(entry.address), entry)
    return tuple(once.values())


def _joined(base: Address, link: str, allowed: frozenset[str]) -> Address | None:
    with suppress(Invalid):
        return join(base, link, allowed) if link.strip() else None
    return None


def _plain(text: str) -> str:
    """Return a title as text: feeds put HTML into it, escaped once or twice."""
    bare = html.unescape(nh3.clean(html.unescape(text[:4_000]), tags=set()))
    return " ".join(bare.split())[:_TITLE]
