"""When the script may answer for a reader, and when it must not: mail scanners run scripts too."""

import pytest
from playwright.sync_api import Page, expect

from prm.surveys.model import Standing
from tests.browser.site import Site

pytestmark = pytest.mark.browser

SAVED = "Saved. You can change it, or add a few words."


def open_and_stay(page: Page, address: str, seconds: float = 5) -> None:
    """Open a page and let time pass there; what the script sends has then been sent."""
    page.goto(address)
    page.clock.run_for(int(seconds * 1000))
    page.wait_for_load_state("networkidle")


def test_after_two_seconds_the_number_is_saved_as_provisional(person: Page, site: Site) -> None:
    open_and_stay(person, site.url("/s/{token}/9"), 1.9)
    assert site.posts() == []
    person.clock.run_for(200)
    expect(person.get_by_role("status")).to_have_text(SAVED)
    assert site.posts() == ["score=9&via=dwell"]
    assert site.mail.survey.standing is Standing.PROVISIONAL


def test_saving_leaves_heading_and_button_where_they_are(person: Page, site: Site) -> None:
    open_and_stay(person, site.url("/s/{token}/9"), 0)
    places = [person.locator(one).bounding_box() for one in ("h1", ".scores")]
    person.clock.run_for(2100)
    expect(person.get_by_role("status")).to_have_text(SAVED)
    assert [person.locator(one).bounding_box() for one in ("h1", ".scores")] == places
    expect(person.get_by_role("heading", level=1)).to_have_text("You chose 9")
    expect(person.get_by_role("button")).to_have_text("Send my answer")


def test_it_is_saved_once_however_long_one_stays(person: Page, site: Site) -> None:
    open_and_stay(person, site.url("/s/{token}/9"), 60)
    expect(person.get_by_role("status")).to_have_text(SAVED)
    person.evaluate("window.dispatchEvent(new Event('focus'))")
    person.clock.run_for(10_000)
    assert len(site.posts()) == 1


def test_a_tap_on_another_number_saves_that_one(person: Page, site: Site) -> None:
    person.goto(site.url("/s/{token}"))
    person.locator("label", has_text="3").first.click()
    person.clock.run_for(700)
    expect(person.get_by_role("status")).to_have_text(SAVED)
    assert site.posts() == ["score=3&via=dwell"]


def test_arrow_keys_save_only_where_they_rest(person: Page, site: Site) -> None:
    person.goto(site.url("/s/{token}"))
    person.get_by_role("radio", name="0", exact=True).focus()
    for _ in range(7):
        person.keyboard.press("ArrowRight")
        person.clock.run_for(100)
    person.clock.run_for(700)
    expect(person.get_by_role("status")).to_have_text(SAVED)
    assert site.posts() == ["score=7&via=dwell"]


def test_a_click_made_by_a_program_saves_nothing_before_the_two_seconds(person: Page, site: Site) -> None:
    person.goto(site.url("/s/{token}"))
    person.evaluate("document.querySelector('input[value=\"3\"]').click()")
    person.clock.run_for(1500)
    assert site.posts() == []


def test_without_a_number_nothing_is_saved(person: Page, site: Site) -> None:
    open_and_stay(person, site.url("/s/{token}"))
    assert site.posts() == []


def test_a_browser_driven_by_a_program_saves_nothing(page: Page, site: Site) -> None:
    page.clock.install()
    open_and_stay(page, site.url("/s/{token}/9"), 60)
    page.get_by_role("radio", name="4", exact=True).check()
    page.clock.run_for(5000)
    assert site.posts() == []
    assert page.evaluate("navigator.webdriver") is True


UNSEEN = {
    "hidden": "Object.defineProperty(document, 'visibilityState', {get: () => 'hidden'})",
    "without focus": "document.hasFocus = () => false",
    "loaded in advance": "Object.defineProperty(document, 'prerendering', {get: () => true})",
}


@pytest.mark.parametrize("how", UNSEEN.values(), ids=list(UNSEEN))
def test_a_page_that_nobody_sees_saves_nothing(person: Page, site: Site, how: str) -> None:
    person.add_init_script(how)
    open_and_stay(person, site.url("/s/{token}/9"), 60)
    assert site.posts() == []


def test_the_two_seconds_start_over_when_the_page_was_away(person: Page, site: Site) -> None:
    person.add_init_script("let away = false; document.hasFocus = () => !away; window.leave = it => { away = it }")
    open_and_stay(person, site.url("/s/{token}/9"), 1.5)
    person.evaluate("leave(true); window.dispatchEvent(new Event('blur'))")
    person.clock.run_for(60_000)
    person.evaluate("leave(false); window.dispatchEvent(new Event('focus'))")
    person.clock.run_for(1900)
    assert site.posts() == []
    person.clock.run_for(200)
    expect(person.get_by_role("status")).to_have_text(SAVED)


def test_a_page_loaded_in_advance_saves_two_seconds_after_it_is_shown(person: Page, site: Site) -> None:
    person.add_init_script(
        "let early = true; Object.defineProperty(document, 'prerendering', {get: () => early});"
        "window.show = () => { early = false; document.dispatchEvent(new Event('prerenderingchange')) }"
    )
    open_and_stay(person, site.url("/s/{token}/9"), 60)
    person.evaluate("show()")
    person.clock.run_for(2100)
    expect(person.get_by_role("status")).to_have_text(SAVED)


def test_where_a_person_answered_the_script_sends_nothing(person: Page, site: Site) -> None:
    site.mail.post("/s/{token}", {"score": "9"})
    open_and_stay(person, site.url("/s/{token}/3"), 60)
    person.locator("label", has_text="5").first.click()
    person.clock.run_for(5000)
    assert site.posts() == []
    assert site.mail.survey.answer is not None
    assert site.mail.survey.answer.score == 9


def test_an_answer_given_meanwhile_elsewhere_ends_the_saving(person: Page, site: Site) -> None:
    person.goto(site.url("/s/{token}/3"))
    site.mail.post("/s/{token}", {"score": "9"})
    person.clock.run_for(2100)
    person.wait_for_load_state("networkidle")
    expect(person.get_by_role("status")).to_have_text("")
    assert site.mail.survey.answer is not None
    assert site.mail.survey.answer.score == 9


def test_the_button_confirms_what_was_saved(person: Page, site: Site) -> None:
    open_and_stay(person, site.url("/s/{token}/9"), 2.1)
    expect(person.get_by_role("status")).to_have_text(SAVED)
    person.get_by_role("button", name="Send my answer").click()
    expect(person.get_by_role("heading", level=1)).to_have_text("Thank you, Maria")
    assert site.mail.survey.standing is Standing.CONFIRMED
