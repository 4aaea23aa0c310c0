"""The mailbox of the local run, as a newcomer meets it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from local.front import Front, application
from local.mailbox.pages import Mailbox
from local.outbox import Kept, Outbox
from prm.clinics.model import Language
from tests.golden.letters import ALL
from tests.local.serving import served

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
RULES = "axe.run(document, {iframes: false, runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})"
AT = dt.datetime(2026, 11, 24, 15, 0, tzinfo=dt.UTC)
SCRIPT = "<script>document.title = 'taken over'; parent.document.title = 'taken over'</script>"


@dataclass
class Seen:
    """A mailbox with mails, and what was replied."""

    address: str
    outbox: Outbox
    sent: list[EmailMessage] = field(default_factory=list)

    def keep(self, subject: str, *, minutes: int = 0, html: str | None = None) -> Kept:
        """Let a mail arrive: the survey, or one with this HTML."""
        message = EmailMessage()
        message["From"] = "Riverbend Physical Therapy <hello@mail.example>"
        message["To"] = "maria@example.com"
        message["Reply-To"] = f"r-{'a' * 26}@reply.example"
        message["Subject"] = subject
        letter = ALL["survey"](Language.ENGLISH)
        message.set_content(letter.text)
        message.add_alternative(html or letter.html, subtype="html")
        return self.outbox.keep(f"id{minutes}", message.as_bytes(), AT + dt.timedelta(minutes=minutes))


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[Seen]:
    outbox = Outbox(tmp_path)
    seen = Seen("", outbox)
    with served(application(Front("http://127.0.0.1:9"), Mailbox(outbox, seen.sent.append).routes)) as address:
        seen.address = f"{address}/mailbox"
        yield seen


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", ["", "?as=text", "?as=headers", "?as=source", "?as=html&width=phone"])
def test_axe_finds_nothing_and_nothing_is_too_wide(page: Page, mailbox: Seen, view: str, scheme: str) -> None:
    kept = mailbox.keep("One quick question from Riverbend")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for address in (mailbox.address, f"{mailbox.address}/{kept.id}{view}"):
        page.goto(address)
        page.evaluate(AXE)
        for width in (1280, 390, 320):
            page.set_viewport_size({"width": width, "height": 800})
            found = page.evaluate(RULES)
            assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert said == []


def test_a_mail_that_arrives_shows_up_by_itself(page: Page, mailbox: Seen) -> None:
    page.goto(mailbox.address)
    expect(page.get_by_text("No mail yet")).to_be_visible()
    mailbox.keep("One quick question from Riverbend")
    expect(page.get_by_role("link", name="One quick question from Riverbend")).to_be_visible()


def test_a_tap_on_a_score_opens_the_survey_in_a_new_tab(page: Page, mailbox: Seen) -> None:
    kept = mailbox.keep("One quick question from Riverbend")
    link = f"{mailbox.address.removesuffix('/mailbox')}/s/token/9"
    mailbox.keep("Short", minutes=1, html=f"<html><head></head><body><a href='{link}'>9</a></body></html>")
    page.goto(mailbox.address)
    page.get_by_role("link", name="Short").click()
    with page.context.expect_page() as opened:
        page.frame_locator("iframe").get_by_role("link", name="9").click()
    assert opened.value.url == link
    assert kept.id not in page.url


def test_a_mail_cannot_run_scripts_or_take_over_the_mailbox(page: Page, mailbox: Seen) -> None:
    kept = mailbox.keep("Evil", html=f"<html><head>{SCRIPT}</head><body>hello{SCRIPT}</body></html>")
    for address in (f"{mailbox.address}/{kept.id}", f"{mailbox.address}/{kept.id}/body"):
        page.goto(address)
        assert page.title() != "taken over"
    expect(page.get_by_text("hello")).to_be_visible()


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_a_reply_can_be_sent_without_script(page: Page, mailbox: Seen) -> None:
    kept = mailbox.keep("One quick question from Riverbend")
    page.goto(mailbox.address)
    page.get_by_role("link", name="One quick question").click()
    page.get_by_label(f"To r-{'a' * 26}@reply.example").fill("9 great staff")
    page.get_by_role("button", name="Send reply").click()
    expect(page.get_by_role("status")).to_contain_text("is on its way")
    assert kept.id in page.url
    assert mailbox.sent[0].get_content().startswith("9 great staff\n")
