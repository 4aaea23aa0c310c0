"""A form from a page that was open too long, whose place another tab took, or from another site."""

import pytest

from tests.console import Console

SAID = "This form is out of date"


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


@pytest.mark.parametrize("origin", ["", "null", "https://evil.example"])
def test_a_form_of_no_page_of_ours_is_stale_too_and_nobodys_role_has_to_do_with_it(
    clinic_console: Console, origin: str
) -> None:
    for browser, path in ((clinic_console.signed_in("nora"), "/clinic/inbox/messages/done"), (None, "/clinic/sign-in")):
        sender = browser or clinic_console.browser()
        sender.get("/clinic/sign-in")
        sender.origin = origin

        answer = sender.post(path, {"email": "nora@clinic.example"})

        assert answer.status == 403
        assert SAID in answer.text
        assert "Nothing was changed" in answer.text
        assert "role" not in answer.text
