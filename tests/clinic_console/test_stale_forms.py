"""A form from a page that was open too long, or whose place another tab took."""

from tests.console import Console

SAID = "This page was open too long"


def test_a_stale_form_on_the_way_in_says_so_and_leads_to_a_fresh_one(clinic_console: Console) -> None:
    browser = clinic_console.browser()
    browser.get("/clinic/sign-in")
    other = clinic_console.browser()
    other.get("/clinic/sign-in")

    answer = browser.post("/clinic/sign-in", {"email": "nora@clinic.example"}, csrf=other.csrf)

    assert answer.status == 403
    assert SAID in answer.text
    assert "Nothing was changed" in answer.text
    assert "role" not in answer.text
    assert '/clinic/sign-in">Open the page again' in answer.body
    assert browser.get("/clinic/sign-in").status == 200


def test_a_stale_form_of_someone_signed_in_leads_to_the_start_where_its_address_is_no_page(
    clinic_console: Console,
) -> None:
    browser = clinic_console.signed_in("nora")

    answer = browser.post("/clinic/inbox/messages/done", csrf="")

    assert answer.status == 403
    assert SAID in answer.text
    assert "your locations" not in answer.text
    assert "Nothing was changed" in answer.text
    assert '">Open the page again' not in answer.body
    assert '/clinic">Back to the start' in answer.body


def test_a_stale_form_of_sign_up_leads_back_to_sign_up(clinic_console: Console) -> None:
    browser = clinic_console.browser()
    browser.get("/signup")

    answer = browser.post("/signup", csrf="")

    assert (answer.status, SAID in answer.text) == (403, True)
    assert '/signup">Open the page again' in answer.body


def test_a_role_that_may_not_is_still_told_of_its_role(clinic_console: Console) -> None:
    answer = clinic_console.signed_in("ana").get("/clinic/settings")

    assert answer.status == 403
    assert SAID not in answer.text
    assert "Your role" in answer.text
