"""An article from the bytes of a page. It knows nothing of where they came from but the address."""

from prm.content.fingerprint import fingerprint
from prm.content.model import Article, Problem
from prm.content.reading.blocks import Block
from prm.content.reading.body import body_of
from prm.content.reading.facts import address, facts_of, line
from prm.content.reading.page import decoded, tree_of
from prm.content.reading.problems import problem_of
from prm.content.snippets import snippets_of
from prm.content.tagging import tags_of

_HTML = ("text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml")
_MOST_HEADINGS = 60
_LONGEST_TEXT = 200_000
_TOP = 4
"""Among its first blocks an article's title may stand again."""
_TELLING = 13
"""Letters of a heading that are no chance likeness."""


def read(html: bytes, url: str, content_type: str = "text/html") -> Article:
    """Understand a page; nothing it holds makes this raise. `url` is where it was read, after all redirects."""
    known = address(url, url)
    refused = _refused(html, content_type)
    root = None if refused else tree_of(decoded(html, content_type))
    if root is None:
        return Article(url=known, canonical_url=known, problem=refused or Problem.EMPTY)
    facts = facts_of(root, known)
    blocks = _without_title(body_of(root), facts.title)
    text = "\n\n".join(block.text for block in blocks)[:_LONGEST_TEXT]
    headings = tuple(line(block.text) for block in blocks if block.is_heading)[:_MOST_HEADINGS]
    problem = problem_of(root, facts, text)
    tags = tags_of(facts.title, headings, text)
    return Article(
        url=known,
        title=facts.title,
        author=facts.author,
        site=facts.site,
        published_on=facts.published_on,
        published_evidence=facts.published_evidence,
        canonical_url=facts.canonical_url,
        language=facts.language,
        lead_image=facts.lead_image,
        summary=facts.summary or _opening(blocks),
        headings=headings,
        text=text,
        fingerprint=fingerprint(text),
        snippets=() if problem else snippets_of(facts.title, _prose(blocks), tags),
        tags=tags,
        problem=problem,
    )


def _refused(raw: bytes, content_type: str) -> Problem | None:
    kind = content_type.split(";", maxsplit=1)[0].strip().lower()
    if raw[:1024].lstrip().startswith(b"%PDF-") or kind == "application/pdf":
        return Problem.PDF
    if (kind and kind not in _HTML) or b"\x00\x00\x00" in raw[:64]:
        return Problem.NOT_HTML
    return None


def _without_title(blocks: list[Block], title: str) -> list[Block]:
    """Leave out the heading that only says the title again: an article's text begins below it."""
    said = title.casefold()
    top, rest = blocks[:_TOP], blocks[_TOP:]
    return [*(one for one in top if not one.is_heading or not _repeats(one.text.casefold(), said)), *rest]


def _repeats(heading: str, title: str) -> bool:
    if heading == title:
        return True
    return len(heading) >= _TELLING and bool(title) and (title.startswith(heading) or heading.startswith(title))


def _prose(blocks: list[Block]) -> list[str]:
    return [block.text for block in blocks if not block.is_heading]


def _opening(blocks: list[Block]) -> str:
    return line(next((block.text for block in blocks if not block.is_heading), ""))
