"""What a patient sees: the survey's mail, the page behind it, the thank-you."""

from typing import TYPE_CHECKING

from local.mailbox.letter import Letter
from local.pictures.studio import Studio, keep

if TYPE_CHECKING:
    from playwright.sync_api import Page, ViewportSize

DESK: "ViewportSize" = {"width": 760, "height": 400}
PHONE: "ViewportSize" = {"width": 390, "height": 700}
_ENGLISH = "0 being not at all likely"


def take(studio: Studio) -> None:
    """Take them of today's survey to one patient, who taps a nine."""
    letter = _survey(studio)
    _mail(studio, letter)
    for name, dark in (("survey-phone-dark", True), ("survey-phone", False)):
        page = studio.page(PHONE, dark=dark)
        page.goto(_link(letter, 9))
        keep(page, name)
        if not dark:
            _send(page)
            keep(page, "thanks-phone")
        page.close()


def _survey(studio: Studio) -> Letter:
    surveys = [one for one in studio.letters() if _ENGLISH in one.text and "/s/" in one.text]
    if not surveys:
        raise RuntimeError("no survey in English went out today")
    return min(surveys, key=lambda one: one.recipient)


def _mail(studio: Studio, letter: Letter) -> None:
    """Take the mail's HTML part, as a mail program shows it."""
    for name, size in (("mail-desktop", DESK), ("mail-phone", PHONE)):
        page = studio.page(size)
        page.goto(f"{studio.system.mailbox}/{letter.id}/body")
        keep(page, name)
        page.close()


def _link(letter: Letter, score: int) -> str:
    """Return the link behind one number of a survey mail."""
    return next(word for word in letter.text.split() if "/s/" in word and word.endswith(f"/{score}"))


def _send(page: "Page") -> None:
    """Press Send, and wait for the thank-you."""
    page.get_by_role("button", name="Send my answer").click()
    page.get_by_role("heading", name="Thank you").wait_for()
