"""The clinic that has one of everything behind a server, for a browser that goes to every page of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import boto3
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from prm.accounts.model import OPERATOR
from prm.core import table
from tests.browser.desk import Desk, served
from tests.clinic_console.doors import TABLE, Row
from tests.clinic_console.whole import Whole, lived
from tests.cognito import FakeCognito, in_place
from tests.conftest import PREFIX, all_rows, empty_tables
from tests.fakes import FakeClock

ELSEWHERE = {
    "GET /clinic/rules/{rule}/email": "a mail, in a frame",
    "GET /clinic/settings/looks/email": "a mail, in a frame",
    "GET /clinic/settings/looks/page": "a page for patients, in a frame",
    "GET /clinic/settings/texts/{mail}/{language}/preview": "a mail, in a frame",
    "GET /clinic/reports/{name}/file": "a file",
    "GET /clinic/patients/file": "a file",
}
"""What is no page of the console: other tests look at mails and at patients' pages."""
PAGES = [name for name in TABLE if name.startswith("GET") and TABLE[name].said == 200 and name not in ELSEWHERE]
WATCH = """
window.said = [];
addEventListener('securitypolicyviolation', one => said.push(one.violatedDirective + ' ' + one.blockedURI));
"""


@dataclass
class Stand:
    """A clinic behind its server, and a browser. `names` are ids for addresses, in place of the usual ones."""

    whole: Whole
    desk: Desk
    context: BrowserContext
    names: dict[str, str] = field(default_factory=dict)

    def open(self, name: str) -> Page:
        """Open a route's page as someone who may."""
        row = TABLE[name]
        self.context.clear_cookies()
        self._enter(row)
        page = self.context.new_page()
        page.goto(self.desk.base + self.whole.path(name.partition(" ")[2], {**self.names, **row.names}))
        return page

    def _enter(self, row: Row) -> None:
        if row.is_operators:
            self.desk.let_in(self.context, "ops@vendor.example", OPERATOR)
        elif row.roles:
            self.desk.let_in(self.context, "nora")
        elif row.stage:
            self.desk.keep(self.context, self.whole.at(row.stage).cookies["__Host-session"])


@contextmanager
def standing(browser: Browser) -> Iterator[Stand]:
    """Serve the clinic while the block runs."""
    clock = FakeClock()
    table.bind(PREFIX, all_rows())
    files = boto3.resource("s3").create_bucket(Bucket="records")
    context = browser.new_context(reduced_motion="reduce")
    context.add_init_script(WATCH)
    with in_place(FakeCognito(clock)) as cognito:
        whole = lived(clock, cognito)
        with served(whole.console) as desk:
            yield Stand(whole, desk, context)
    context.close()
    files.objects.delete()
    files.delete()
    empty_tables()


@pytest.fixture(scope="module")
def stand(aws: None, browser: Browser) -> Iterator[Stand]:
    """The clinic, for all tests of a module."""
    with standing(browser) as one:
        yield one
