"""The console's frame and components as a reader meets them."""

from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserType, Page

from prm.clinics.model import Role
from tests.browser.console import scene
from tests.browser.sight import SCHEMES, SPACED, WIDTHS, is_too_wide, keep, size, violations

pytestmark = pytest.mark.browser

WELCOME = "Welcome, Nora.\nYour clinic is ready to fill. Nothing goes to patients until you switch a rule on."
SWITCHED_ON = "“Review request” is on again.\nNext emails: today, 5:00 pm, to 3 patients."
PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "components": ("components.html", {}),
    "inbox": ("inbox.html", {}),
    "patients": ("patients.html", {"nav": "patients"}),
    "case": ("case.html", {}),
    "rules": ("rules.html", {"nav": "rules", "flash": SWITCHED_ON}),
    "setup": ("setup.html", {"nav": "home", "flash": WELCOME}),
    "sign-up": ("sign_up.html", {"form": scene.WRONG}),
    "refused": ("console/errors/page.html", {"key": "forbidden", "nav": ""}),
    "signed-out": ("console/errors/open.html", {"key": "signed_out"}),
}
TARGETS = """
() => [...document.querySelectorAll('button, .button, input, select, textarea, summary, .choice, nav a')]
  .filter(one => !one.matches('[type=hidden], [type=checkbox], [type=radio]'))
  .filter(one => one.checkVisibility() && one.getBoundingClientRect().width > 1)
  .map(one => [one.outerHTML.slice(0, 90), one.getBoundingClientRect().height])
  .filter(([, height]) => height < 44)
"""
FOCUSED = """
() => {
  const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
  const bar = document.querySelector('nav.nav');
  const top = bar && !bar.contains(at) && innerWidth <= 760 ? bar.getBoundingClientRect().top : innerHeight;
  return {tag: at.tagName, line: style.outlineStyle + ' ' + style.outlineWidth, covered: box.bottom > top + 1};
}
"""


def show(page: Page, name: str) -> None:
    """Open one of the pages."""
    template, given = PAGES[name]
    scene.show(page, scene.render(template, **given))


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_nothing_is_too_wide_and_the_policy_refuses_nothing(page: Page, name: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    show(page, name)
    for width in WIDTHS:
        for scheme in SCHEMES:
            size(page, width, scheme)
            assert violations(page) == [], (width, scheme)
            assert not is_too_wide(page), width
            keep(page, f"{name}-{width}-{scheme}")
    assert said == []


@pytest.mark.parametrize("name", PAGES)
def test_whatever_is_pressed_is_44_pixels_high(page: Page, name: str) -> None:
    show(page, name)
    for width in WIDTHS:
        size(page, width)
        assert page.evaluate(TARGETS) == [], width


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", ["inbox", "patients", "case", "sign-up"])
def test_the_focus_shows_and_nothing_covers_it(page: Page, name: str, width: int) -> None:
    show(page, name)
    size(page, width)
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(FOCUSED))
        if seen[-1]["tag"] == "BODY":
            break
    seen = [one for one in seen if one["tag"] != "BODY"]
    assert len(seen) > 8
    assert {one["line"] for one in seen} == {"solid 3px"}
    assert [one for one in seen if one["covered"]] == []


@pytest.mark.parametrize("name", ["components", "inbox", "patients", "case"])
def test_nothing_is_too_wide_at_widths_in_between(page: Page, name: str) -> None:
    show(page, name)
    for width in (360, 480, 640, 760, 761, 820, 900, 999, 1000, 1024, 1100, 1440, 1920):
        size(page, width)
        assert not is_too_wide(page), width
        outside = page.evaluate(
            "[...document.querySelectorAll('table')].filter(one => one.checkVisibility())"
            ".filter(one => one.getBoundingClientRect().right > one.parentElement.getBoundingClientRect().right + 1)"
            ".map(one => one.textContent.trim().slice(0, 30))"
        )
        assert outside == [], width


def test_letters_of_twice_the_size_still_fit(browser_type: BrowserType, browser_type_launch_args: Any) -> None:
    """For whoever set their browser to 32 pixels; at 640 pixels wide that is 1280 enlarged to 200%, and more."""
    args = [*browser_type_launch_args["args"], "--blink-settings=defaultFontSize=32"]
    browser = browser_type.launch(**{**browser_type_launch_args, "args": args})
    page = browser.new_page()
    for name in PAGES:
        show(page, name)
        assert page.evaluate("getComputedStyle(document.querySelector('h1')).fontSize") == "48px"
        for width in (1280, 640):
            size(page, width)
            keep(page, f"{name}-{width}-large")
            assert not is_too_wide(page), (name, width)
    browser.close()


@pytest.mark.parametrize("name", ["inbox", "patients", "case", "sign-up"])
def test_wider_spacing_of_text_cuts_nothing_off(browser: Browser, name: str) -> None:
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    size(page, 320)
    show(page, name)
    page.add_style_tag(content=SPACED)
    assert not is_too_wide(page)
    cut = page.evaluate(
        "[...document.querySelectorAll('button, .button, p, .tag, nav a span')]"
        ".filter(one => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline')"
        ".filter(one => !one.matches('.hidden')).map(one => one.outerHTML)"
    )
    assert cut == []
    context.close()


def test_forced_colours_keep_what_colour_said(browser: Browser) -> None:
    context = browser.new_context(forced_colors="active")
    page = context.new_page()
    show(page, "components")
    keep(page, "components-forced-colours")
    looks = """one => {
      const fill = getComputedStyle(one.querySelector('circle, rect, path')).fill;
      return fill !== getComputedStyle(one.querySelector('text')).fill }"""
    for group in ("promoter", "passive", "detractor"):
        assert page.locator(f".chip.{group}").first.evaluate(looks), group
    box = "one => getComputedStyle(one).backgroundColor + getComputedStyle(one).borderColor"
    assert page.locator("[type=checkbox]:checked").evaluate(box) != page.locator(
        "[type=checkbox]:not(:checked)"
    ).first.evaluate(box)
    here = "one => getComputedStyle(one).borderTopColor"
    assert page.locator(".nav [aria-current]").evaluate(here) != page.locator(".nav a").last.evaluate(here)
    context.close()


def test_the_rest_of_the_areas_stands_behind_more_on_a_phone_without_a_script(browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    show(page, "inbox")
    settings, out = page.get_by_role("link", name="Settings"), page.get_by_role("button", name="Sign out")
    assert not settings.is_visible()
    page.get_by_role("button", name="More").focus()
    page.keyboard.press("Enter")
    assert settings.is_visible()
    assert out.is_visible()
    keep(page, "more-390")
    page.keyboard.press("Escape")
    assert not settings.is_visible()
    context.close()


def test_on_a_desk_all_areas_are_seen_and_the_page_one_is_on_is_named(page: Page) -> None:
    show(page, "inbox")
    size(page, 1280)
    areas = page.get_by_role("navigation", name="Main").get_by_role("link")
    assert areas.all_inner_texts() == [
        "Home",
        "Inbox\n5\nwaiting",
        "Patients",
        "Rules",
        "Reports",
        "Records",
        "Settings",
        "Emails you get",
    ]
    assert page.locator("[aria-current=page]").first.inner_text().startswith("Inbox")
    assert not page.get_by_role("button", name="More").is_visible()
    assert page.get_by_role("button", name="Sign out").is_visible()


def test_a_page_with_something_else_that_waits_shows_no_number_on_the_inbox(page: Page) -> None:
    scene.show(page, scene.render("inbox.html", waiting={"said": "Waiting for a call"}))
    assert page.locator(".nav .count").count() == 0


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (Role.THERAPIST, ["Home", "Inbox", "Patients", "Rules", "Reports", "Emails you get"]),
        (Role.FRONT_DESK, ["Inbox", "Patients", "Rules", "Records", "Emails you get"]),
    ],
)
def test_a_role_does_not_see_what_it_may_not_open(page: Page, role: Role, seen: list[str]) -> None:
    scene.show(page, scene.render("inbox.html", role, waiting=0))
    size(page, 1280)
    assert page.get_by_role("navigation", name="Main").get_by_role("link").all_inner_texts() == seen


def test_filters_stand_open_on_a_desk_and_fold_into_a_line_on_a_phone(page: Page) -> None:
    show(page, "patients")
    size(page, 1280)
    care = page.get_by_label("State of care")
    assert care.is_visible()
    page.get_by_label("Name, email or phone").focus()
    page.keyboard.press("Tab")
    assert care.evaluate("one => one === document.activeElement")
    size(page, 390)
    assert not care.is_visible()
    page.get_by_text("2 filters: in care").click()
    assert care.is_visible()
    keep(page, "filters-390")


def test_a_row_is_pressed_anywhere_on_a_phone_but_on_its_buttons(page: Page) -> None:
    show(page, "inbox")
    size(page, 390)
    row = page.get_by_role("row").filter(has_text="Ellen Brandt")
    box = row.bounding_box()
    assert box is not None
    row.click(position={"x": box["width"] - 20, "y": box["height"] - 30})
    assert page.url.endswith("#4")
    hit = row.get_by_role("button").evaluate(
        "one => { const box = one.getBoundingClientRect();"
        " return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2) === one }"
    )
    assert hit


def test_tables_stay_tables_to_who_listens_on_a_phone(page: Page) -> None:
    show(page, "patients")
    size(page, 390)
    seen = page.get_by_role("table", name="Patients").aria_snapshot()
    assert '- columnheader "Last visit"' in seen
    assert '- rowheader "Denise Fuller"' in seen
    assert '- cell "9 of 10, promoter"' in seen


def test_after_a_form_with_mistakes_the_focus_is_on_the_summary_and_its_links_lead_to_the_fields(page: Page) -> None:
    show(page, "sign-up")
    assert page.title() == "Error: Set up your clinic · Riverbend Physical Therapy"
    assert page.evaluate("document.activeElement.className") == "summary"
    page.get_by_role("link", name="Enter a 5-digit ZIP code").click()
    zip_code = page.get_by_label("ZIP code")
    assert zip_code.evaluate("one => one === document.activeElement")
    assert zip_code.input_value() == "4540"
    assert "Enter a 5-digit ZIP code" in page.locator("[aria-invalid=true]").first.evaluate(
        "one => document.getElementById(one.getAttribute('aria-describedby')).textContent"
    )


def test_after_a_form_that_was_taken_the_heading_has_the_focus_and_the_message_is_announced(page: Page) -> None:
    show(page, "setup")
    assert page.evaluate("document.activeElement.tagName") == "H1"
    assert page.get_by_role("status").last.inner_text().startswith("Welcome, Nora. Your clinic is ready")


def test_a_minute_before_a_session_ends_one_may_stay(page: Page) -> None:
    page.clock.install(time=0)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    show(page, "case")
    stay = page.get_by_role("button", name="Stay signed in")
    page.get_by_label("What was said").fill("She will think about it.")
    page.clock.fast_forward("13:50")
    assert not stay.is_visible()
    page.clock.fast_forward("00:20")
    assert stay.is_visible()
    assert "15 minutes without a click" in page.get_by_role("status").inner_text()
    keep(page, "idle")
    asked.clear()
    stay.click()
    stay.wait_for(state="hidden")
    assert asked == [f"{scene.BASE}/clinic"]
    assert page.get_by_label("What was said").input_value() == "She will think about it."
    page.clock.fast_forward("14:10")
    assert stay.is_visible()


def test_what_a_patient_wrote_is_text(page: Page) -> None:
    for name in ("components", "inbox", "patients"):
        show(page, name)
        assert "run" not in page.title()
        assert page.locator("main script").count() == 0


def test_nothing_moves(page: Page) -> None:
    show(page, "components")
    moving = page.evaluate(
        "[...document.querySelectorAll('*')].filter(one => { const style = getComputedStyle(one);"
        " return style.transitionDuration.split(', ').some(time => time !== '0s') || style.animationName !== 'none' })"
        ".map(one => one.outerHTML.slice(0, 80))"
    )
    assert moving == []


def test_only_one_heading_names_the_page(page: Page) -> None:
    for name in PAGES:
        show(page, name)
        assert page.locator("h1").count() == 1, name
        assert page.locator("[style], main style").count() == 0, name
