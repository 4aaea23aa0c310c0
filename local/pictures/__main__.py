"""`make pictures`: the pictures of README.md and docs/, taken anew from a run of its own."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from local.outbox import Outbox
from local.pictures import desk, first_week, patients, terminal
from local.pictures.studio import PICTURES, Studio
from local.testing import LocalSystem, free_ports, running

_RULES = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"


def take(studio: Studio, folder: Path) -> None:
    """Take all pictures of a clinic with a year behind it, and of one that begins."""
    desk.take(studio)
    terminal.take(studio)
    patients.take(studio)
    first_week.take(studio, folder)


def photograph(system: LocalSystem, browser: str, folder: Path) -> None:
    """Open a browser on a system, and take everything."""
    os.environ.update(system.here.aws_environment)
    with sync_playwright() as player:
        shown = player.chromium.launch(executable_path=browser, args=["--no-sandbox", "--no-proxy-server", _RULES])
        take(Studio(system, shown, Outbox(system.here.places.outbox)), folder)
        shown.close()


def main() -> int:
    """Take all pictures; 1 without a browser."""
    browser = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
    if browser is None:
        print("Pictures need Chromium; make browser finds or installs one.", file=sys.stderr)
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wide = free_ports(folder / "state") | {"COLUMNS": "110"}
        with running(folder / "state", environment=wide) as system:
            print("Loading the demo clinic", flush=True)
            loaded = system.prm("demo")
            if loaded.returncode:
                print(loaded.stderr, file=sys.stderr)
                return 1
            photograph(system, browser, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
