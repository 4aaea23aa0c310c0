"""The way in: by sign-up, invitation, password, second factor and recovery; and all that is refused on it."""

import re

import pytest

from prm.clinics.model import ClinicState
from tests import examples
from tests.cognito import totp
from tests.console import PASSWORD, Answer, Browser, Console, is_in

NORA = "nora@clinic.example"
ASKED = {
    "clinic_name": "Lakeside Therapy",
    "owner_name": "Ida Berg",
    "email": "Ida@lakeside.example",
    "phone": "(937) 555-0100",
    "street": "1 Shore Road",
    "city": "Dayton",
    "state": "OH",
    "postal_code": "45402",
    "zone": "America/New_York",
    "location_name": "Lakeside",
    "languages": ["en", "es"],
    "agreement": "2026-11",
    "accepted": "yes",
}


def code_in(mail: str) -> str:
    found = re.search(r"^(\d{3}) (\d{3})$", mail, re.MULTILINE)
    assert found
    return found[1] + found[2]


def link_in(mail: str) -> str:
    found = re.search(r"https://care\.example\.org(/clinic/join/\w+)", mail)
    assert found
    return found[1]


def enter(console: Console, browser: Browser, email: str = NORA, password: str = PASSWORD) -> str:
    """Sign in as far as the password goes; return where that leads."""
    browser.get("/clinic/sign-in")
    answer = browser.post("/clinic/sign-in", {"email": email, "password": password, "next": ""})
    return browser.follow(browser.follow(answer)).body if answer.status == 303 else answer.text


def enrol(console: Console, browser: Browser, email: str = NORA) -> list[str]:
    """Set an authenticator up; return the printed codes."""
    browser.get("/clinic/authenticator")
    code = totp(console.cognito.key_of(email), console.clock.wall())
    return re.findall(
        r"<code>([a-z2-7]{4}-[a-z2-7]{4})</code>", browser.post("/clinic/authenticator", {"code": code}).body
    )


def prove(console: Console, browser: Browser, email: str = NORA) -> str:
    """Type the authenticator's code; return where that leads."""
    console.clock.advance(seconds=30)
    browser.get("/clinic/second")
    return browser.post("/clinic/second", {"code": totp(console.cognito.key_of(email), console.clock.wall())}).location


def test_a_clinic_signs_up_with_the_mailed_digits_and_its_owner_is_in(clinic_console: Console) -> None:
    browser = clinic_console.browser()

    browser.get("/signup")
    browser.follow(browser.post("/signup", ASKED))
    browser.follow(browser.post("/clinic/code", {"code": code_in(clinic_console.last_mail)}))
    browser.follow(browser.follow(browser.post("/clinic/password", {"email": "", "password": PASSWORD})))
    printed = enrol(clinic_console, browser, "ida@lakeside.example")

    (made,) = [one for one in clinic_console.house.clinics.list_all() if one.id != "riverbend"]
    assert len(printed) == 10
    assert is_in(browser)
    assert (made.name, made.state, made.daily_limit) == ("Lakeside Therapy", ClinicState.ACTIVE, 100)
    assert made.agreement is not None
    assert (made.agreement.version, made.agreement.member) == ("2026-11", made.staff[0].id)
    assert made.postal_address == "1 Shore Road, Dayton, OH 45402"


def test_the_button_in_the_mail_does_as_well_but_opening_it_confirms_nothing(clinic_console: Console) -> None:
    browser, phone = clinic_console.browser(), clinic_console.browser()
    browser.get("/signup")
    browser.post("/signup", ASKED)
    link = link_in(clinic_console.last_mail)

    opened = phone.get(link)
    before = [one.id for one in clinic_console.house.clinics.list_all()]
    chosen = phone.follow(phone.post(link))

    assert "Confirm your email address" in opened.text
    assert before == ["riverbend"]
    assert "Choose a password" in chosen.text


def test_a_known_address_gets_the_same_page_and_a_mail_that_says_so(clinic_console: Console) -> None:
    clinic_console.has_account(examples.riverbend(), "nora")
    known, unknown = clinic_console.browser(), clinic_console.browser()

    pages = []
    for browser, email in ((known, NORA), (unknown, "new@lakeside.example")):
        browser.get("/signup")
        pages.append(browser.follow(browser.post("/signup", ASKED | {"email": email})).text.replace(email, "X"))
    clinic_console.deliver()

    assert pages[0] == pages[1]
    assert [letter.subject for _, letter, _ in clinic_console.ses.sent] == [
        "You have an account at Riverbend already",
        "Confirm your email address for Lakeside Therapy",
    ]
    assert "That code is not right" in known.post("/clinic/code", {"code": "123456"}).text


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("email", "nora@riverbend", "Enter an email address like name@clinic.com"),
        ("postal_code", "4540", "Enter a 5-digit ZIP code"),
        ("accepted", "", "only once you accept the agreement"),
        ("agreement", "2025-01", "The agreement changed meanwhile"),
        ("zone", "Mars/Olympus", "Choose a time zone"),
        ("clinic_name", "", "Enter the clinic's name"),
        ("languages", [], "Choose one language or both"),
        ("owner_name", "Ida\r\nBcc: x@y.example", ""),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    clinic_console: Console, field: str, value: object, said: str
) -> None:
    browser = clinic_console.browser()
    browser.get("/signup")

    answer = browser.post("/signup", ASKED | {field: value})

    if not said:
        assert answer.status == 303  # line breaks in a name are a comma
        return
    assert answer.status == 422
    assert said in answer.text
    assert 'value="1 Shore Road"' in answer.body
    assert clinic_console.queues.take_all() == []


def test_signing_in_takes_a_password_and_a_code(clinic_console: Console) -> None:
    clinic_console.has_account(examples.riverbend(), "nora")
    browser = clinic_console.browser()

    assert "Set up your second sign-in step" in enter(clinic_console, browser)
    enrol(clinic_console, browser)
    again = clinic_console.browser()
    assert "Enter your code" in enter(clinic_console, again)
    assert prove(clinic_console, again) == "/clinic"
    assert is_in(again)


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(clinic_console: Console) -> None:
    clinic_console.has_account(examples.riverbend(), "nora")
    browser = clinic_console.browser()

    wrong = enter(clinic_console, browser, password="not that one at all")
    unknown = enter(clinic_console, browser, email="nobody@clinic.example")

    assert "That email and password do not go together" in wrong
    assert wrong == unknown


def test_a_code_is_taken_once_and_a_wrong_one_never(clinic_console: Console) -> None:
    clinic_console.has_account(examples.riverbend(), "nora")
    first = clinic_console.browser()
    enter(clinic_console, first)
    enrol(clinic_console, first)
    replayed = totp(clinic_console.cognito.key_of(NORA), clinic_console.clock.wall())
    second = clinic_console.browser()
    enter(clinic_console, second)

    said = [second.post("/clinic/second", {"code": code}).text for code in (replayed, "000000", "")]

    assert all("That code is not right" in one for one in said)
    assert not is_in(second)


def test_the_sixth_wrong_code_ends_it_for_a_quarter_of_an_hour(clinic_console: Console) -> None:
    clinic_console.has_account(examples.riverbend(), "nora")
    first = clinic_console.browser()
    enter(clinic_console, first)
    enrol(clinic_console, first)
    clinic_console.clock.advance(minutes=20)
    second = clinic_console.browser()
    enter(clinic_console, second)

    said = [second.post("/clinic/second", {"code": "000000"}).text for _ in range(6)]
    right = second.post(
        "/clinic/second", {"code": totp(clinic_console.cognito.key_of(NORA), clinic_console.clock.wall())}
    )

    assert "Too many tries" not in said[4]
    assert "Too many tries" in said[5]
    assert "Too many tries" in right.text


def test_a_forgotten_password_is_replaced_and_other_browsers_are_signed_out(clinic_console: Console) -> None:
    clinic_console.has_account(examples.riverbend(), "nora")
    elsewhere = clinic_console.signed_in("nora")
    clinic_console.clock.advance(seconds=1)
    browser = clinic_console.browser()

    browser.submit("/clinic/forgot", {"email": NORA})
    browser.follow(browser.post("/clinic/code", {"code": code_in(clinic_console.last_mail)}))
    browser.follow(
        browser.follow(browser.post("/clinic/password", {"email": NORA, "password": "nine other green boats"}))
    )
    enrol(clinic_console, browser)

    assert is_in(browser)
    assert elsewhere.get("/clinic/sign-out", "GET").status in {303, 405}
    assert clinic_console.cognito.users[NORA].password == "nine other green boats"


def test_a_code_that_was_replaced_or_used_or_is_old_opens_nothing(clinic_console: Console) -> None:
    clinic_console.has_account(examples.riverbend(), "nora")
    browser = clinic_console.browser()
    browser.submit("/clinic/forgot", {"email": NORA})
    first = clinic_console.last_mail
    browser.get("/clinic/code")
    browser.post("/clinic/code/again")
    second = clinic_console.last_mail

    replaced = clinic_console.browser().get(link_in(first))
    clinic_console.clock.advance(hours=2)
    old = clinic_console.browser().get(link_in(second))

    assert "This link has expired" in replaced.text
    assert "This link has expired" in old.text


def test_five_wrong_digits_end_a_mailed_code(clinic_console: Console) -> None:
    clinic_console.has_account(examples.riverbend(), "nora")
    browser = clinic_console.browser()
    browser.submit("/clinic/forgot", {"email": NORA})
    right = code_in(clinic_console.last_mail)
    wrong = "000000" if right != "000000" else "111111"

    for _ in range(5):
        assert "That code is not right" in browser.post("/clinic/code", {"code": wrong}).text

    assert "no longer works" in browser.post("/clinic/code", {"code": right}).text


def test_a_lost_phone_is_replaced_with_a_printed_code_which_works_once(clinic_console: Console) -> None:
    clinic_console.has_account(examples.riverbend(), "nora")
    first = clinic_console.browser()
    enter(clinic_console, first)
    printed = enrol(clinic_console, first)
    old_key = clinic_console.cognito.key_of(NORA)
    browser = clinic_console.browser()
    enter(clinic_console, browser)

    browser.get("/clinic/recover")
    browser.follow(browser.post("/clinic/recover", {"code": printed[3].upper()}))
    browser.follow(
        browser.follow(browser.post("/clinic/password", {"email": NORA, "password": "nine other green boats"}))
    )
    enrol(clinic_console, browser)

    assert is_in(browser)
    assert clinic_console.cognito.key_of(NORA) != old_key
    third = clinic_console.browser()
    enter(clinic_console, third, password="nine other green boats")
    third.get("/clinic/recover")
    assert "That code is not right" in third.post("/clinic/recover", {"code": printed[3]}).text


@pytest.mark.parametrize(("member", "first"), [("nora", "home"), ("ana", "inbox")])
def test_each_role_begins_where_it_may_be(clinic_console: Console, member: str, first: str) -> None:
    browser = clinic_console.signed_in(member)

    assert browser.get("/clinic").location == f"/clinic/{first}"
    assert browser.get(f"/clinic/{first}").status != 403


def test_someone_without_a_session_is_led_to_the_way_in_and_back(clinic_console: Console) -> None:
    assert clinic_console.browser().get("/clinic").location == "/clinic/sign-in"


@pytest.mark.parametrize("wanted", ["settings/team", "cases/7K2MQ9AB"])
def test_a_link_to_a_page_leads_there_through_password_and_code(clinic_console: Console, wanted: str) -> None:
    browser = returning(clinic_console)
    back = next_of(browser.follow(browser.get(f"/clinic/{wanted}")))

    code = browser.follow(browser.post("/clinic/sign-in", {"email": NORA, "password": PASSWORD, "next": back}))
    wrong = browser.post("/clinic/second", {"code": "000000", "next": next_of(code)})
    shown = totp(clinic_console.cognito.key_of(NORA), clinic_console.clock.wall())
    answer = browser.post("/clinic/second", {"code": shown, "next": next_of(wrong)})

    assert answer.location == f"/clinic/{wanted}"


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "../evil", "\\evil", "a\r\nb", "a" * 300])
def test_the_way_in_leads_to_no_other_site(clinic_console: Console, wanted: str) -> None:
    browser = returning(clinic_console)
    browser.get("/clinic/sign-in")

    password = browser.post("/clinic/sign-in", {"email": NORA, "password": PASSWORD, "next": wanted})
    shown = totp(clinic_console.cognito.key_of(NORA), clinic_console.clock.wall())
    browser.get("/clinic/second")
    code = browser.post("/clinic/second", {"code": shown, "next": wanted})

    assert (password.location.rstrip("/"), code.location.rstrip("/")) == ("/clinic", "/clinic")


def returning(console: Console) -> Browser:
    """Return a new browser of someone who set an authenticator up before."""
    console.has_account(examples.riverbend(), "nora")
    first = console.browser()
    enter(console, first)
    enrol(console, first)
    console.clock.advance(seconds=30)
    return console.browser()


def next_of(page: Answer) -> str:
    found = re.search(r'name="next" value="([^"]*)"', page.body)
    assert found
    return found[1]


def test_signing_up_is_limited_by_address_and_network(clinic_console: Console) -> None:
    browser = clinic_console.browser()
    said = []
    for number in range(11):
        browser.get("/signup")
        said.append(browser.post("/signup", ASKED | {"email": f"ida{number}@lakeside.example"}).status)

    assert said == [303] * 10 + [429]


def test_a_throttled_cognito_is_a_clear_page(clinic_console: Console) -> None:
    clinic_console.cognito.fails_with = ["TooManyRequestsException"]
    browser = clinic_console.browser()
    browser.get("/clinic/sign-in")

    answer = browser.post("/clinic/sign-in", {"email": NORA, "password": PASSWORD, "next": ""})

    assert answer.status == 503
