"""Real mails that others collected: replies of many programs, broken messages, bounces."""

import csv
import json
import re
import time
from pathlib import Path

from prm.mail import reply
from prm.mail.quoting import cut
from prm.mail.reply import HUMAN, Kind
from prm.mail.scores import find


def test_quoted_text_and_signatures_are_cut_as_discourse_cuts_them(corpus: Path) -> None:
    """One of the 24 keeps a quote between two texts of one's own; here such a quote goes."""
    wrong = {
        one.stem
        for one in (corpus / "reply-discourse/emails").glob("*.txt")
        if _lines(cut(_text(one)).text) != _lines(_text(corpus / "reply-discourse/trimmed" / one.name))
    }
    assert wrong <= {"embedded_email_17"}


def test_replies_of_common_programs_are_cut(corpus: Path) -> None:
    expected: dict[str, str] = json.loads((corpus / "reply-talon/expected.json").read_text())
    for name, text in expected.items():
        source = (corpus / "reply-talon" / name).read_bytes()
        head = b"Content-Type: text/html; charset=utf-8\n\n" if name.endswith("html") else b""
        said = "".join(reply.read(head + source).comment.split())
        signed = "".join(text.split("-- ")[0].split())
        assert said in {"".join(text.split()), signed}, name


def test_replies_of_a_code_host_hold_no_score(corpus: Path) -> None:
    for one in (corpus / "reply-zapier-unlabelled").glob("*.txt"):
        said = reply.read(b"Content-Type: text/plain; charset=utf-8\n\n" + one.read_bytes())
        assert (said.kind, said.text != "") == (Kind.COMMENT, True), one.name


def test_broken_messages_are_read_in_bounded_time(corpus: Path) -> None:
    messages = sorted((corpus / "malformed-cpython").glob("msg_*.txt"))
    started = time.monotonic()
    kinds = {reply.read(one.read_bytes()).kind for one in messages}
    assert time.monotonic() - started < 10
    assert len(messages) == 48
    assert Kind.ANSWER not in kinds


def test_no_bounce_complaint_or_absence_passes_for_a_person(corpus: Path) -> None:
    expected = json.loads((corpus / "bounce-sisimai/expected.json").read_text())
    people = {name for name in expected if reply.read((corpus / "bounce-sisimai" / name).read_bytes()).kind in HUMAN}
    assert people == set()


def test_no_score_is_made_up_from_what_patients_write(corpus: Path) -> None:
    """Of thousands of comments without a score, those that get one say "out of 10"."""
    with (corpus / "comments-nhs/comments.csv").open(encoding="utf-8", newline="") as file:
        comments = [max(row, key=len) for row in csv.reader(file) if row]
    scored = [comment for comment in comments if find(comment)]
    assert len(comments) > 3000
    assert all(re.search(r"ten out of ten|10 out of 10|10/10", comment) for comment in scored)


def test_a_score_before_what_patients_write_is_that_score_or_none(corpus: Path) -> None:
    with (corpus / "comments-nhs/comments.csv").open(encoding="utf-8", newline="") as file:
        comments = [max(row, key=len) for row in csv.reader(file) if row]
    found = [find(f"{number % 11} {comment}") for number, comment in enumerate(comments)]
    assert all(one is None or one.score == number % 11 for number, one in enumerate(found))
    assert sum(one is not None for one in found) > len(found) * 0.7


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8").replace("\r\n", "\n")


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().split("\n") if line.strip()]
