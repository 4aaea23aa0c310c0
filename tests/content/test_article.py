"""An article is understood from its page alone."""

from datetime import date

import pytest

from benchmarks.articles import likeness, measure
from prm.content.model import Evidence, Problem
from prm.content.reading.article import read
from tests.content.marked import Marked, marked_pages

PAGES = marked_pages()
URL = "https://clinic.example/blog/heel"
PROSE = "Slow heel raises load the tendon and make it stronger over about twelve weeks of patient work. "


@pytest.mark.parametrize("saved", PAGES, ids=lambda saved: saved.name)
def test_a_blog_post_is_read_without_what_stands_around_it(saved: Marked) -> None:
    article = read(saved.html, saved.url)
    assert (article.title, article.author, article.site) == (saved.title, saved.author, saved.site)
    assert article.published_on == date.fromisoformat(saved.date)
    assert likeness(article.text, saved.text) > 0.95
    for foreign in ("cookies", "struggling for months", "KNEE30", "family-owned", "All rights reserved. Privacy"):
        assert foreign not in article.text


def test_snippets_and_tags_of_our_own_pages_reach_their_aims() -> None:
    own = measure()["own"]
    assert own["snippet precision at 3 (kept aside)"] >= 0.7
    assert own["tag F1 (kept aside)"] >= 0.85


@pytest.mark.parametrize("saved", PAGES, ids=lambda saved: saved.name)
def test_a_snippet_is_a_short_part_of_its_article(saved: Marked) -> None:
    article = read(saved.html, saved.url)
    assert 1 <= len(article.snippets) <= 5
    plain = " ".join(article.text.split())
    for snippet in article.snippets:
        words = len(snippet.text.split())
        assert 8 <= words <= min(60, len(plain.split()) // 5)
        assert snippet.text in plain
        assert snippet.why


def test_a_date_in_the_address_is_told_as_a_guess() -> None:
    article = read(f"<h1>Heel</h1><p>{PROSE * 5}".encode(), "https://clinic.example/2024/03/18/heel")
    assert (article.published_on, article.published_evidence) == (date(2024, 3, 18), Evidence.INFERRED)


def test_a_date_for_machines_is_told_as_such() -> None:
    meta = '<meta property="article:published_time" content="2024-03-18T23:30:00-05:00">'
    article = read(f"{meta}<p>{PROSE * 5}".encode(), URL)
    assert (article.published_on, article.published_evidence) == (date(2024, 3, 18), Evidence.STRUCTURED)


@pytest.mark.parametrize(
    ("saved", "kind", "problem"),
    [
        (b"%PDF-1.7 ...", "text/html", Problem.PDF),
        (b"x", "application/pdf", Problem.PDF),
        (b"\x89PNG", "image/png", Problem.NOT_HTML),
        (b"", "text/html", Problem.EMPTY),
        (b"<title>Page not found</title><h1>404</h1><p>Sorry, it is not here.", "text/html", Problem.NOT_FOUND),
        (b"<h1>Log in to continue</h1><form><input name=u><input type=password></form>", "text/html", Problem.LOGIN),
        (b"<h1>Stretch</h1><iframe src='https://www.youtube.com/embed/x'></iframe>", "text/html", Problem.VIDEO),
        (f"<p>{PROSE}</p><div class=paywall>Subscribe to read on</div>".encode(), "text/html", Problem.PAYWALL),
    ],
)  # fmt: skip
def test_a_page_that_is_no_article_says_why(saved: bytes, kind: str, problem: Problem) -> None:
    article = read(saved, URL, kind)
    assert article.problem is problem
    assert article.snippets == ()


def test_an_article_has_no_problem() -> None:
    assert read(f"<title>Heel pain</title><p>{PROSE * 30}".encode(), URL).problem is None


def test_a_canonical_address_is_whole_and_a_lead_image_is_on_the_web() -> None:
    head = '<link rel=canonical href="/heel#top"><meta property="og:image" content="data:image/png;base64,AAAA">'
    article = read(f"{head}<p>{PROSE * 5}".encode(), URL)
    assert (article.canonical_url, article.lead_image) == ("https://clinic.example/heel", "")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_an_encoding_is_told_by_the_page_or_its_header(encoding: str) -> None:
    saved = f"<p>{PROSE * 5}Ménière’s disease is rarer.".encode(encoding)
    kind = "text/html" if encoding == "utf-16" else f"text/html; charset={encoding}"
    assert "Ménière’s disease" in read(saved, URL, kind).text
