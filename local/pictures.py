"""`make pictures`: the pictures of README.md, taken anew from a run of its own with the clinic of docs/examples."""

import html
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from local.example import FILES
from local.mailbox.letter import Letter, read
from local.outbox import Outbox
from local.places import REPOSITORY, Places
from local.testing import LocalSystem, free_ports, running
from prm.rules.presets import PRESETS

PICTURES = REPOSITORY / "docs" / "pictures"
CLINIC = "riverbend"
PROMOTER = "aisha.rahman@example.com"
UNHAPPY, UNHAPPY_ID = "kelly.boone@example.com", "1006"
COMMENT = "We waited half an hour past our time, twice."
LARGEST = 200_000  # bytes; README.md loads them all
DESK = ViewportSize(width=760, height=400)
PHONE = ViewportSize(width=390, height=700)
SCREEN = ViewportSize(width=990, height=200)

_PATIENCE = 6  # half days until every evaluation was followed by a mail: a night and a holiday fit in
_RULES = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
_TERMINAL = """<!doctype html><title>Terminal</title><style>
body { margin: 0; padding: 1.2rem 1.4rem; background: #16202a; color: #dbe4ea; }
pre { margin: 0; font: 13px/1.5 "DejaVu Sans Mono", "Liberation Mono", monospace; }
b { color: #7fd1b9; }
</style>"""


@dataclass(frozen=True)
class Studio:
    """A running system and a browser to look at it with."""

    system: LocalSystem
    browser: Browser
    outbox: Outbox

    def prm(self, *arguments: str) -> str:
        """Return what the command said; raises RuntimeError when it refused."""
        done = self.system.prm(*arguments)
        if done.returncode:
            msg = f"prm {' '.join(arguments)} ended with {done.returncode}: {done.stderr}"
            raise RuntimeError(msg)
        return done.stdout

    def letters(self) -> dict[str, Letter]:
        """Return the newest mail to each address."""
        found = [read(kept) for kept in self.outbox.newest()]
        return {letter.recipient: letter for letter in reversed(found)}

    def page(self, size: ViewportSize, *, dark: bool = False) -> Page:
        """Return a new page, drawn larger than life so that letters stay sharp."""
        return self.browser.new_page(
            viewport=size, device_scale_factor=1.5, color_scheme="dark" if dark else "light", reduced_motion="reduce"
        )


def prepare(studio: Studio, folder: Path) -> None:
    """Make the clinic, switch all presets on, and let time pass until the surveys went out."""
    studio.prm("example", str(folder / "example"))
    clinic, *files = (str(folder / "example" / name) for name in FILES)
    studio.prm("clinic", "create", clinic)
    studio.prm("import", CLINIC, *files)
    for preset in PRESETS:
        studio.prm("rules", CLINIC, "on", preset.id, "--yes")
    for _ in range(_PATIENCE):
        studio.prm("clock", "+12h")
        if {PROMOTER, UNHAPPY} <= studio.letters().keys():
            return
    raise RuntimeError("the surveys did not go out")


def keep(page: Page, name: str) -> None:
    """Take the whole page; raises RuntimeError when the file is too large for README.md."""
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path, full_page=True, animations="disabled")
    if path.stat().st_size > LARGEST:
        msg = f"{path.name} has {path.stat().st_size} bytes, more than {LARGEST}"
        raise RuntimeError(msg)
    print(f"{path.relative_to(REPOSITORY)}  {path.stat().st_size // 1000} kB")


def mails(studio: Studio, letter: Letter) -> None:
    """Take the mail's HTML part, as a mail program shows it."""
    for name, size in (("mail-desktop", DESK), ("mail-phone", PHONE)):
        page = studio.page(size)
        page.goto(f"{studio.system.mailbox}/{letter.id}/body")
        keep(page, name)
        page.close()


def link(letter: Letter, score: int) -> str:
    """Return the link behind one number of a survey mail."""
    return next(word for word in letter.text.split() if "/s/" in word and word.endswith(f"/{score}"))


def survey(studio: Studio, letter: Letter) -> None:
    """Take what a patient sees who taps a nine, by day and by night, and the thank-you after Send."""
    for name, dark in (("survey-phone-dark", True), ("survey-phone", False)):
        page = studio.page(PHONE, dark=dark)
        page.goto(link(letter, 9))
        keep(page, name)
        if not dark:
            send(page)
            keep(page, "thanks-phone")
        page.close()


def complain(studio: Studio, letter: Letter) -> None:
    """Answer as the unhappy patient, so that there is a case."""
    page = studio.page(PHONE)
    page.goto(link(letter, 3))
    page.locator("textarea").fill(COMMENT)
    send(page)
    page.close()


def send(page: Page) -> None:
    """Press Send, and wait for the thank-you."""
    page.get_by_role("button", name="Send my answer").click()
    page.get_by_role("heading", name="Thank you").wait_for()


def terminal(studio: Studio) -> None:
    """Take what the command line says about all this."""
    commands = [("nps", CLINIC), ("cases", CLINIC), ("why", CLINIC, UNHAPPY_ID)]
    said = [
        f"<b>$ prm {html.escape(' '.join(words))}</b>\n{html.escape(studio.prm(*words).rstrip())}" for words in commands
    ]
    page = studio.page(SCREEN)
    page.set_content(f"{_TERMINAL}<pre>{'\n\n'.join(said)}</pre>")
    keep(page, "terminal")
    page.close()


def take(studio: Studio, folder: Path) -> None:
    """Play the story of README.md and take its pictures on the way."""
    prepare(studio, folder)
    letters = studio.letters()
    mails(studio, letters[PROMOTER])
    survey(studio, letters[PROMOTER])
    complain(studio, letters[UNHAPPY])
    studio.prm("tick")  # the alert goes out, and the case shows it
    terminal(studio)


def main() -> int:
    """Take all pictures; 1 without a browser."""
    browser = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
    if browser is None:
        print("Pictures need Chromium; make browser finds or installs one.", file=sys.stderr)
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as player:
        folder = Path(name)
        state = folder / "state"
        wide = free_ports(state) | {"COLUMNS": "110"}
        with running(state, environment=wide) as system:
            shown = player.chromium.launch(executable_path=browser, args=["--no-sandbox", "--no-proxy-server", _RULES])
            take(Studio(system, shown, Outbox(Places(state).outbox)), folder)
            shown.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
