"""No page, however made, takes long to read or puts anything but plain text into an article."""

import re
import time
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prm.content.reading.article import read
from prm.content.reading.page import MOST_BYTES

_URL = "https://clinic.example/a"
_SECONDS = 30
"""Of CPU: ten times what the slowest takes here."""


def _filled(part: bytes) -> bytes:
    return (part * (MOST_BYTES // len(part) + 1))[:MOST_BYTES]


@pytest.mark.parametrize(
    "saved",
    [
        _filled(b"<div>"),
        _filled(b"<table><tr><td>"),
        _filled(b"<div class='author date byline'>x"),
        _filled(b"<"),
        b"<!--" + _filled(b"x"),
        _filled(b"&amp;lt;script&amp;gt;"),
        b'<script type="application/ld+json">' + _filled(b"["),
        b"<title>" + _filled(b"a | b - "),
        b"<article><p>" + _filled(b"Run a bit now. "),
        bytes(range(256)) * (MOST_BYTES // 256),
    ],
    ids=["boxes", "tables", "bylines", "brackets", "comment", "entities", "json", "title", "sentences", "noise"],
)
def test_five_megabytes_of_anything_are_read_in_bounded_time(saved: bytes) -> None:
    before = time.process_time()
    read(saved, _URL)
    assert time.process_time() - before < _SECONDS


def test_nothing_executable_is_taken_from_a_page() -> None:
    prose = "Slow heel raises load the tendon and make it stronger over about twelve weeks of work. " * 5
    saved = f"""<title>Heel\x07 pain\u202e</title><base href="javascript:alert(1)//">
    <link rel="canonical" href="javascript:alert(1)">
    <meta property="og:image" content="javascript:alert(1)"><article><p onclick="alert(1)">{prose}</p>
    <script>alert("in the script")</script><svg><script>alert("in the picture")</script></svg>
    <iframe srcdoc="<p>framed"></iframe>
    <p><a href="javascript:alert(1)">{prose}</a></p></article>"""
    article = read(saved.encode(), _URL)
    told = str(asdict(article))
    assert article.title == "Heel pain"
    assert article.canonical_url == _URL
    for foreign in ("javascript:", "alert", "framed", "onclick"):
        assert foreign not in told


@given(st.binary(max_size=400))
def test_no_bytes_make_reading_raise_or_leave_control_characters(saved: bytes) -> None:
    article = read(b"<p>" + saved, _URL)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e]", article.text + article.title)


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_address_leaves_the_web(link: str, base: str) -> None:
    saved = f'<base href="{base}"><link rel="canonical" href="{link}"><meta property="og:image" content="{link}"><p>x'
    article = read(saved.encode("utf-8", "replace"), base)
    for address in (article.canonical_url, article.lead_image, article.url):
        assert re.fullmatch(r"(?:https?://[^\s<>\"']+)?", address)
