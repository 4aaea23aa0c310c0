"""Machines are known by what RFC 3834 and its kin ask of them, and by what they do without asking."""

import pytest

from prm.mail import reply
from prm.mail.reply import Kind
from tests.mail.mails import mail


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Auto-Submitted: auto-replied", Kind.AUTO_REPLY),
        ("Auto-Submitted: auto-generated", Kind.ROBOT),
        ("Auto-Submitted: auto-replied; owner=x", Kind.AUTO_REPLY),
        ("X-Autoreply: yes", Kind.AUTO_REPLY),
        ("X-Autorespond:", Kind.AUTO_REPLY),
        ("Precedence: auto_reply", Kind.AUTO_REPLY),
        ("Precedence: bulk", Kind.ROBOT),
        ("Precedence: list", Kind.ROBOT),
        ("List-Id: <news.example.com>", Kind.ROBOT),
        ("Return-Path: <>", Kind.BOUNCE),
        ("X-Failed-Recipients: a@example.com", Kind.BOUNCE),
    ],
)
def test_a_header_gives_a_machine_away(header: str, kind: Kind) -> None:
    said = reply.read(mail("9 great staff", header))
    assert (said.kind, said.score, said.comment) == (kind, None, "")


@pytest.mark.parametrize(
    "subject",
    ["Automatic reply: How was your visit?", "Out of Office Re: Your visit", "Respuesta automática: Su visita",
     "Fuera de la oficina", "Auto: away", "=?utf-8?q?Respuesta_autom=C3=A1tica=3A_Su_visita?="],
)  # fmt: skip
def test_a_subject_gives_an_absence_away(subject: str) -> None:
    assert reply.read(mail("I am away", subject=subject)).kind is Kind.AUTO_REPLY


@pytest.mark.parametrize("subject", ["Re: Automatic reply from Riverbend", "Automatic reply from Riverbend"])
def test_who_writes_back_to_our_own_receipt_is_a_person(subject: str) -> None:
    assert reply.read(mail("Thanks, who can I call?", subject=subject)).kind is Kind.COMMENT


def test_a_person_may_say_that_no_machine_wrote() -> None:
    assert reply.read(mail("9", "Auto-Submitted: no")).kind is Kind.ANSWER


@pytest.mark.parametrize(
    ("report", "kind"),
    [
        ("delivery-status", Kind.BOUNCE),
        ("feedback-report", Kind.ROBOT),
        ("disposition-notification", Kind.AUTO_REPLY),
    ],
)
def test_a_report_is_known_by_its_kind(report: str, kind: Kind) -> None:
    head = f"From: x@example.com\r\nContent-Type: multipart/report; report-type={report}; boundary=b\r\n\r\n"
    assert reply.read(f"{head}--b\r\n\r\n9\r\n--b--".encode()).kind is kind


@pytest.mark.parametrize("sender", ["MAILER-DAEMON@example.com", "Mail Delivery <postmaster@example.com>"])
def test_mail_systems_bounce(sender: str) -> None:
    assert reply.read(f"From: {sender}\r\n\r\n9".encode()).kind is Kind.BOUNCE


def test_the_null_sender_of_the_envelope_bounces() -> None:
    assert reply.read(mail("9"), "").kind is Kind.BOUNCE


def test_the_reason_names_the_sign_and_repeats_nothing_of_the_mail() -> None:
    assert reply.read(mail("9", "List-Id: Maria's list <m.example>")).why == "list-id"
