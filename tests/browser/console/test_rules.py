"""Rules and the first-run checklist as a person with a browser meets them."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from prm.clinics.model import Location
from prm.core import table
from prm.patients.model import Visit, VisitKind, VisitStatus
from prm.surveys.model import Via
from tests import examples
from tests.browser.desk import Desk, served
from tests.browser.sight import SCHEMES, WIDTHS, is_too_wide, keep, size, violations
from tests.cognito import FakeCognito, in_place
from tests.console import Console, console
from tests.fakes import FakeClock

pytestmark = pytest.mark.browser

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
PEOPLE: tuple[tuple[str, str, int, dict[str, Any]], ...] = (
    ("Denise", "Fuller", 1, {}),
    ("Sam", "Nguyen", 2, {}),
    ("Carla", "Jimenez", 3, {}),
    ("Henrietta", "Featherstonehaugh-Blumenthal", 5, {}),
    ("Iris", "Okoye", 2, {"email": None}),
    ("Paul", "Reyes", 40, {}),
    ("Walter", "Hughes", 35, {}),
    ("Ben", "Ashford", 33, {}),
)


def treated(made: Console, kind: VisitKind) -> None:
    for number, (first, last, days, more) in enumerate(PEOPLE):
        name = f"p-{kind}-{number}"
        made.knows(id=name, record_number=name, first_name=first, last_name=last, **more)
        ended = made.clock.now - days * DAY
        visit = Visit("1", ended - HOUR, ended, VisitStatus.COMPLETED, kind, "omar", "downtown")
        table.transact(made.house.patients.store.add_visits("riverbend", name, [visit]))


def judged(made: Console) -> None:
    for patient in list(made.house.patients.roster("riverbend")):
        made.house.rules.judge("riverbend", patient)
    made.deliver()


@pytest.fixture
def desk(tables: None, clock: FakeClock) -> Iterator[Desk]:
    """The console of a clinic with patients and no rule."""
    with in_place(FakeCognito(clock)) as cognito:
        made = console(clock, cognito)
        treated(made, VisitKind.EVALUATION)
        with served(made) as one:
            yield one


@pytest.fixture
def busy(desk: Desk, clock: FakeClock) -> Desk:
    """The same with rules that are on, off, and quiet."""
    made, today = desk.console, clock.now
    clock.advance(days=-30)
    treated(made, VisitKind.DISCHARGE)
    for days in range(-90, -20, 2):
        clock.now = today + days * DAY
        made.knows(id=f"q{-days}", record_number=f"q{-days}")
        visit = Visit("1", clock.now - HOUR, clock.now, VisitStatus.COMPLETED, VisitKind.DISCHARGE, "omar", "downtown")
        table.transact(made.house.patients.store.add_visits("riverbend", f"q{-days}", [visit]))
    clock.now = today - 100 * DAY
    made.house.rules.switch_on("riverbend", "after-discharge", clock.now, by="nora")
    for days in range(-90, -15):
        clock.now = today + days * DAY
        judged(made)
    clock.now = today
    made.house.rules.switch_on("riverbend", "after-evaluation", today - 7 * DAY, by="nora")
    judged(made)
    clock.advance(hours=1)
    made.house.rules.switch_on("riverbend", "sixth-visit", clock.now - 60 * DAY, by="luis")
    made.house.rules.switch_off("riverbend", "sixth-visit", clock.now - 54 * DAY, by="nora")
    made.house.summaries.keep("riverbend", made.house.summaries.count("riverbend"))
    return desk


def look(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    for width in WIDTHS:
        for scheme in SCHEMES:
            size(page, width, scheme)
            keep(page, f"{name}-{width}-{scheme}")
            assert violations(page) == [], (name, width, scheme)
            assert not is_too_wide(page), (name, width)
    size(page, 1280)


def test_pages_of_a_clinic_without_rules(desk: Desk, context: BrowserContext, page: Page) -> None:
    desk.let_in(context, "nora")
    for path, name in (
        ("rules", "rules-first"),
        ("rules/after-evaluation", "rule-unused"),
        ("rules/after-evaluation/on", "rule-on"),
        ("rules/after-discharge/on", "rule-on-nobody"),
        ("start", "start"),
    ):
        page.goto(desk.url(path))
        look(page, name)


def test_pages_of_a_clinic_with_rules(busy: Desk, context: BrowserContext, page: Page) -> None:
    busy.let_in(context, "nora")
    for path, name in (("rules", "rules"), ("rules/after-discharge", "rule"), ("rules/sixth-visit", "rule-off")):
        page.goto(busy.url(path))
        look(page, name)
    page.goto(busy.url("rules/after-discharge"))
    page.get_by_role("button", name="Switch it off").click()
    expect(page.get_by_role("button", name="Switch it on again")).to_be_visible()
    look(page, "rules-flash")


def test_a_clinic_too_large_to_wait_for_is_counted_meanwhile(
    desk: Desk, context: BrowserContext, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prm.rules.reach.INLINE", 2)
    desk.let_in(context, "nora")
    page.goto(desk.url("rules/after-evaluation/on"))
    look(page, "rule-count-first")

    page.get_by_role("button", name="Count whom it reaches").click()
    expect(page.get_by_text("Counting whom it reaches…")).to_be_visible()
    look(page, "rule-counting")
    desk.console.house.reach.work_due("riverbend", "reach-after-evaluation")
    page.get_by_role("link", name="Look again").click()

    expect(page.get_by_role("button", name="Switch on and send to 4")).to_be_visible()


def test_from_an_empty_clinic_to_a_test_answered_and_closed_without_a_mouse(
    tables: None, clock: FakeClock, context: BrowserContext, page: Page
) -> None:
    """What a manager does in her first ten minutes, but for bringing patients in."""
    nora = examples.riverbend().member("nora")
    clinic = examples.riverbend(locations=(Location("downtown", "Downtown"),), therapists=(), staff=(nora,))
    with in_place(FakeCognito(clock)) as cognito:
        made = console(clock, cognito, clinic)
        with served(made) as desk:
            desk.let_in(context, "nora")
            page.goto(desk.url("start"))
            look(page, "start-empty")
            page.goto(desk.url("rules/after-evaluation"))
            press(page, "button", "Send a test to me")
            expect(page.get_by_role("status").filter(has_text="A test is on its way")).to_be_visible()

            made.deliver()
            token = re.search(r"/s/(\w+)/4", made.ses.sent[-1][1].text)
            assert token
            link = made.house.links.open(token[1])
            made.house.surveys.answer(link, str(link.survey), 4, "Just trying", Via.BUTTON)

            page.goto(desk.url("inbox"))
            expect(page.get_by_text("Test, counts in no number").first).to_be_visible()
            look(page, "inbox-test")
            press(page, "link", "Nora Ellison (test)")
            look(page, "case-test")

            page.goto(desk.url("rules"))
            press(page, "link", "After the first evaluation")
            press(page, "button", "Switch on")
            expect(page.get_by_role("status").filter(has_text="is on.")).to_be_visible()


def press(page: Page, role: str, name: str) -> None:
    """Reach something by Tab and press Enter."""
    wanted = page.get_by_role(role, name=name, exact=True).first  # type: ignore[arg-type]
    for _ in range(80):
        if wanted.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press("Tab")
    else:
        raise AssertionError(f"{name} cannot be reached by Tab")
    page.keyboard.press("Enter")
    page.wait_for_load_state()


def test_who_goes_through_the_email_by_keyboard_sees_where_they_are(
    desk: Desk, context: BrowserContext, page: Page
) -> None:
    desk.let_in(context, "nora")
    page.goto(desk.url("rules/after-evaluation/on"))
    page.wait_for_load_state("networkidle")
    frame = next(one for one in page.frames if one.url.endswith("/email") or "/email?" in one.url)
    ring = "getComputedStyle(document.documentElement, '::after').borderTopWidth"
    before = frame.evaluate(ring)
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "IFRAME":
            break
    keep(page, "rule-on-focus")
    assert before == "0px"
    assert frame.evaluate(ring) == "3px"
