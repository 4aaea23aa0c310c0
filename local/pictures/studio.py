"""A running system, a browser to look at it with, and where its pictures are kept."""

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.mailbox.letter import Letter, read
from local.outbox import Outbox
from local.places import REPOSITORY
from local.testing import LocalSystem

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

PICTURES = REPOSITORY / "docs" / "pictures"
LARGEST = 300_000  # bytes; a page loads a handful of them

_SHARPNESS = {False: 1.5, True: 1.2}
"""How many pixels one of the page's is drawn with, and the same for wide pages, which are shown smaller."""
_WIDE = 1150


@dataclass(frozen=True)
class Studio:
    """Everything a picture is taken with."""

    system: LocalSystem
    browser: "Browser"
    outbox: Outbox

    def prm(self, *arguments: str) -> str:
        """Return what the command said; raises RuntimeError when it refused."""
        done = self.system.prm(*arguments)
        if done.returncode:
            msg = f"prm {' '.join(arguments)} ended with {done.returncode}: {done.stderr}"
            raise RuntimeError(msg)
        return done.stdout

    def letters(self) -> list[Letter]:
        """Return all mails, the newest first."""
        return [read(kept) for kept in self.outbox.newest()]

    def letter_to(self, address: str, since: dt.datetime) -> Letter | None:
        """Return the newest mail to an address that came after a moment."""
        return next((one for one in self.letters() if one.recipient == address and one.at >= since), None)

    def context(
        self, size: "ViewportSize", *, dark: bool = False, like: "BrowserContext | None" = None
    ) -> "BrowserContext":
        """Return a new browser profile, signed in as another is; drawn larger than life so that letters stay sharp."""
        return self.browser.new_context(
            viewport=size,
            device_scale_factor=_SHARPNESS[size["width"] > _WIDE],
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            storage_state=like.storage_state() if like else None,
        )

    def page(self, size: "ViewportSize", *, dark: bool = False) -> "Page":
        """Return a page of a new profile."""
        return self.context(size, dark=dark).new_page()

    def console(self, path: str) -> str:
        """Return the address of a page of the console."""
        return f"{self.system.front}/clinic/{path}"


def keep(page: "Page", name: str, *, whole: bool = True) -> None:
    """Take the page, or what of it is on the screen; raises RuntimeError when the file is too large for a page."""
    path = PICTURES / f"{name}.png"
    for frame in page.frames:  # an email shown on a page is a page of its own
        frame.wait_for_load_state("networkidle")
    page.screenshot(path=path, full_page=whole, animations="disabled", caret="hide")
    if path.stat().st_size > LARGEST:
        msg = f"{path.name} has {path.stat().st_size} bytes, more than {LARGEST}"
        raise RuntimeError(msg)
    print(f"{path.relative_to(REPOSITORY)}  {path.stat().st_size // 1000} kB", flush=True)
