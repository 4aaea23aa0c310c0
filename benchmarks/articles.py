"""`articles`: how well pages are understood, beside the libraries alone, on saved pages of others and pages of our own.

The saved pages are Mozilla's tests of Readability.js (PRM_CORPUS/articles-mozilla); without them that part is left out.
What Readability.js says is taken for right, its null for "not asked". Names are compared in small letters, without "By"
and without the date behind them; dates by their day. Bodies are compared by runs of four words.
"""

import json
import os
import re
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import mean, median
from typing import Any

import readability
import trafilatura
from bs4 import BeautifulSoup

from prm.content.model import Article
from prm.content.reading.article import read
from prm.content.reading.byline import name_of
from prm.content.reading.dates import date_of
from tests.content.marked import Marked, marked_pages

_RUN = 4
_FIELDS = ("title", "author", "site", "date", "excerpt")
Found = dict[str, str]


def measure() -> dict[str, Any]:
    """Return the figures of both sets of pages."""
    corpus = Path(os.environ.get("PRM_CORPUS", "")) / "articles-mozilla"
    saved = sorted(one for one in corpus.iterdir() if one.is_dir()) if corpus.is_dir() else []
    return {"saved": {name: _peer(find, saved) for name, find in PEERS.items()} if saved else {}, "own": _own()}


def lines(figures: dict[str, Any]) -> list[str]:
    """Return the figures for a person."""
    head = f"{'saved pages':24}" + "".join(f"{name:>9}" for name in (*_FIELDS, "body F1", "empty", "CPU ms"))
    rows = [
        f"{name:24}" + "".join(f"{row[key]:9.3f}" for key in (*_FIELDS, "body")) + f"{row['empty']:9}{row['ms']:9.1f}"
        for name, row in figures["saved"].items()
    ]
    own = [f"own pages: {name}  {value:.3f}" for name, value in figures["own"].items()]
    return [*([head, *rows] if rows else ["saved pages: left out, PRM_CORPUS names no folder of them"]), *own]


def _peer(find: Callable[[bytes], Found], pages: list[Path]) -> dict[str, Any]:
    hits: dict[str, list[bool]] = {name: [] for name in _FIELDS}
    bodies, times, empty = [], [], 0
    for page in pages:
        raw = (page / "source.html").read_bytes()
        right = json.loads((page / "expected-metadata.json").read_text(encoding="utf-8"))
        before = time.process_time()
        found = find(raw)
        times.append((time.process_time() - before) * 1000)
        for name, key in zip(_FIELDS, ("title", "byline", "siteName", "publishedTime", "excerpt"), strict=True):
            if right.get(key):
                hits[name].append(_same(name, found[name], right[key]))
        bodies.append(likeness(found["text"], _plain((page / "expected.html").read_text(encoding="utf-8"))))
        empty += not found["text"].strip()
    rates: dict[str, Any] = {name: mean(values) for name, values in hits.items()}
    return rates | {"body": mean(bodies), "empty": empty, "ms": median(times)}


def _same(name: str, found: str, right: str) -> bool:
    if name == "date":
        return bool(found) and date_of(found) == date_of(right)
    if name == "author":
        found, right = name_of(found) or found, name_of(right.strip()) or right
    return " ".join(found.split()).casefold() == " ".join(right.split()).casefold()


def likeness(found: str, right: str) -> float:
    """Return the F1 of two texts' runs of four words, repeated ones counted."""
    one, other = _runs(found), _runs(right)
    shared = sum((one & other).values())
    return 2 * shared / (sum(one.values()) + sum(other.values())) if shared else float(not one and not other)


def _runs(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return Counter(tuple(words[at : at + _RUN]) for at in range(max(1, len(words) - _RUN + 1))) if words else Counter()


def _plain(html: str) -> str:
    return BeautifulSoup(html, "lxml").get_text(" ")


def _ours(raw: bytes) -> Found:
    article = read(raw, "http://fakehost/test/page.html")
    day = article.published_on.isoformat() if article.published_on else ""
    return {
        "title": article.title,
        "author": article.author,
        "site": article.site,
        "date": day,
        "excerpt": article.summary,
        "text": article.text,
    }


def _trafilatura(raw: bytes) -> Found:
    found = trafilatura.bare_extraction(raw, favor_precision=True, include_comments=False, with_metadata=True)
    names = {
        "title": "title",
        "author": "author",
        "site": "sitename",
        "date": "date",
        "excerpt": "description",
        "text": "text",
    }
    return {ours: getattr(found, theirs, None) or "" for ours, theirs in names.items()}


def _readability(raw: bytes) -> Found:
    page = readability.Document(raw.decode("utf-8", "replace"))
    return _nothing() | {"title": page.short_title(), "author": page.author(), "text": _plain(page.summary())}


def _soup(raw: bytes) -> Found:
    page = BeautifulSoup(raw, "lxml")
    for one in page(["script", "style", "nav", "header", "footer", "aside", "form", "noscript"]):
        one.decompose()
    body = page.find("article") or page.find("main") or page.body or page
    metas = {str(one.get("property") or one.get("name")): str(one.get("content") or "") for one in page("meta")}
    return {
        "title": metas.get("og:title") or (page.title.get_text() if page.title else ""),
        "author": metas.get("author", ""),
        "site": metas.get("og:site_name", ""),
        "date": metas.get("article:published_time", ""),
        "excerpt": metas.get("og:description") or metas.get("description", ""),
        "text": body.get_text(" "),
    }


def _nothing() -> Found:
    return dict.fromkeys((*_FIELDS, "text"), "")


PEERS: dict[str, Callable[[bytes], Found]] = {
    "this project": _ours,
    "trafilatura alone": _trafilatura,
    "readability-lxml alone": _readability,
    "BeautifulSoup alone": _soup,
}


def _own() -> dict[str, float]:
    """Return how well our own pages are understood; those marked as kept aside were not looked at while it was made."""
    pages = marked_pages()
    read_ = [(one, read(one.html, one.url)) for one in pages]
    aside = [(one, article) for one, article in read_ if one.aside]
    return {
        f"{name} ({part})": value
        for part, some in (("all", read_), ("kept aside", aside))
        for name, value in _rates(some).items()
    }


def _rates(some: list[tuple[Marked, Article]]) -> dict[str, float]:
    tops = [one.is_good(snippet.text) for one, article in some for snippet in article.snippets[:3]]
    found = [(one.name, tag.tag) for one, article in some for tag in article.tags]
    right = [(one.name, tag) for one, _ in some for tag in one.tags]
    return {
        "title": mean(article.title == one.title for one, article in some),
        "body F1": mean(likeness(article.text, one.text) for one, article in some),
        "snippet precision at 3": mean(tops) if tops else 0.0,
        "tag F1": 2 * len({*found} & {*right}) / (len(found) + len(right)),
    }
