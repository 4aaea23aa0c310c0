"""What is never part of an article: taken off a page before its body is looked for."""

import copy
import re

from lxml.etree import _Element

_TAGS = (
    "script",
    "style",
    "noscript",
    "template",
    "link",
    "nav",
    "svg",
    "math",
    "iframe",
    "object",
    "embed",
    "button",
    "select",
    "textarea",
    "dialog",
    "canvas",
    "input",
)
_HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_AROUND = re.compile(
    r"(?:^|[\s_-])(?:cookies?(?:[\s_-]?(?:banner|bar|notice|consent|law))?|consent|gdpr|newsletter|subscribe|signup|sign-up|"
    r"related(?:[\s_-]?(?:posts?|articles?|stories|content|links?))?|recommended|read-?next|more-?stories|trending|popular|"
    r"(?:social|share|sharing|sharedaddy|addtoany)(?:[\s_-]?(?:bar|buttons?|links?|icons?|tools?|daddy))?|"
    r"breadcrumbs?|"
    r"author-?(?:bio|box|info|card)|about-the-author|post-?navigation|nav-links|pagination|pager|popup|modal|skip-link|screen-reader-text|"
    r"sidebar|widget|ad|ads|advert|advertisement|adsbygoogle|sponsored?|promo|outbrain|taboola|toc|table-of-contents)(?:$|[\s_-])",
    re.IGNORECASE,
)
_BELOW = re.compile(
    r"(?:^|[\s_-])(?:(?:full-|type-)?gallery|slideshow|carousel|legends|disqus(?:_thread)?|respond|comments?(?:[\s_-]?(?:area|list|section|respond|form|block|thread|wrapper))?)(?:$|[\s_-])",
    re.IGNORECASE,
)
_KEPT = frozenset({"html", "body", "main", "article"})
_ROLES = frozenset({"navigation", "complementary", "dialog", "alertdialog", "search", "banner", "contentinfo", "menu"})
_SENTENCE = 60
"""Text as long as this, in one piece and outside of a link, is prose rather than a label."""
_MOST_PROSE = 0.25
"""What holds more of the page's prose than this is likely the article itself, whatever it is called."""
_MOST_BELOW = 0.7
"""Readers' comments and galleries are often longer than what they are about."""
_MOST_HIDDEN = 0.9


def pruned(root: _Element) -> _Element:
    """Return a copy of the page without scripts, menus, banners, comments, related posts and advertisements."""
    page = copy.deepcopy(root)
    for one in [*page.iter(*_TAGS)]:
        drop(one)
    prose = _prose(page)
    for one in [*page.iter()]:
        share = _may_be_left(one)
        if share and (one.tag not in _KEPT) and _prose(one) <= share * prose:
            drop(one)
    return page


def _may_be_left(one: _Element) -> float:
    """Return up to which share of the page's prose this element may hold and yet be dropped; 0 keeps it."""
    marks = one.attrib
    if not marks:
        return 0
    if marks.get("hidden") is not None or _HIDDEN.search(marks.get("style") or ""):
        return _MOST_HIDDEN
    named = f"{marks.get('class') or ''} {marks.get('id') or ''}"
    if named != " " and _BELOW.search(named):
        return _MOST_BELOW
    if marks.get("role") in _ROLES or (named != " " and _AROUND.search(named)):
        return _MOST_PROSE
    return 0


def drop(one: _Element) -> None:
    """Take an element out of its page, but for the text behind it."""
    parent = one.getparent()
    if parent is None:
        return
    before = one.getprevious()
    if one.tail:
        if before is not None:
            before.tail = (before.tail or "") + one.tail
        else:
            parent.text = (parent.text or "") + one.tail
    parent.remove(one)


def _prose(one: _Element) -> int:
    return sum(len(text) for part in one.itertext() if len(text := str(part).strip()) >= _SENTENCE)
