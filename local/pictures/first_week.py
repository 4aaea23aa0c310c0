"""A clinic's first steps: it signs up, sees what to do, brings patients in, and looks at a rule before it is on."""

import datetime as dt
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

from local.pictures.studio import Studio, keep

if TYPE_CHECKING:
    from playwright.sync_api import Page, ViewportSize

EMAIL, PASSWORD = "nora.ellison@example.com", "several words that do not go together"
DESK: "ViewportSize" = {"width": 1180, "height": 900}
SMALL: "ViewportSize" = {"width": 760, "height": 620}
KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSW"
"""An authenticator's key in Base32, as long as Cognito's."""
_CLINIC = {
    "Clinic name": "Riverbend Physical Therapy",
    "Your name": "Nora Ellison",
    "Your work email": EMAIL,
    "Clinic phone": "(937) 555-0142",
    "Street": "412 River Street",
    "City": "Dayton",
    "State": "OH",
    "ZIP code": "45402",
    "First location": "Downtown",
}
_THERAPISTS, _PLACES = ("Mei-Lin Chen", "Omar Haddad", "Grace Okafor"), ("North Main", "Kettering")
"""Those of docs/examples."""
_ODD = ",Ruth,Keller,02/13/1979,ruth.keller@example.com,(937) 555-0171,English,Downtown,Omar Haddad,,\n"
"""A row that cannot come in: nobody can tell whose it is."""
_PATIENCE = 60  # seconds until a mail or a check is there


def take(studio: Studio, folder: Path) -> None:
    """Take them in the order in which a clinic meets them."""
    studio.prm("example", str(folder / "example"))
    page = studio.page(DESK)
    _sign_up(studio, page)
    _authenticator(studio)
    page.goto(studio.console("start"))
    keep(page, "checklist")
    _say_who_and_where(studio, page)
    with (folder / "example" / "patients.csv").open("a", encoding="utf-8") as file:
        file.write(_ODD)
    for name in ("patients.csv", "visits.csv"):
        _bring_in(studio, page, folder / "example" / name)
    page.goto(studio.console("rules/after-evaluation/on"))
    _until(page, "Not yet")
    keep(page, "rule-on")
    page.context.close()


def _say_who_and_where(studio: Studio, page: "Page") -> None:
    page.goto(studio.console("settings/therapists"))
    page.get_by_label("Add therapists").fill("\n".join(_THERAPISTS))
    page.get_by_role("button", name="Save").click()
    for name in _PLACES:
        page.goto(studio.console("settings/locations/new"))
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_role("button", name="Save").click()


def _sign_up(studio: Studio, page: "Page") -> None:
    since = dt.datetime.now(dt.UTC).replace(microsecond=0)
    page.goto(f"{studio.system.front}/signup")
    for label, text in _CLINIC.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_label("Time zone").select_option("America/New_York")
    page.get_by_label("English").check()
    page.get_by_label("Spanish").check()
    page.get_by_role("checkbox", name="I accept").check()
    keep(page, "sign-up")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("6-digit code").fill(_code(studio, since))
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Sign out").wait_for()


def _code(studio: Studio, since: dt.datetime) -> str:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        letter = studio.letter_to(EMAIL, since)
        if letter and (found := re.search(r"\b\d{3} ?\d{3}\b", letter.text)):
            return found[0]
        time.sleep(0.5)
    raise RuntimeError("the code did not arrive")


def _authenticator(studio: Studio) -> None:
    """Take the step that a local run leaves out, from a session that stands before it."""
    from prm import wiring
    from prm.accounts.model import Stage
    from prm.core.clock import SystemClock

    house = wiring.house(studio.system.here.settings, SystemClock(studio.system.here.places.clock))
    token = house.sessions.open(Stage.ENROL, "demo", "karen", email=EMAIL, challenge="MFA_SETUP held", secret=KEY)
    context = studio.context(SMALL)
    front = studio.system.front.replace("http:", "https:")
    context.add_cookies([{"name": "__Host-session", "value": token, "url": front, "secure": True, "httpOnly": True}])
    page = context.new_page()
    page.goto(studio.console("authenticator"))
    keep(page, "authenticator")
    context.close()


def _bring_in(studio: Studio, page: "Page", file: Path) -> None:
    page.goto(studio.console("records"))
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_role("button", name="Upload and check").click()
    page.wait_for_url("**/records/*")
    _until(page, "Import these rows…")
    if file.name == "patients.csv":
        keep(page, "report")
    page.get_by_text("Import these rows…").first.click()
    page.get_by_role("button", name=re.compile(r"Import \d+ rows")).click()
    _until(page, "What changed")


def _until(page: "Page", words: str) -> None:
    """Wait until the page says this; pages that count look by themselves, and are asked again here."""
    deadline = time.monotonic() + _PATIENCE
    while not page.get_by_text(words).first.is_visible():
        if time.monotonic() > deadline:
            msg = f"{page.url} never said “{words}”"
            raise RuntimeError(msg)
        time.sleep(1)
        page.reload()
