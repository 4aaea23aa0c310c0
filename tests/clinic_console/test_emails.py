"""Mail to staff from their side: the link to a case, and who is told of what."""

import pytest

from prm.clinics.model import Alert
from tests.console import Console


def opened(console: Console, location: str = "downtown") -> str:
    console.knows(location=location)
    console.answers(4)
    return console.house.recovery.of_patient("riverbend", "p-maria")[0].id


def alerts(console: Console, member: str) -> frozenset[Alert]:
    return console.house.clinics.fresh("riverbend").member(member).alerts


def version(console: Console) -> int:
    return console.house.clinics.fresh("riverbend").version


def test_the_mailed_alert_leads_to_the_case_and_names_no_patient(clinic_console: Console) -> None:
    case = opened(clinic_console)
    mail = clinic_console.last_mail
    browser = clinic_console.signed_in("luis")

    page = browser.follow(browser.get(f"/clinic/cases/{case}"))

    assert f"https://care.example.org/clinic/cases/{case}\n" in mail
    assert "p-maria" not in mail
    assert "Maria Alvarez" in page.text


def test_who_is_not_signed_in_comes_to_the_case_after_the_way_in(clinic_console: Console) -> None:
    case = opened(clinic_console)

    assert clinic_console.browser().get(f"/clinic/cases/{case}").location.endswith(f"sign-in?next=cases/{case}")


@pytest.mark.parametrize("number", ["nosuch", "%00", "x" * 300])
def test_a_case_that_is_not_there_is_not_found(clinic_console: Console, number: str) -> None:
    assert clinic_console.signed_in("nora").get(f"/clinic/cases/{number}").status == 404


def test_a_case_of_another_location_is_not_found(clinic_console: Console) -> None:
    case = opened(clinic_console, "north")

    assert clinic_console.signed_in("luis").get(f"/clinic/cases/{case}").status == 404


@pytest.mark.parametrize("member", ["nora", "luis", "ana"])
def test_everyone_chooses_their_own_emails_and_nobody_elses(clinic_console: Console, member: str) -> None:
    before = {one.id: one.alerts for one in clinic_console.house.clinics.fresh("riverbend").staff}
    browser = clinic_console.signed_in(member)
    browser.get("/clinic/emails")

    answer = browser.post("/clinic/emails", {"alerts": ["digest", "weekly"], "version": version(clinic_console)})

    after = {one.id: one.alerts for one in clinic_console.house.clinics.fresh("riverbend").staff}
    assert answer.status == 303
    assert after == before | {member: frozenset({Alert.DIGEST, Alert.WEEKLY})}


def test_nobody_needs_to_be_told_of_anything(clinic_console: Console) -> None:
    browser = clinic_console.signed_in("nora")
    browser.get("/clinic/emails")
    browser.post("/clinic/emails", {"version": version(clinic_console)})

    assert alerts(clinic_console, "nora") == frozenset()


def test_an_email_we_do_not_know_of_cannot_be_chosen(clinic_console: Console) -> None:
    before = alerts(clinic_console, "nora")
    browser = clinic_console.signed_in("nora")
    browser.get("/clinic/emails")

    answer = browser.post("/clinic/emails", {"alerts": ["everything"], "version": version(clinic_console)})

    assert answer.status == 422
    assert alerts(clinic_console, "nora") == before


def test_a_choice_made_beside_anothers_change_is_not_kept(clinic_console: Console) -> None:
    browser = clinic_console.signed_in("ana")
    browser.get("/clinic/emails")

    assert browser.post("/clinic/emails", {"alerts": ["digest"], "version": "0"}).status == 409
    assert alerts(clinic_console, "ana") == frozenset()


def test_who_reads_of_cases_each_morning_gets_no_email_for_each(clinic_console: Console) -> None:
    browser = clinic_console.signed_in("luis")
    browser.get("/clinic/emails")
    browser.post("/clinic/emails", {"alerts": ["digest"], "version": version(clinic_console)})

    opened(clinic_console)
    clinic_console.deliver()

    assert [letter.to for _, letter, *_ in clinic_console.ses.sent] == ["nora@clinic.example"]


def test_a_place_whose_cases_someone_reads_of_each_morning_is_not_unheard(clinic_console: Console) -> None:
    for member, chosen in (("nora", []), ("luis", ["digest"]), ("ana", ["digest"])):
        browser = clinic_console.signed_in(member)
        browser.get("/clinic/emails")
        browser.post("/clinic/emails", {"alerts": chosen, "version": version(clinic_console)})

    assert clinic_console.house.clinics.fresh("riverbend").unheard() == ()
