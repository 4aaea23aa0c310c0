import datetime as dt
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage

import pytest

from local.front import Front, application
from local.mailbox.letter import read
from local.mailbox.pages import Mailbox, reply_to
from local.outbox import Kept, Outbox
from tests.local.serving import ask, served

EVIL = "<script>alert(1)</script>"
AT = dt.datetime(2026, 11, 24, 15, 0, tzinfo=dt.UTC)
HTML = "<html><head><title>x</title></head><body><a href='http://127.0.0.1/s/t/9'>9</a></body></html>"


def mail(**headers: str) -> EmailMessage:
    message = EmailMessage()
    written = {
        "From": "Riverbend <hello@mail.example>",
        "To": "ann@example.org",
        "Reply-To": "r-token@reply.example",
        "Subject": "Your visit",
        "Message-ID": "<id@ses>",
    } | headers
    for name, value in written.items():
        message[name] = value
    message.set_content("How was it?\nhttp://127.0.0.1/s/t")
    message.add_alternative(HTML, subtype="html")
    return message


@dataclass
class Door:
    """The front door of a run that has mails, and what was replied."""

    address: str
    outbox: Outbox
    sent: list[EmailMessage] = field(default_factory=list)

    def get(self, path: str) -> str:
        answer = ask(self.address, path)
        assert answer.status == 200
        return answer.text

    def reply(self, kept: Kept, text: str, **headers: str) -> int:
        data = urllib.parse.urlencode({"text": text}).encode()
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        return ask(self.address, f"/mailbox/{kept.id}/reply", "POST", data, headers).status

    def keep(self, message: EmailMessage, minutes: int = 0) -> Kept:
        return self.outbox.keep(f"id{minutes}", message.as_bytes(), AT + dt.timedelta(minutes=minutes))


@pytest.fixture
def door(outbox: Outbox) -> Iterator[Door]:
    one = Door("", outbox)
    mailbox = Mailbox(outbox, one.sent.append)
    with served(application(Front("http://127.0.0.1:9"), mailbox.routes)) as address:
        one.address = address
        yield one


def test_an_empty_mailbox_says_what_will_show_here(door: Door) -> None:
    assert "No mail yet" in door.get("/mailbox")


def test_the_newest_mail_stands_first(door: Door) -> None:
    door.keep(mail(Subject="older"))
    door.keep(mail(Subject="newer"), minutes=5)
    page = door.get("/mailbox")
    assert page.index("newer") < page.index("older")


def test_mail_to_one_address_can_be_listed_alone(door: Door) -> None:
    door.keep(mail(To="ann@example.org", Subject="for Ann"))
    door.keep(mail(To="bob@example.org", Subject="for Bob"), minutes=1)
    page = door.get("/mailbox?to=ANN@")
    assert "for Ann" in page
    assert "for Bob" not in page


@pytest.mark.parametrize("view", ["html", "text", "headers", "source"])
def test_whatever_a_mail_holds_is_escaped(door: Door, view: str) -> None:
    message = mail(Subject=EVIL, From=f'"{EVIL}" <a@example.org>', **{"X-Evil": EVIL})
    kept = door.keep(message)
    for path in ("/mailbox", f"/mailbox/{kept.id}?as={view}", f"/mailbox?to={urllib.parse.quote(EVIL)}"):
        assert EVIL not in door.get(path)


def test_the_pages_forbid_scripts_of_others(door: Door) -> None:
    headers = ask(door.address, "/mailbox").headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]


def test_a_mail_is_framed_without_script_forms_or_origin(door: Door) -> None:
    kept = door.keep(mail())
    answer = ask(door.address, f"/mailbox/{kept.id}/body")
    policy = answer.headers["Content-Security-Policy"]
    assert "9</a>" in answer.text
    assert policy.startswith("sandbox allow-popups allow-popups-to-escape-sandbox;")
    assert "script" not in policy
    page = door.get(f"/mailbox/{kept.id}")
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page


def test_links_of_a_mail_open_in_a_new_tab(door: Door) -> None:
    body = door.get(f"/mailbox/{door.keep(mail()).id}/body")
    assert '<head><base target="_blank"><title>' in body


def test_the_plain_text_is_shown_with_its_links(door: Door) -> None:
    page = door.get(f"/mailbox/{door.keep(mail()).id}?as=text")
    assert '<a href="http://127.0.0.1/s/t" rel="noopener" target="_blank">' in page


def test_a_phone_view_is_one_link_away(door: Door) -> None:
    kept = door.keep(mail())
    assert "width=phone" in door.get(f"/mailbox/{kept.id}")
    assert 'class="phone"' in door.get(f"/mailbox/{kept.id}?as=html&width=phone")


def test_a_reply_goes_to_the_reply_address_as_the_recipient(door: Door) -> None:
    kept = door.keep(mail())
    assert door.reply(kept, "9 great staff") == 303
    (sent,) = door.sent
    assert (sent["From"], sent["To"], sent["Subject"]) == ("ann@example.org", "r-token@reply.example", "Re: Your visit")
    assert sent["In-Reply-To"] == "<id@ses>"


def test_a_reply_quotes_the_mail_below_what_was_written(door: Door) -> None:
    lines = reply_to(read(door.keep(mail())), "9 great\r\nstaff").get_content().splitlines()
    assert lines[:2] == ["9 great", "staff"]
    assert lines[-2:] == ["> How was it?", "> http://127.0.0.1/s/t"]


def test_another_page_cannot_reply(door: Door) -> None:
    kept = door.keep(mail())
    assert door.reply(kept, "9", Origin="http://evil.example") == 403
    assert door.sent == []


def test_a_mail_that_offers_one_click_unsubscribing_has_a_button_for_it(door: Door) -> None:
    offered = {
        "List-Unsubscribe": "<http://127.0.0.1/u/token>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert 'action="http://127.0.0.1/u/token"' in door.get(f"/mailbox/{door.keep(mail(**offered)).id}")
    assert "Unsubscribe, as" not in door.get(f"/mailbox/{door.keep(mail(), minutes=1).id}")


@pytest.mark.parametrize("path", ["/mailbox/none", "/mailbox/..%2Fstate%2Fsqs", "/mailbox/none/body"])
def test_what_is_no_mail_is_not_found(door: Door, path: str) -> None:
    assert ask(door.address, path).status == 404


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"\xff\xfe\x00",
        b"From: " + b"(" * 5000 + b"\r\n\r\n",
        b"Content-Type: text/html; charset=nonsense\r\n\r\n<b>hi</b>",
        b"Message-ID: <@>\r\nTo: =?utf-8?q?=FF?=\r\n\r\nhi",
    ],
)
def test_hostile_mail_can_be_looked_at(door: Door, source: bytes) -> None:
    kept = door.outbox.keep("evil", source, AT)
    assert "evil" in door.get("/mailbox")
    for view in ("html", "text", "headers", "source"):
        assert door.get(f"/mailbox/{kept.id}?as={view}")
    door.get(f"/mailbox/{kept.id}/body")


def test_the_front_page_leads_to_the_mailbox(door: Door) -> None:
    answer = ask(door.address, "/")
    assert (answer.status, answer.headers["Location"]) == (302, "/mailbox")


def test_the_front_door_is_not_served_under_foreign_names(door: Door) -> None:
    assert ask(door.address, "/mailbox", headers={"Host": "evil.example"}).status == 421


def test_assets_are_served(door: Door) -> None:
    assert ask(door.address, "/mailbox/style.css").headers["Content-Type"].startswith("text/css")
