"""What the command line says about the demo clinic."""

import html
import itertools
import json
from typing import TYPE_CHECKING

from local.pictures.studio import Studio, keep
from prm.core import ids

if TYPE_CHECKING:
    from playwright.sync_api import ViewportSize

SCREEN: "ViewportSize" = {"width": 1120, "height": 200}
CLINIC = "demo"
_LOOKS = """<!doctype html><title>Terminal</title><style>
body { margin: 0; padding: 1.2rem 1.4rem; background: #16202a; color: #dbe4ea; }
pre { margin: 0; font: 13px/1.5 "DejaVu Sans Mono", "Liberation Mono", monospace; }
b { color: #7fd1b9; }
</style>"""


def take(studio: Studio) -> None:
    """Take the numbers, the cases, and why one of these patients gets what."""
    patient = _number(json.loads(studio.prm("cases", CLINIC, "--json"))[0]["patient"])
    commands = [("nps", CLINIC, "--by", "location"), ("cases", CLINIC), ("why", CLINIC, patient)]
    said = [
        f"<b>$ prm {html.escape(' '.join(words))}</b>\n{html.escape(studio.prm(*words).rstrip())}" for words in commands
    ]
    page = studio.page(SCREEN)
    page.set_content(f"{_LOOKS}<pre>{'\n\n'.join(said)}</pre>")
    keep(page, "terminal")
    page.close()


def _number(patient: str) -> str:
    """Return the number that the demo's EMR has for a patient, which is what people type."""
    return next(str(one) for one in itertools.count(10_001) if ids.name_of(CLINIC, str(one)) == patient)
