"""The pages of patients as a reader meets them."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from prm.patients.model import Proxy, VisitKind, VisitStatus
from tests.browser.desk import Desk, served
from tests.browser.sight import SCHEMES, WIDTHS, is_too_wide, keep, size, violations
from tests.clinic_console.test_patients import has_visits, visit
from tests.cognito import FakeCognito, in_place
from tests.console import Console, console
from tests.fakes import FakeClock

pytestmark = pytest.mark.browser

PATHS = {
    "patients": "patients",
    "patients-found": "patients?care=off_schedule&search=a",
    "patients-nobody": "patients?tag=nothing",
    "patient": "patients/p-maria",
    "patient-rules": "patients/p-maria?show=rules",
    "patient-contact": "patients/p-maria/contact",
    "patient-tags": "patients/p-maria/tags",
    "patient-emails": "patients/p-maria/emails",
    "patient-death": "patients/p-maria/death",
    "patient-survey": "patients/p-maria/survey",
    "patient-erase": "patients/p-maria/erase",
}
PEOPLE: tuple[tuple[str, str, int, int | None, dict[str, Any]], ...] = (
    ("Denise", "Fuller", 18, 9, {}),
    ("Sam", "Nguyen", 17, 8, {"tags": frozenset({"runner"})}),
    ("Aisha", "Karim", 4, None, {"email": None}),
    ("Paul", "Reyes", 21, 6, {"location": "north"}),
    ("Robert", "Castellano", 2, 10, {"proxy": Proxy("Ana Castellano", "ana@example.org")}),
    ("Henrietta", "Featherstonehaugh-Blumenthal", 3, None, {}),
)


@pytest.fixture
def filled(tables: None, clock: FakeClock) -> Iterator[Console]:
    """A clinic with some patients, one of whom waits for a call."""
    with in_place(FakeCognito(clock)) as cognito:
        made = console(clock, cognito)
        now = clock.now
        for rule in ("after-evaluation", "sixth-visit", "after-discharge"):
            made.house.rules.switch_on("riverbend", rule, now - dt.timedelta(days=3))
        for number, (first, last, days, score, more) in enumerate(PEOPLE):
            name = f"p-{number}"
            made.knows(id=name, record_number=f"{number}", first_name=first, last_name=last, **more)
            if score is not None:
                made.answers(score, patient=name)
            has_visits(made, visit("1", now - dt.timedelta(days=days), kind=VisitKind.EVALUATION), patient=name)
        made.knows(phone="937-555-0188", tags=frozenset({"runner", "evenings"}))
        has_visits(
            made,
            visit("1", now - dt.timedelta(hours=28), kind=VisitKind.EVALUATION),
            visit("2", now - dt.timedelta(hours=4)),
            visit("3", now - dt.timedelta(hours=40), status=VisitStatus.CANCELLED),
            visit("4", now + dt.timedelta(days=3), status=VisitStatus.SCHEDULED),
        )
        made.deliver()
        clock.advance(minutes=50)
        made.answers(4, "Waited 25 minutes twice last week and nobody told me why. Mei-Lin is good.")
        made.house.rules.judge("riverbend", "p-maria")
        yield made


@pytest.fixture
def desk(filled: Console) -> Iterator[Desk]:
    with served(filled) as one:
        yield one


@pytest.mark.parametrize("name", PATHS)
def test_axe_finds_nothing_and_nothing_is_too_wide(desk: Desk, context: BrowserContext, page: Page, name: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    desk.let_in(context, "nora")
    answer = page.goto(desk.url(PATHS[name]))
    assert answer
    assert answer.status == 200, page.inner_text("body")
    for width in WIDTHS:
        for scheme in SCHEMES:
            size(page, width, scheme)
            assert violations(page) == [], (width, scheme)
            assert not is_too_wide(page), width
            keep(page, f"{name}-{width}-{scheme}")
    assert said == []


HOSTILE = (
    "<script>window.hit = 1</script>",
    "<img src=x onerror='window.hit = 1'>",
    '"><svg onload=window.hit=1>',
    "' autofocus onfocus='window.hit=1",
    "</title><script>window.hit=1</script>",
    "{{ 7 * 7 }}",
    "javascript:window.hit=1",
    "</textarea><iframe srcdoc='<script>parent.hit=1</script>'>",
    "\u202egnihton\u202c",
    "&lt;script&gt;window.hit=1&lt;/script&gt;",
)


def test_nothing_that_a_patient_or_an_import_wrote_runs(filled: Console, context: BrowserContext, page: Page) -> None:
    for number, words in enumerate(HOSTILE):
        name = f"p-hostile-{number}"
        filled.knows(
            id=name,
            record_number=f"{words[:50]}{number}",
            first_name=words,
            last_name=words,
            phone=words[:40],
            email=f"x{number}@example.com",
            proxy=Proxy(words, f"y{number}@example.com"),
            tags=frozenset({words}),
        )
        filled.answers(3, words, patient=name)
    asked: list[str] = []
    page.on("dialog", lambda dialog: dialog.dismiss())
    page.on("request", lambda request: asked.append(request.url))
    with served(filled) as desk:
        desk.let_in(context, "nora")
        paths = [
            "patients",
            "patients?search=%3Cscript%3Ewindow.hit%3D1%3C%2Fscript%3E&tag=%22%3E%3Csvg+onload%3Dwindow.hit%3D1%3E",
        ]
        for number in range(len(HOSTILE)):
            at = f"patients/p-hostile-{number}"
            paths += [
                at,
                f"{at}?show=rules",
                *(f"{at}/{one}" for one in ("contact", "tags", "emails", "survey", "erase")),
            ]
        for path in paths:
            answer = page.goto(desk.url(path))
            assert answer
            assert answer.status == 200, path
            assert page.evaluate("window.hit") is None, path
        assert {url.partition("/clinic/")[0].partition("/assets/")[0] for url in asked} == {desk.base}
