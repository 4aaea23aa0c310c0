"""Pages of our own making, marked by hand: the text of `pages/*.txt` in the markup of one of the `shells`.

Each text begins with lines `name: value` (title, author, date, site, engine, tags parted by commas, aside), then blocks
parted by empty lines: `## ` begins a heading, `- ` an item of a list, anything else a paragraph. Passages worth quoting
stand in [[ ]]. `aside: yes` keeps a page out of sight while the code is tuned.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.content import shells

FOLDER = Path(__file__).parent / "pages"
_GOOD = re.compile(r"\[\[(.+?)\]\]")
_HALF = 0.6


@dataclass(frozen=True)
class Marked:
    """One page with what a person says of it."""

    name: str
    title: str
    author: str
    date: str
    site: str
    engine: str
    tags: frozenset[str]
    aside: bool
    blocks: tuple[str, ...]
    quotable: tuple[str, ...]

    @property
    def text(self) -> str:
        """The article's text, without marks."""
        return "\n\n".join(re.sub(r"^(?:## |- )", "", block, flags=re.MULTILINE) for block in self.blocks)

    @property
    def url(self) -> str:
        """The address it would have."""
        return f"https://{self.site.lower().replace(' ', '')}.example/blog/{self.name}"

    @property
    def html(self) -> bytes:
        """The page."""
        told = shells.linked(
            "BlogPosting" if self.engine == "squarespace" else "Article",
            title=self.title,
            author=self.author,
            day=self.date,
            site=self.site,
            url=self.url,
        )
        facts = {"title": self.title, "author": self.author, "day": self.date, "site": self.site}
        return shells.page(self.engine, blocks=self.blocks, linked=told, **facts).encode()

    def is_good(self, snippet: str) -> bool:
        """Tell whether a proposed snippet is, mostly, one of the passages worth quoting."""
        words = snippet.lower().split()
        return any(_shared(words, one.lower().split()) >= _HALF for one in self.quotable)


def marked_pages() -> list[Marked]:
    """Return all pages by name."""
    return [_marked(path) for path in sorted(FOLDER.glob("*.txt"))]


def _marked(path: Path) -> Marked:
    head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    facts = dict(line.split(": ", 1) for line in head.splitlines())
    blocks = tuple(" ".join(part.split()) if not part.startswith("- ") else part for part in body.strip().split("\n\n"))
    return Marked(
        name=path.stem,
        title=facts["title"],
        author=facts.get("author", ""),
        date=facts.get("date", ""),
        site=facts["site"],
        engine=facts["engine"],
        tags=frozenset(tag.strip() for tag in facts["tags"].split(",")),
        aside=facts.get("aside") == "yes",
        blocks=tuple(_GOOD.sub(r"\1", block) for block in blocks),
        quotable=tuple(found for block in blocks for found in _GOOD.findall(block)),
    )


def _shared(words: list[str], others: list[str]) -> float:
    """Return the share of both passages' words that stand in both: 1 for the same, 0.5 where one is twice the other."""
    both = len({*words} & {*others})
    return both / max(len({*words} | {*others}), 1)
