"""The operator's pages in a browser: names, contrast, no sideways scroll."""

import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from prm.accounts.model import OPERATOR
from prm.core import table
from prm.jobs.store import JobRow
from tests.browser.console.test_numbers import AXE, SIZES
from tests.browser.desk import Desk, served
from tests.clinic_console.numbers import answered, counted
from tests.cognito import FakeCognito, in_place
from tests.console import console
from tests.fakes import FakeClock

pytestmark = pytest.mark.browser

PAGES = ["operator", "operator/costs", "operator/clinics/riverbend", "operator/mail"]


@pytest.fixture
def desk(tables: None, clock: FakeClock, context: BrowserContext) -> Iterator[Desk]:
    with in_place(FakeCognito(clock)) as cognito, served(console(clock, cognito)) as one:
        one.console.house.__dict__["failures"] = Nothing()
        one.let_in(context, "ops@vendor.example", OPERATOR)
        yield one


class Nothing:
    """No mail was given up."""

    def look(self) -> list[object]:
        """Return what was."""
        return []


def test_the_operator_reads_everything_on_every_screen(page: Page, desk: Desk) -> None:
    house, now = desk.console.house, desk.console.clock.now
    answered(desk.console, 12)
    counted(desk.console)
    for job, due_at in (("erase-p1", now), ("summary", now + dt.timedelta(hours=15)), ("spread-after-v1", now)):
        table.transact([house.jobs.start("riverbend", job, due_at)])
    table.put_off(JobRow, table.DueKey("riverbend", "erase-p1", now), now)
    wrong = []
    for name in PAGES:
        page.goto(desk.url(name))
        page.evaluate(AXE)
        for width, scheme in SIZES:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found = page.evaluate(
                "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})"
            )
            wrong += [f"{name} {width}: {one['id']} {one['nodes'][0]['target']}" for one in found["violations"]]
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wrong.append(f"{name} {width}: scrolls sideways")
            if kept := os.environ.get("PRM_PICTURES"):
                page.screenshot(path=Path(kept) / f"{name.replace('/', '-')}-{width}-{scheme}.png", full_page=True)
    assert wrong == []
