"""The pages as a reader meets them: wide and narrow, light and dark, enlarged."""

import pytest
from playwright.sync_api import Browser, Page, Route

from prm.clinics.model import Language
from tests.browser.sight import SCHEMES, SPACED, WIDTHS, is_too_wide, keep, size, violations
from tests.browser.site import Site, mail_to, served
from tests.golden import scenes

pytestmark = pytest.mark.browser

PAGES = list(scenes.PAGES)

TARGETS = """
() => [...document.querySelectorAll('a, button, label:has(input), textarea')]
  .filter(one => !one.closest('p:not(:has(.stop))') && !one.matches('.skip'))
  .map(one => ({
    text: one.textContent.trim(),
    is: one.matches('button, .button') ? 'button' : one.matches('.scores *') ? 'tile' : 'other',
    width: one.getBoundingClientRect().width,
    height: one.getBoundingClientRect().height,
  }))
"""
LEAST = {"button": (44, 56), "tile": (44, 52), "other": (44, 44)}


def show(page: Page, site: Site, name: str) -> None:
    """Open one of the scenes, whether a form leads there or a link."""
    body = scenes.PAGES[name](site.mail)
    address = site.url("/shown")
    headers = dict(site.mail.get("/u/{token}")["headers"])

    def fulfil(route: Route) -> None:
        route.fulfill(body=body, headers=headers)

    page.route(address, fulfil)
    page.goto(address)
    page.evaluate("document.fonts.ready")


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_nothing_is_too_wide(page: Page, site: Site, name: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    show(page, site, name)
    for width in WIDTHS:
        for scheme in SCHEMES:
            size(page, width, scheme)
            assert violations(page) == [], (width, scheme)
            assert not is_too_wide(page)
            keep(page, f"{name}-{width}-{scheme}")
    assert said == []


@pytest.mark.parametrize("name", PAGES)
def test_whatever_is_tapped_is_large_enough(page: Page, site: Site, name: str) -> None:
    show(page, site, name)
    for width in WIDTHS:
        size(page, width)
        for target in page.evaluate(TARGETS):
            least_width, least_height = LEAST[target["is"]]
            assert target["width"] >= least_width, (width, target)
            assert target["height"] >= least_height, (width, target)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", ["survey", "survey-low", "survey-no-score"])
def test_scores_comment_and_button_fit_on_a_phone(tables: None, page: Page, name: str, language: Language) -> None:
    with served(mail_to(clinic=scenes.clinic(), language=language)) as site:
        size(page, 390)
        show(page, site, name)
        keep(page, f"{name}-{language}")
        box = page.locator("#send").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 660


def test_eleven_scores_stand_in_one_row_from_640_pixels_and_in_six_and_five_below(page: Page, site: Site) -> None:
    show(page, site, "survey")
    for width, rows in ((1280, [11]), (640, [11]), (639, [6, 5]), (390, [6, 5]), (320, [6, 5])):
        size(page, width)
        tops = page.evaluate(
            "[...document.querySelectorAll('.scores label')].map(one => one.getBoundingClientRect().top)"
        )
        assert [tops.count(top) for top in dict.fromkeys(tops)] == rows


@pytest.mark.parametrize("name", PAGES)
def test_text_at_twice_the_size_still_fits(browser: Browser, site: Site, name: str) -> None:
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    show(page, site, name)
    page.add_style_tag(content="html { font-size: 36px !important }")
    for width in (1280, 640, 390):
        size(page, width)
        assert not is_too_wide(page), width
    context.close()


@pytest.mark.parametrize("name", ["survey", "thanks-low", "change", "stop", "review"])
def test_wider_spacing_of_text_cuts_nothing_off(browser: Browser, site: Site, name: str) -> None:
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    size(page, 320)
    show(page, site, name)
    page.add_style_tag(content=SPACED)
    assert not is_too_wide(page)
    cut = page.evaluate(
        "[...document.querySelectorAll('button, .button, p')]"
        ".filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.textContent)"
    )
    assert cut == []
    context.close()


def test_the_chosen_number_shows_in_forced_colours(browser: Browser, site: Site) -> None:
    context = browser.new_context(forced_colors="active")
    page = context.new_page()
    show(page, site, "survey")
    keep(page, "survey-forced-colours")
    fills = page.evaluate(
        "[...document.querySelectorAll('.scores span')].map(one => getComputedStyle(one).backgroundColor)"
    )
    assert fills.count(fills[9]) == 1
    context.close()


def test_every_control_shows_where_the_focus_is(page: Page, site: Site) -> None:
    show(page, site, "change")
    seen = []
    for _ in range(8):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                "() => { const at = document.activeElement;"
                " const shown = at.type === 'radio' ? at.nextElementSibling : at;"
                " const style = getComputedStyle(shown); return [at.tagName, style.outlineStyle, style.outlineWidth] }"
            )
        )
        if seen[-1][0] == "A" and len(seen) > 5:
            break
    assert {(style, width) for tag, style, width in seen if tag != "BODY"} == {("solid", "3px")}
