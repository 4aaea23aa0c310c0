"""When a session is over, and which forms a session takes."""

from dataclasses import replace

from prm.core import ids, tokens
from tests.console import Browser, Console, is_in


def csrf_of(browser: Browser) -> str:
    return tokens.masked(ids.keyed(browser.cookies["__Host-session"].encode(), "form"))


def test_a_session_ends_by_itself_when_nobody_uses_it_and_after_twelve_hours(clinic_console: Console) -> None:
    idle, busy = clinic_console.signed_in("nora"), clinic_console.signed_in("nora")
    for _ in range(50):
        clinic_console.clock.advance(minutes=14)
        assert is_in(busy)
    assert not is_in(idle)
    for _ in range(3):
        clinic_console.clock.advance(minutes=14)
        is_in(busy)

    assert not is_in(busy)


def test_signing_out_ends_the_session_on_the_server(clinic_console: Console) -> None:
    browser = clinic_console.signed_in("nora")
    stolen = clinic_console.browser()
    stolen.cookies = dict(browser.cookies)
    browser.csrf = csrf_of(browser)

    answer = browser.post("/clinic/sign-out")

    assert answer.location == "/clinic/sign-in"
    assert not is_in(browser)
    assert not is_in(stolen)


def test_someone_who_was_removed_is_out_at_once(clinic_console: Console) -> None:
    browser = clinic_console.signed_in("ana")
    assert is_in(browser)
    clinic = clinic_console.house.clinics.fresh("riverbend")

    left = tuple(one for one in clinic.staff if one.id != "ana")
    clinic_console.house.clinics.save(replace(clinic, staff=left), clinic.version)

    assert browser.post("/clinic/inbox/messages/done", csrf=csrf_of(browser)).status == 401
    assert browser.get("/clinic/inbox").location.startswith("/clinic/sign-in")


def test_a_form_from_elsewhere_or_without_its_token_is_refused(clinic_console: Console) -> None:
    browser = clinic_console.signed_in("nora")
    good = csrf_of(browser)

    assert browser.post("/clinic/sign-out", csrf="").status == 403
    browser.origin = "https://evil.example"
    assert browser.post("/clinic/sign-out", csrf=good).status == 403
    browser.origin = ""
    assert browser.post("/clinic/sign-out", csrf=good).status == 403
    assert is_in(browser)
