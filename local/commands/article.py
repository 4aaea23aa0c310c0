"""`prm article`: what a page would be understood as, without a running system."""

from datetime import date
from pathlib import Path

import click

from local.output import as_json, report
from prm.content.fetching import Fetcher, agent
from prm.content.gateway import Web
from prm.content.model import Article
from prm.content.reading.page import MOST_BYTES
from prm.core.settings import load

_TYPES = {".pdf": "application/pdf"}


@click.command()
@click.argument("page", metavar="FILE_OR_URL")
@click.option("--url", default="", help="The address the page was saved from.")
@as_json
def command(page: str, url: str, *, json_: bool) -> None:
    """Understand the article in FILE, a saved page, or at URL: what it says, what to quote, whom it may help."""
    article = understood(page, url)
    report(facts_of(article), lambda: _told(article), json_=json_)


def understood(page: str, url: str) -> Article:
    """Return the article of a saved page, or of a page on the web."""
    from prm.content.reading.article import read

    path = Path(page)
    if not path.is_file() and page.lower().startswith(("http:", "https:")):
        found = fetcher().fetch(page)
        return read(found.body, url or str(found.address), found.content_type)
    if not path.is_file():
        raise click.BadParameter(f"there is no file {page}", param_hint="FILE_OR_URL")
    with path.open("rb") as saved:
        return read(saved.read(MOST_BYTES), url, _TYPES.get(path.suffix.lower(), "text/html"))


def fetcher() -> Fetcher:
    """Return what fetches pages as the functions do."""
    here = load()
    return Fetcher(Web(agent(here.contact_page), here.fetch_allowed).get, allowed=here.fetch_allowed)


def facts_of(article: Article) -> dict[str, object]:
    """Return what is told of an article, for programs."""
    return {
        "title": article.title,
        "author": article.author,
        "site": article.site,
        "published_on": _day(article.published_on),
        "published_evidence": article.published_evidence,
        "canonical_url": article.canonical_url,
        "language": article.language,
        "lead_image": article.lead_image,
        "summary": article.summary,
        "headings": list(article.headings),
        "text": article.text,
        "fingerprint": article.fingerprint,
        "snippets": [{"text": one.text, "score": one.score, "why": list(one.why)} for one in article.snippets],
        "tags": [{"tag": one.tag, "kind": one.kind, "because": list(one.because)} for one in article.tags],
        "problem": article.problem,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _told(article: Article) -> str:
    lines = [
        article.title or "(no title)",
        " · ".join(part for part in (article.author, article.site, _date(article)) if part),
        f"Problem: {article.problem}" if article.problem else "",
        f"{len(article.text.split())} words",
        *(f"{one.kind}: {one.tag} ({', '.join(one.because)})" for one in article.tags),
        *(f"\n{one.score:.2f} {one.text}\n     {'; '.join(one.why)}" for one in article.snippets),
    ]
    return "\n".join(line for line in lines if line)


def _date(article: Article) -> str:
    return f"{article.published_on} ({article.published_evidence})" if article.published_on else ""
