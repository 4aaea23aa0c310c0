"""The console's frame and components on pages that exist in tests alone, with people who are made up."""

import datetime as dt
from pathlib import Path

from jinja2 import ChoiceLoader, Environment, FileSystemLoader
from markupsafe import Markup
from playwright.sync_api import Page, Route

from prm.accounts.model import IDLE
from prm.clinics.model import Role, StaffMember
from prm.core.formats import Formats
from prm.core.text import Texts
from prm.core.urls import Urls
from prm.web import assets, clock_face, page
from prm.web.clock_face import ClockFace
from prm.web.filled import Filled
from prm.web.parts import Entry, Option, Step, Tab
from tests import examples

BASE = "http://localhost:9"
PAGES = Path(__file__).parent / "pages"
NOON = dt.datetime(2026, 11, 23, 19, 30, tzinfo=dt.UTC)
"""2:30 pm in Dayton."""
CLINIC = examples.riverbend()
WORDS = "Waited 25 minutes twice last week and nobody told me why. Luis is good, but the last session felt rushed."
HOSTILE = "<script>document.title = 'run'</script> " + "Wolfeschlegelsteinhausenbergerdorff" * 3
WRONG = Filled(
    {
        "name": "Riverbend Physical Therapy",
        "place": "Downtown",
        "zip": "4540",
        "tell": "1",
        "zone": "America/New_York",
        "colour": "#0f5c52",
    },
    {"zip": "Enter a 5-digit ZIP code", "ended": "Choose how it ended"},
)
ENDINGS = [
    Option("resolved", "Resolved", "The patient is satisfied and stays in care."),
    Option("listened", "Listened, but not resolved", "We could not fix it, or the patient stopped coming."),
    Option("mistake", "The score was a mistake"),
]
TIMELINE = [
    Entry("Gave a 4", "today, 12:40 pm", score=4, words=WORDS, href="/clinic/cases/1"),
    Entry("Survey “At the sixth visit” · delivered, opened", "Fri, Nov 20, 5:10 pm", "mail"),
    Entry("Visit 6 with Luis Ortega", "Fri, Nov 20, 1:30 pm", "walk"),
    Entry("Cancelled the same day", "Wed, Nov 18", "close"),
    Entry("Gave a 9", "Fri, Oct 16", score=9),
]
STEPS = [
    Step("Locations", "Downtown, Eastside, Lakeview", is_done=True),
    Step("Patients and visits", "2,318 patients and 4,198 visits from 2 files", is_done=True),
    Step("Send yourself the survey", "See it as a patient does, on your own phone.", href="/clinic/setup/test"),
    Step("Switch on your first rule", "“After the first evaluation” would reach 11 patients this week.", href="/rules"),
]
TABS = [
    Tab("Open", "/clinic/inbox", 5, is_here=True),
    Tab("Mine", "/clinic/inbox?show=mine", 1),
    Tab("Paused", "/clinic/inbox?show=paused", 2),
    Tab("Closed", "/clinic/inbox?show=closed", 41),
    Tab("Messages", "/clinic/inbox?show=messages", 0),
]


def clocks() -> dict[str, ClockFace]:
    """Return a clock in each state."""
    formats = Formats(Texts("en"), CLINIC.tz)

    def open_for(past: float, left: float) -> ClockFace:
        return clock_face.running(NOON - dt.timedelta(hours=past), NOON + dt.timedelta(hours=left), NOON, formats)

    return {
        "running": open_for(0.25, 3.75),
        "half": open_for(1.9, 2.17),
        "soon": open_for(3.4, 0.584),
        "late": open_for(6.3, -2.334),
        "tomorrow": open_for(3.5, 20.5),
        "paused": clock_face.paused("no answer, again tomorrow 10:00 am", formats),
        "closed": clock_face.closed("resolved, Nov 23", formats),
    }


def render(name: str, role: Role = Role.OWNER, **values: object) -> str:
    """Return a page as `StaffVisit.page` would, with everything that components can be set with."""
    ours = page._templates()
    assert ours.loader is not None
    env: Environment = ours.overlay(loader=ChoiceLoader([ours.loader, FileSystemLoader(PAGES)]))
    given: dict[str, object] = {
        "t": Texts("en"),
        "url": Urls(""),
        "clinic": CLINIC,
        "member": StaffMember("nora", "Nora Ellison", "nora@clinic.example", role),
        "csrf": Markup('<input type="hidden" name="csrf" value="x">'),
        "nav": "inbox",
        "flash": "",
        "now": NOON,
        "idle_seconds": int(IDLE.total_seconds()),
        "waiting": 5,
        "clocks": clocks(),
        "wrong": WRONG,
        "endings": ENDINGS,
        "timeline_entries": TIMELINE,
        "step_list": STEPS,
        "tab_list": TABS,
        "words": WORDS,
        "hostile": HOSTILE,
        "target": {"url": "https://bucket.example/", "fields": {"key": "records/riverbend/1.csv"}},
    }
    return env.get_template(name).render(given | values)


def show(browser_page: Page, body: str, status: int = 200) -> None:
    """Open a page, under the headers it will have, with the assets it names."""

    def fulfil(route: Route) -> None:
        asset = assets.by_name().get(route.request.url.rpartition("/")[2])
        if asset:
            route.fulfill(body=asset.text, headers={"Content-Type": asset.content_type, **page.FOR_EVER})
        else:
            route.fulfill(status=status, body=body, headers={"Content-Type": page.HTML, **page.PRIVATE})

    browser_page.route(f"{BASE}/**", fulfil)
    browser_page.goto(f"{BASE}/clinic/inbox")
