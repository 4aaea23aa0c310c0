"""From the mail's link to the thank-you, in a browser."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from prm.surveys.model import Standing
from tests.browser.site import Site

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}


def test_one_more_tap_and_the_answer_is_in(page: Page, site: Site) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(site.url("/s/{token}/9"))
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, Maria")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    assert site.mail.survey.standing is Standing.CONFIRMED


def test_reloading_the_thank_you_sends_nothing_again(page: Page, site: Site) -> None:
    page.goto(site.url("/s/{token}/9"))
    page.get_by_role("button", name="Send my answer").click()
    page.reload()
    assert len(site.posts()) == 1
    assert "Thank you" in page.title()
    assert "Maria" not in page.title()


def test_an_unhappy_patient_writes_why_and_declines_the_call(page: Page, site: Site) -> None:
    page.goto(site.url("/s/{token}/4"))
    page.get_by_label("What should we do better?").fill("Long waits\nand <b>no</b> chairs")
    page.get_by_role("button", name="Send my answer").click()
    expect(page.locator("blockquote")).to_have_text("Long waits\nand <b>no</b> chairs")
    expect(page.get_by_role("link", name=re.compile("^Call"))).to_have_attribute("href", "tel:+19375550143")
    page.get_by_role("button", name="Please don't call me").click()
    expect(page.get_by_text("We won't call you about this.")).to_be_visible()
    assert site.mail.survey.no_call


def test_another_number_changes_heading_and_question(page: Page, site: Site) -> None:
    page.goto(site.url("/s/{token}"))
    page.get_by_role("radio", name="9", exact=True).check()
    expect(page.get_by_role("heading", level=1)).to_have_text("You chose 9")
    expect(page.get_by_label("What is the main reason?")).to_be_visible()
    page.get_by_role("radio", name="3", exact=True).check()
    expect(page.get_by_role("heading", level=1)).to_have_text("You chose 3")
    expect(page.get_by_label("What should we do better?")).to_be_visible()


def test_changing_ones_mind_names_both_numbers(page: Page, site: Site) -> None:
    site.mail.post("/s/{token}", {"score": "9"})
    page.goto(site.url("/s/{token}/7"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Change your answer to 7?")
    page.get_by_role("radio", name="5", exact=True).check()
    expect(page.get_by_role("heading", level=1)).to_have_text("Change your answer to 5?")
    page.get_by_role("button", name="Send 5 instead of 9").click()
    expect(page.get_by_text("5 out of 10")).to_be_visible()


def test_going_back_to_the_own_number_offers_no_change_to_it(page: Page, site: Site) -> None:
    site.mail.post("/s/{token}", {"score": "9"})
    page.goto(site.url("/s/{token}/7"))
    page.get_by_role("radio", name="9", exact=True).check()
    expect(page.get_by_role("heading", level=1)).to_have_text("Change your answer?")
    expect(page.get_by_role("button", name="Send my change")).to_be_visible()


def test_no_number_is_asked_for_above_the_row_with_the_words_kept(page: Page, site: Site) -> None:
    page.goto(site.url("/s/{token}"))
    page.get_by_label("Would you like to tell us more?").fill("Kept words")
    page.get_by_role("button", name="Send my answer").click()
    error = page.get_by_role("alert")
    expect(error).to_have_text("Choose a number from 0 to 10")
    expect(error).to_be_focused()
    expect(page.get_by_label("Would you like to tell us more?")).to_have_value("Kept words")
    tiles = page.locator(".scores").bounding_box()
    above = error.bounding_box()
    assert tiles is not None
    assert above is not None
    assert above["y"] + above["height"] <= tiles["y"]


def test_the_whole_story_by_keyboard(page: Page, site: Site) -> None:
    page.goto(site.url("/s/{token}"))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the question")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="8", exact=True)).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("All by keys")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you for telling us, Maria")
    assert site.mail.survey.answer is not None
    assert (site.mail.survey.answer.score, site.mail.survey.answer.comment) == (8, "All by keys")


def test_everything_works_without_javascript(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url("/s/{token}/9"))
    page.get_by_role("radio", name="6", exact=True).check()
    page.get_by_label("What is the main reason?").fill("No script here")
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you for telling us, Maria")
    page.get_by_role("link", name="change your answer").click()
    page.get_by_role("radio", name="7", exact=True).check()
    page.get_by_role("button", name="Send my change").click()
    expect(page.get_by_text("7 out of 10")).to_be_visible()
    page.get_by_role("link", name="Stop these emails").click()
    page.get_by_role("button", name="Stop these emails").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("These emails are stopped")
    context.close()


def test_a_review_site_opens_in_a_tab_of_its_own(page: Page, site: Site) -> None:
    page.goto(site.url("/r/{token}"))
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Google").click()
    opened.value.wait_for_load_state()
    assert ("GET", f"/r/{site.mail.token}/google", "") in site.requests


def test_leaving_the_list_and_coming_back(page: Page, site: Site) -> None:
    page.goto(site.url("/u/{token}"))
    page.get_by_role("radio", name="Only stop the survey question").check()
    page.get_by_role("button", name="Stop these emails").click()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.get_by_role("button", name="Send me these emails again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You get these emails again")
