"""A new clinic's whole way in a browser: by keyboard alone, with a second factor; pressed twice; without scripts."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page

from prm.clinics.model import Clinic, Role
from tests.browser.desk import Desk, served
from tests.cognito import FakeCognito, in_place, totp
from tests.console import PASSWORD, console
from tests.fakes import FakeClock

pytestmark = pytest.mark.browser

OWNER = "ida@lakeside.example"
STEPS = 120
"""More presses of Tab than any page has stops."""


@pytest.fixture
def desk(tables: None, clock: FakeClock) -> Iterator[Desk]:
    """The console of an operator with one clinic, and its sign-up page."""
    with in_place(FakeCognito(clock)) as cognito, served(console(clock, cognito)) as one:
        yield one


def to(page: Page, wanted: Locator) -> None:
    """Press Tab until this has the focus."""
    for _ in range(STEPS):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way with the Tab key to {wanted} on {page.url}")


def fill(page: Page, **fields: str) -> None:
    """Type into fields by their names."""
    for name, text in fields.items():
        to(page, page.locator(f"[name={name}]:not([type=hidden])").first)
        page.keyboard.press("Control+A")
        page.keyboard.type(text)


def press(page: Page, name: str, role: str = "button", key: str = "Enter") -> None:
    """Go to a button, link or box by its words and press it."""
    to(page, page.get_by_role(role, name=re.compile(name)).first)  # type: ignore[arg-type]
    page.keyboard.press(key)


def follow(page: Page, name: str, role: str = "button") -> None:
    """Press what leads to another page, and wait for it."""
    with page.expect_navigation():
        press(page, name, role)


def heading(page: Page) -> str:
    return page.locator("h1").inner_text()


def told(page: Page) -> str:
    """Return what the page says happened."""
    return " ".join(page.locator("[role=status]").all_inner_texts())


def digits_in(mail: str) -> str:
    found = re.search(r"^(\d{3}) (\d{3})$", mail, re.MULTILINE)
    assert found
    return found[1] + found[2]


def sign_up(page: Page, desk: Desk) -> None:
    """From the public page to a session that is in."""
    page.goto(f"{desk.base}/signup")
    fill(page, clinic_name="Lakeside Therapy", owner_name="Ida Berg", email=OWNER, phone="(937) 555-0100")
    fill(page, street="1 Shore Road", city="Dayton", state="OH", postal_code="45402", location_name="Lakeside")
    press(page, "I accept", "checkbox", "Space")
    follow(page, "Continue")
    assert heading(page) == "Check your email"
    fill(page, code=digits_in(desk.console.last_mail))
    follow(page, "Confirm")
    fill(page, password=PASSWORD)
    follow(page, "Continue")
    assert heading(page) == "Set up your second sign-in step"
    fill(page, code=totp(desk.console.cognito.key_of(OWNER), desk.console.clock.wall()))
    follow(page, "Confirm")
    assert page.locator("code").count() == 10
    follow(page, "I have them", "link")


def lakeside(desk: Desk) -> Clinic:
    return next(one for one in desk.console.house.clinics.list_all() if one.name == "Lakeside Therapy")


def unhappy(desk: Desk) -> None:
    """Let a patient of the new clinic answer with a 3."""
    clinic = lakeside(desk)
    desk.console.house.clinics._kept.clear()
    desk.console.knows(clinic.id, location=clinic.locations[0].id, therapist=None)
    desk.console.answers(3, "I waited for an hour", clinic=clinic.id)


def test_a_clinic_signs_up_works_a_case_and_signs_out_by_keyboard_alone(page: Page, desk: Desk) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    sign_up(page, desk)
    assert "/clinic/" in page.url

    follow(page, "^Settings$", "link")
    follow(page, "Team", "link")
    follow(page, "Invite someone", "link")
    fill(page, name="Bea Novak", email="bea@lakeside.example")
    follow(page, "Send the invitation")
    assert "Bea Novak is invited" in told(page)
    assert "Set up your account" in desk.console.last_mail
    assert Role.OWNER in {one.role for one in lakeside(desk).staff}

    unhappy(desk)
    follow(page, "^Inbox", "link")
    follow(page, "Maria Alvarez", "link")
    assert "I waited for an hour" in page.locator("main").inner_text()
    fill(page, note="She got a new time.")
    follow(page, "Save")
    assert "She got a new time." in page.locator("main").inner_text()
    follow(page, "Close", "link")
    press(page, "^Resolved", "radio", "Space")
    follow(page, "Close")
    assert heading(page) == "Inbox"
    assert "Maria Alvarez" not in page.locator("main").inner_text()

    before = page.url
    follow(page, "Sign out")
    assert heading(page) == "Sign in"
    page.go_back()
    assert page.get_by_text("Maria Alvarez").count() == 0
    assert heading(page) == "Sign in"
    page.goto(before)
    assert heading(page) == "Sign in"


def test_whoever_comes_back_signs_in_with_password_and_code_by_keyboard(page: Page, desk: Desk) -> None:
    sign_up(page, desk)
    page.context.clear_cookies()
    desk.console.clock.advance(seconds=30)

    page.goto(desk.url("settings/team"))
    fill(page, email=OWNER, password="not that one at all")
    follow(page, "Sign in")
    assert "do not go together" in page.locator("main").inner_text(), "\n".join(desk.asked[-12:])
    fill(page, password=PASSWORD)
    follow(page, "Sign in")
    fill(page, code="000000")
    follow(page, "Sign in")
    assert "That code is not right" in page.locator("main").inner_text()
    desk.console.clock.advance(seconds=30)
    fill(page, code=totp(desk.console.cognito.key_of(OWNER), desk.console.clock.wall()))
    follow(page, "Sign in")
    assert heading(page) == "Team"


def test_a_form_that_is_sent_twice_is_taken_once(page: Page, desk: Desk) -> None:
    desk.console.knows()
    desk.console.answers(3, "I waited")
    [case] = desk.console.house.recovery.of_patient("riverbend", "p-maria")
    desk.let_in(page.context, "nora")
    page.goto(desk.url(f"cases/p-maria/{case.id}"))
    page.get_by_label("What was said").fill("Called her")

    with page.expect_navigation():
        page.evaluate(
            """() => { const button = document.querySelector('button[value=save]');
            button.form.requestSubmit(button); button.form.requestSubmit(button) }"""
        )
    page.wait_for_load_state()

    [after] = desk.console.house.recovery.of_patient("riverbend", "p-maria")
    assert [one.text for one in after.notes].count("Called her") == 1


def test_everything_works_without_scripts(browser: Browser, desk: Desk) -> None:
    desk.console.knows()
    desk.console.answers(3, "I waited")
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    desk.let_in(context, "nora")
    page = context.new_page()

    page.goto(desk.url("inbox"))
    page.get_by_role("link", name="Maria Alvarez").click()
    page.get_by_label("What was said").fill("Called her")
    page.get_by_role("button", name="Save").click()
    assert "Called her" in page.locator("main").inner_text()
    page.get_by_role("link", name="Close").first.click()
    page.get_by_role("radio", name="Resolved").first.check()
    page.get_by_role("button", name="Close").click()
    assert heading(page) == "Inbox"
    page.get_by_role("button", name="More").click()
    page.get_by_role("link", name="Settings").click()
    page.get_by_role("link", name=re.compile("hours", re.IGNORECASE)).first.click()
    page.get_by_role("button", name="Save").first.click()
    assert "Saved." in told(page)
    context.close()


def test_a_session_that_ended_meanwhile_says_so_and_keeps_nothing_on_screen(page: Page, desk: Desk) -> None:
    desk.console.knows()
    desk.console.answers(3, "I waited")
    [case] = desk.console.house.recovery.of_patient("riverbend", "p-maria")
    desk.let_in(page.context, "nora")
    page.goto(desk.url(f"cases/p-maria/{case.id}"))
    desk.console.clock.advance(minutes=15)

    page.get_by_label("What was said").fill("Called her")
    page.get_by_role("button", name="Save").click()

    assert page.get_by_text("Maria").count() == 0
    [after] = desk.console.house.recovery.of_patient("riverbend", "p-maria")
    assert "Called her" not in {one.text for one in after.notes}
