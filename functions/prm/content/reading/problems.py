"""Why a page is no article to quote: it wants money, a name, or has nothing to read."""

import re

from lxml.etree import _Element

from prm.content.model import Problem
from prm.content.reading.blocks import blocks_of, words_in
from prm.content.reading.facts import Facts

_NOT_FOUND = re.compile(
    r"\b404\b|(?:page|article|post|content|file)(?:\s+(?:was|could|is|cannot|can))?\s*(?:not|n't|n’t)(?:\s+be)?\s+found|"
    r"page (?:does not|doesn['’]t) exist|nothing (?:was )?found|no longer (?:exists|available)|p[áa]gina no encontrada|"
    r"seite nicht gefunden|page introuvable",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"^(?:please )?(?:log|sign)[ -]?in\b|\b(?:log|sign)[ -]?in (?:to|required)\b|\bmembers? (?:login|only)\b|"
    r"iniciar sesi[óo]n",
    re.IGNORECASE,
)
_PAYWALL = re.compile(
    r"subscribe (?:now )?to (?:continue|keep|read|unlock)|(?:continue|keep) reading (?:with|by subscri)|"
    r"(?:this|the full) (?:article|story|content) is (?:only )?(?:for|available to|reserved for|exclusive to) (?:our )?"
    r"(?:paid |premium )?(?:subscribers|members)|already a subscriber\?|"
    r"(?:subscribers|members)[ -]only (?:article|content|story)|"
    r"to read the full (?:article|story)|you have (?:reached|read|used) (?:all )?your (?:\w+ ){0,3}(?:articles?|limit)|"
    r"become a (?:paid |premium )?(?:member|subscriber) to (?:read|continue)|"
    r"unlock (?:this|the full) (?:article|story)",
    re.IGNORECASE,
)
_VIDEO = re.compile(
    r"youtube(?:-nocookie)?\.com|youtu\.be|player\.vimeo\.com|vimeo\.com|wistia|dailymotion|brightcove|jwplayer",
    re.IGNORECASE,
)
_WALL_MARK = re.compile(
    r"paywall|piano-|tp-modal|subscriber-only|regwall|meter(?:ed)?-wall|premium-content", re.IGNORECASE
)

_FEW_WORDS = 80
_NO_ARTICLE = 20
_CUT_SHORT = 250
_ENDS = 10_000


def problem_of(root: _Element, facts: Facts, text: str) -> Problem | None:
    """Return why this page cannot be quoted, or None. `text` is what was found of an article."""
    words = words_in(text)
    heads = " · ".join([facts.title, *(_text(one) for one in root.iter("title", "h1"))])
    if words < _CUT_SHORT and (_NOT_FOUND.search(heads) or (words < _FEW_WORDS and _NOT_FOUND.search(text))):
        return Problem.NOT_FOUND
    if words < _CUT_SHORT and _asks_for_password(root) and (words < _FEW_WORDS or _LOGIN.search(heads)):
        return Problem.LOGIN
    if _is_walled(root, facts, words):
        return Problem.PAYWALL
    if words < _FEW_WORDS and _is_video(root, facts):
        return Problem.VIDEO
    return Problem.EMPTY if words < _NO_ARTICLE else None


def _is_walled(root: _Element, facts: Facts, words: int) -> bool:
    if facts.linked.closed and words < _CUT_SHORT * 2:
        return True
    if words >= _CUT_SHORT:
        return False
    marked = any(
        _WALL_MARK.search(f"{one.get('class') or ''} {one.get('id') or ''}")
        for one in root.iter("div", "section", "aside")
    )
    return marked or bool(_PAYWALL.search(_text(root)))


def _asks_for_password(root: _Element) -> bool:
    return any((one.get("type") or "").lower() == "password" for one in root.iter("input"))


def _is_video(root: _Element, facts: Facts) -> bool:
    if (
        facts.kind.startswith("video")
        or "VideoObject" in facts.linked.types
        or next(root.iter("video"), None) is not None
    ):
        return True
    return any(_VIDEO.search(one.get("src") or one.get("data-src") or "") for one in root.iter("iframe", "embed"))


def _text(one: _Element) -> str:
    """Return an element's text without scripts; a page's words about itself come early or late, so both ends count."""
    whole = " ".join(block.text for block in blocks_of(one))
    return whole if len(whole) <= 2 * _ENDS else whole[:_ENDS] + whole[-_ENDS:]
