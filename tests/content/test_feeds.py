"""Feeds of all kinds become the same few values; hostile ones take no time, no memory and nothing from elsewhere."""

import time
from datetime import UTC, datetime

import pytest

from prm.content.addresses import parse
from prm.content.feeds import MAX_ENTRIES, Feed, links, read, read_date
from prm.core.errors import Invalid

HERE = parse("https://blog.example.com/feeds/all")
AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

RSS2 = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel><title>Stride &amp; Co</title><link>https://blog.example.com/</link>
<item><title>Heel pain: <![CDATA[<b>first</b> steps]]></title><media:title>Picture</media:title>
<atom:link rel="self" href="https://blog.example.com/self"/>
<link>https://blog.example.com/heel?utm=1&amp;p=2</link><pubDate>Mon, 23 Nov 2026 10:30:00 +0100</pubDate></item>
</channel></rss>"""
RSS1 = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>Stride &amp; Co</title></channel>
<item rdf:about="x"><title>Heel pain: first steps</title><link>/heel?utm=1&amp;p=2</link>
<dc:date>2026-11-23T09:30:00Z</dc:date></item></rdf:RDF>"""
RSS091 = """
<rss version="0.91"><channel><title>Stride & Co</title><item><title>Heel pain:&nbsp;first steps</title>
<link> https://blog.example.com/heel?utm=1&p=2 </link><pubDate>Mon, 23 Nov 2026 09:30:00 GMT</pubDate></item></channel>
</rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://blog.example.com/x/">
<title>Stride &amp; Co</title>
<entry><title type="html">Heel pain: &lt;em&gt;first&lt;/em&gt; steps</title><link rel="replies" href="r"/>
<link href="../heel?utm=1&amp;p=2"/><id>urn:1</id><updated>2026-11-24T00:00:00Z</updated>
<published>2026-11-23T10:30:00+01:00</published></entry></feed>"""
PREFIXED = ATOM.replace("xmlns=", "xmlns:a=").replace("<", "<a:").replace("<a:/", "</a:")
JSON = """{"version":"https://jsonfeed.org/version/1.1","title":"Stride & Co","items":[{"id":"1","title":
"Heel pain: first steps","url":"/heel?utm=1&p=2","date_published":"2026-11-23T09:30:00Z"}]}"""


def of(text: str) -> Feed:
    """The feed in that text."""
    return read(text.encode(), HERE)


@pytest.mark.parametrize("text", [RSS2, RSS1, RSS091, ATOM, PREFIXED, JSON, "\ufeff" + RSS2])
def test_feeds_of_all_kinds_become_the_same(text: str) -> None:
    feed = of(text)

    assert feed.title == "Stride & Co"
    assert [(str(one.address), one.title, one.published_at) for one in feed.entries] == [
        ("https://blog.example.com/heel?utm=1&p=2", "Heel pain: first steps", AT)
    ]


def test_the_charset_is_the_servers_or_the_documents() -> None:
    text = RSS2.replace("UTF-8", "iso-8859-1").replace("first", "tal\u00f3n")

    assert "tal\u00f3n" in read(text.encode("latin-1"), HERE).entries[0].title
    assert "tal\u00f3n" in read(text.encode("utf-8"), HERE, "utf-8").entries[0].title
    assert read(text.encode("latin-1"), HERE, "no-such-charset").entries
    assert read(text.encode("utf-16"), HERE).entries


@pytest.mark.parametrize(
    "kind",
    [
        '<!DOCTYPE rss SYSTEM "http://127.0.0.1/x.dtd">',
        '<!DOCTYPE rss [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        "<!DOCTYPE rss>",
    ],
)
def test_a_feed_with_a_document_type_is_refused(kind: str) -> None:
    with pytest.raises(Invalid, match="types of its own"):
        of(RSS2.replace("<rss", kind + "<rss", 1))


@pytest.mark.parametrize(
    "text", ["", "hello", "<html><body>x</body></html>", "{", "{}", "[" * 100_000, '{"version":"1"}', "<"]
)
def test_what_is_no_feed_is_said_to_be_none(text: str) -> None:
    with pytest.raises(Invalid, match="no feed"):
        of(text)


def test_a_feed_that_breaks_off_gives_what_came_before() -> None:
    assert len(of(RSS2.replace("</channel>", "<item><title>Half")).entries) == 1


def test_addresses_of_other_kinds_and_inner_places_are_left_out_and_each_counts_once() -> None:
    targets = ("javascript:alert(1)", "http://127.0.0.1/", "file:///x", "/a", "/a", "//other.example.com/b")
    items = "".join(f"<item><link>{target}</link></item>" for target in targets)

    found = of(f"<rss><channel>{items}</channel></rss>").entries

    assert [str(one.address) for one in found] == ["https://blog.example.com/a", "https://other.example.com/b"]


def test_a_guid_stands_in_for_a_link_unless_it_says_it_is_none() -> None:
    guid = "<item><guid {}>https://blog.example.com/g</guid></item>"

    assert len(of(f"<rss><channel>{guid.format('')}</channel></rss>").entries) == 1
    assert not of(f"<rss><channel>{guid.format('isPermaLink="false"')}</channel></rss>").entries


@pytest.mark.parametrize(
    "text",
    [
        "<rss><channel>" + "".join(f"<item><link>/{n}</link></item>" for n in range(120_000)),
        "<rss>" + "<a>" * 1_600_000,
        "<rss><channel><item><title>" + "x" * 4_900_000,
        "<rss><channel><item><title>" + "&" * 1_000_000,
        "<rss " + " ".join(f'a{n}="1"' for n in range(400_000)) + ">",
        "<rss><channel>" + "<b/>" * 1_200_000,
        "<rss><channel>" + '<item xml:base="a/">' * 200_000,
    ],
    ids=["entries", "depth", "text", "ampersands", "attributes", "elements", "bases"],
)
def test_a_huge_feed_takes_bounded_time(text: str) -> None:
    began = time.process_time()
    found = of(text)

    assert time.process_time() - began < 8
    assert len(found.entries) <= MAX_ENTRIES


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("Mon, 23 Nov 2026 04:30:00 EST", AT),
        ("2026-11-23T09:30:00Z", AT),
        ("2026-11-23", datetime(2026, 11, 23, tzinfo=UTC)),
        ("soon", None),
        ("", None),
        ("Mon, 99 Nov 2026 99:30:00 GMT", None),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
def test_dates_are_read_or_left_out(text: str, at: datetime | None) -> None:
    assert read_date(text) == at


def test_a_page_names_its_feeds_and_plain_links_to_feeds_come_after() -> None:
    page = """<head><base href="/blog/"><link rel="stylesheet" href="x.css">
    <a href="/rss.xml">RSS</a><a href="/about">About</a><a href="http://127.0.0.1/feed">x</a>
    <link rel='alternate' type=application/atom+xml href=atom.xml title="Stride &amp; Co">
    <link rel="alternate" hreflang="es" href="/es/"><a href="atom.xml">Atom</a>"""

    found = [(str(one.address), one.title) for one in links(page, HERE)]

    assert found == [
        ("https://blog.example.com/blog/atom.xml", "Stride & Co"),
        ("https://blog.example.com/rss.xml", ""),
    ]


@pytest.mark.parametrize(
    "piece", ["<link ", "<a href=", "<a a=", '<a href="', "<a " + "a" * 1999 + ">", "<a href='/feed'>"]
)
def test_a_hostile_page_is_searched_for_feeds_in_bounded_time(piece: str) -> None:
    began = time.process_time()
    links(piece * (5_000_000 // len(piece)), HERE)

    assert time.process_time() - began < 5
