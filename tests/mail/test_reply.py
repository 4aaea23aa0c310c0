"""What a reply is taken for."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prm.mail import reply
from prm.mail.reply import HUMAN, Kind
from tests.mail.mails import QUOTED, mail

TOKEN = "abcdefghijklmnopqrstuvwxyz"


def test_a_score_with_words_is_an_answer_with_its_comment() -> None:
    said = reply.read(mail("9 great staff" + QUOTED))
    assert (said.kind, said.score, said.comment) == (Kind.ANSWER, 9, "great staff")


def test_an_answer_below_the_quoted_mail_is_found() -> None:
    said = reply.read(mail(QUOTED.strip() + "\n\n8, thank you"))
    assert (said.kind, said.score, said.comment) == (Kind.ANSWER, 8, "thank you")


def test_the_scores_of_the_quoted_question_answer_nothing() -> None:
    assert reply.read(mail("Thank you!" + QUOTED)).kind is Kind.COMMENT


def test_a_mail_that_only_quotes_is_shown_whole() -> None:
    said = reply.read(mail("> 9 great staff"))
    assert (said.kind, said.comment) == (Kind.COMMENT, "> 9 great staff")


def test_a_paragraph_on_one_line_is_kept_whole() -> None:
    assert len(reply.read(mail("word " * 5000)).comment) == 24_999


def test_markup_alone_is_read_without_what_it_quotes() -> None:
    page = (
        '<div dir="ltr">9 great staff</div><br><div class="gmail_quote">On Tue wrote:<blockquote>10</blockquote></div>'
    )
    said = reply.read(mail(page, kind="text/html"))
    assert (said.kind, said.score, said.comment) == (Kind.ANSWER, 9, "great staff")


def test_what_outlook_puts_below_its_line_is_quoted() -> None:
    page = "<div>7</div><hr id='stopSpelling'>From: Riverbend<div>Choose from 0 to 10</div>"
    assert reply.read(mail(page, kind="text/html")).score == 7


def test_words_between_pictures_belong_together() -> None:
    parts = ["--b\r\nContent-Type: text/plain\r\n\r\n9\r\n", "--b\r\nContent-Type: image/png\r\n\r\nx\r\n"]
    parts.append("--b\r\nContent-Type: text/plain\r\n\r\nlook at my knee\r\n--b--")
    source = b"From: m@example.com\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + "".join(parts).encode()
    said = reply.read(source)
    assert (said.score, said.comment) == (9, "look at my knee")


def test_a_forwarded_mail_inside_says_nothing_for_its_sender() -> None:
    source = (
        b"From: m@example.com\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nsee below\r\n"
        b"--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: x@example.com\r\n\r\n9\r\n--b--"
    )
    assert reply.read(source).comment == "see below"


@pytest.mark.parametrize(
    "text",
    ["stop", "STOP!", "Unsubscribe", "please unsubscribe me", "Stop sending me these emails", "baja", "Dar de baja",
     "remove me from your list, thanks", "take me off the list", "No más correos por favor"],
)  # fmt: skip
def test_a_wish_to_leave_alone_is_unsubscribe(text: str) -> None:
    assert reply.read(mail(text + QUOTED)).kind is Kind.UNSUBSCRIBE


@pytest.mark.parametrize("text", ["stop the pain", "I had to stop", "don't stop", "take", "baja la música"])
def test_a_wish_within_other_words_is_for_a_person(text: str) -> None:
    assert reply.read(mail(text)).kind is Kind.COMMENT


def test_an_empty_mail_may_ask_to_leave_in_its_subject() -> None:
    assert reply.read(mail("", subject="unsubscribe")).kind is Kind.UNSUBSCRIBE


def test_a_signature_does_not_make_a_comment_of_a_stop() -> None:
    assert reply.read(mail("stop\n\nSent from my iPhone")).kind is Kind.UNSUBSCRIBE


def test_the_token_is_read_in_any_case() -> None:
    assert reply.token_of([f"R-{TOKEN.upper()}@Replies.Example"], "replies.example") == TOKEN


def test_the_first_recipient_that_is_ours_counts() -> None:
    others = ["care@replies.example", f"r-{TOKEN}@elsewhere.example", f"r-{TOKEN}@replies.example"]
    assert reply.token_of(others, "replies.example") == TOKEN


@pytest.mark.parametrize("local", ["r-", "r-short", f"r-{TOKEN}x", f"x-{TOKEN}", TOKEN, "r-" + "1" * 26])
def test_other_addresses_hold_no_token(local: str) -> None:
    assert reply.token_of([f"{local}@replies.example"], "replies.example") is None


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"\x00" * 1000,
        b"Message-ID: <@>\r\nFrom: " + b"(" * 5000 + b"\r\n\r\n9",
        b"Content-Type: text/plain; charset=no-such\r\n\r\n9",
        b'Content-Type: text/plain; charset="\xff"\r\n\r\n9',
        b"Subject: =?utf-8?b?" + b"A" * 999 + b"?=\r\nFrom: =?x?q?=ff?=\r\n\r\n9",
        b"Content-Transfer-Encoding: base64\r\n\r\n!!!!",
        b"Content-Type: multipart/mixed\r\n\r\n--x\r\n\r\n9",
    ],
)
def test_broken_headers_break_nothing(source: bytes) -> None:
    assert reply.read(source).kind in HUMAN


@pytest.mark.parametrize(
    "source",
    [
        b"Content-Type: message/rfc822\n\n" * 30_000,
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(300)),
        mail("<div>" * 50_000, kind="text/html"),
        mail("&amp;" * 50_000, kind="text/html"),
    ],
)
def test_mail_that_would_take_too_long_is_quarantined_with_the_reason(source: bytes) -> None:
    said = reply.read(source)
    assert said.kind is Kind.QUARANTINED
    assert said.why


@settings(max_examples=150, deadline=2000, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=3000))
def test_no_bytes_break_the_reader(source: bytes) -> None:
    assert reply.read(source).kind in Kind


@settings(max_examples=150, deadline=2000)
@given(
    st.lists(
        st.sampled_from(
            ["Content-Type: multipart/mixed; boundary=a", "Content-Type: text/html", "From: <", "--a", "", "--a--", ">",
             "9/10", "On 9 x <a@b> wrote:", "From: a", "Sent: b", "Subject: =?utf-8?q?", "=?=", "-- ", "<div>", "<!--",
             "Content-Transfer-Encoding: quoted-printable", "=", "\x00", "Content-Type: message/rfc822", "stop"]
        ),
        max_size=40,
    )
)  # fmt: skip
def test_no_mixture_of_what_mails_are_made_of_breaks_the_reader(lines: list[str]) -> None:
    said = reply.read("\n".join(lines).encode())
    assert (said.score is None) == (said.kind is not Kind.ANSWER)


@settings(max_examples=30, deadline=3000)
@given(
    st.sampled_from(["a 9 ", "9/10 ", "On 9 \n", "> \n", "i say ", "sent from ", "From: a\n", "<a ", "@", "9.", "(9) "])
)
def test_repetition_takes_bounded_time(piece: str) -> None:
    assert reply.read(mail(piece * (500_000 // len(piece)))).kind in Kind
