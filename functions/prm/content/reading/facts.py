"""What a page says of itself: JSON-LD first, then OpenGraph and other meta elements, then what is seen on it."""

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urljoin, urlsplit

from lxml.etree import _Element

from prm.content.model import Evidence
from prm.content.reading import byline, dates, titles
from prm.content.reading.linked import Linked, linked_of
from prm.content.reading.page import cleaned

_TITLES = (
    "dc:title",
    "dcterm:title",
    "dcterms:title",
    "citation_title",
    "og:title",
    "title",
    "twitter:title",
    "parsely-title",
)
_AUTHORS = (
    "article:author",
    "dc:creator",
    "dcterm:creator",
    "dcterms:creator",
    "author",
    "parsely-author",
    "citation_author",
    "byl",
)
_DATES = (
    "article:published_time",
    "og:article:published_time",
    "parsely-pub-date",
    "datepublished",
    "date",
    "dc:date",
    "dc:date:issued",
    "dcterms:created",
    "dcterms:date",
    "pubdate",
    "publish-date",
    "publish_date",
    "sailthru:date",
    "citation_publication_date",
)
_SUMMARIES = (
    "dc:description",
    "dcterm:description",
    "dcterms:description",
    "og:description",
    "description",
    "twitter:description",
)
_IMAGES = ("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src")
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?:[-_][a-zA-Z0-9]{2,8})*")
_LONGEST = 500


@dataclass(frozen=True)
class Facts:
    """What stands around an article."""

    title: str
    author: str
    site: str
    published_on: date | None
    published_evidence: Evidence | None
    canonical_url: str
    language: str
    lead_image: str
    summary: str
    kind: str
    linked: Linked


def facts_of(root: _Element, url: str) -> Facts:
    """Read what the page says of itself."""
    meta, linked = meta_of(root), linked_of(root)
    base = _base(root, url)
    published_on, evidence = _published(root, url, meta, linked)
    site = line(_site(root, meta, linked))
    return Facts(
        title=line(_title(root, meta, linked)),
        author=_author(root, meta, linked),
        site=site,
        published_on=published_on,
        published_evidence=evidence,
        canonical_url=_canonical(root, base, meta, linked) or address(url, url),
        language=_language(root, meta, linked),
        lead_image=address(base, _first(meta, _IMAGES) or linked.address("image")),
        summary=line(_first(meta, _SUMMARIES) or linked.text("description")),
        kind=_first(meta, ("og:type",)),
        linked=linked,
    )


def meta_of(root: _Element) -> dict[str, str]:
    """Return the page's meta elements by name, in small letters and with colons; the first of a name counts."""
    found: dict[str, str] = {}
    for one in root.iter("meta"):
        content = (one.get("content") or "").strip()
        names = " ".join((one.get(key) or "") for key in ("property", "name", "itemprop")).split()
        for name in names if content else ():
            found.setdefault(name.lower().replace(".", ":"), content)
    return found


def line(text: str) -> str:
    """Return one line of plain text, not too long."""
    return " ".join(cleaned(html.unescape(text)).split())[:_LONGEST].strip()


def address(base: str, link: str) -> str:
    """Return a full http(s) address without a fragment, or an empty string for anything else."""
    try:
        whole = urljoin(base, link.strip()) if link.strip() else ""
        parts = urlsplit(cleaned(whole))
        if parts.scheme.lower() not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
            return ""
    except ValueError:
        return ""
    bare = parts._replace(fragment="", scheme=parts.scheme.lower(), netloc=parts.netloc.lower()).geturl()
    return bare if len(bare) <= 2000 and not re.search(r"[\s<>\"'\\]", bare) else ""  # noqa: PLR2004  # what browsers take


def _first(meta: Mapping[str, str], names: Iterable[str]) -> str:
    return next((meta[name] for name in names if meta.get(name)), "")


def _base(root: _Element, url: str) -> str:
    base = root.find(".//base[@href]")
    return address(url, base.get("href") or "") or url if base is not None else url


def _title(root: _Element, meta: Mapping[str, str], linked: Linked) -> str:
    told = linked.text("headline") if linked.article else ""
    return told or _first(meta, _TITLES) or titles.of_page(root)


def _author(root: _Element, meta: Mapping[str, str], linked: Linked) -> str:
    names = [name for one in linked.names("author") if (name := byline.name_of(line(one)))]
    if not names:
        names = [name for key in _AUTHORS if (name := byline.name_of(line(meta.get(key, ""))))][:1]
    return ", ".join(dict.fromkeys(names)) or byline.of_page(root)


def _site(root: _Element, meta: Mapping[str, str], linked: Linked) -> str:
    named = _first(meta, ("og:site_name",)) or next(iter(linked.names("publisher")), "") or linked.site
    return named or _first(meta, ("application-name", "dc:publisher", "publisher")) or titles.site_of(root)


def _published(
    root: _Element, url: str, meta: Mapping[str, str], linked: Linked
) -> tuple[date | None, Evidence | None]:
    told = [linked.text("datePublished"), *(meta.get(name, "") for name in _DATES), *dates.marked_on(root)]
    structured = next((found for one in told if (found := dates.date_of(one))), None)
    if structured:
        return structured, Evidence.STRUCTURED
    guessed = dates.in_address(url) or dates.in_text(root)
    return guessed, Evidence.INFERRED if guessed else None


def _canonical(root: _Element, base: str, meta: Mapping[str, str], linked: Linked) -> str:
    links = [
        one.get("href") or "" for one in root.iter("link") if "canonical" in (one.get("rel") or "").lower().split()
    ]
    told = [*links, meta.get("og:url", ""), linked.address("mainEntityOfPage")]
    return next((full for one in told if (full := address(base, one))), "")


def _language(root: _Element, meta: Mapping[str, str], linked: Linked) -> str:
    html_ = root if root.tag == "html" else None
    told = [
        (html_.get("lang") or html_.get("xml:lang") or "") if html_ is not None else "",
        linked.text("inLanguage"),
        meta.get("og:locale", ""),
        meta.get("language", ""),
    ]
    found = next((one.strip() for one in told if _LANGUAGE.fullmatch(one.strip())), "")
    return found.replace("_", "-")
