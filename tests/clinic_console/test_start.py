"""The way from an empty clinic to its first survey."""

from prm.clinics.model import Location
from tests import examples
from tests.clinic_console.test_patients import many
from tests.cognito import FakeCognito
from tests.console import Console, console, requests_to_dynamodb
from tests.fakes import FakeClock

START = "/clinic/start"


def empty(tables: None, clock: FakeClock, cognito: FakeCognito) -> Console:
    """Return the console of a clinic that signed up a minute ago."""
    nora = examples.riverbend().member("nora")
    return console(
        clock,
        cognito,
        examples.riverbend(locations=(Location("downtown", "Downtown"),), therapists=(), staff=(nora,)),
    )


def test_a_new_clinic_sees_what_is_done_what_is_next_and_how_long_it_takes(
    tables: None, clock: FakeClock, cognito: FakeCognito
) -> None:
    page = empty(tables, clock, cognito).signed_in("nora").get(START).text

    assert "Set up Riverbend 1 of 7 done · about 9 minutes left" in page
    assert "Locations Downtown Done" in page
    assert "Answers are compared by them, and cases say with whom it was. Add therapists" in page
    assert "Invite your staff They get an email when a patient is unhappy, and call. To do" in page
    assert "Nothing goes to patients until you switch a rule on." in page


def test_home_leads_there_until_something_was_counted_or_asked_for(clinic_console: Console) -> None:
    browser = clinic_console.signed_in("nora")
    before = browser.get("/clinic/home").location, browser.get("/clinic/home?span=90d").status
    clinic_console.house.summaries.keep("riverbend", clinic_console.house.summaries.count("riverbend"))

    assert before == (START, 200)
    assert browser.get("/clinic/home").status == 200


def test_a_test_sent_from_here_leads_back_and_is_done(clinic_console: Console) -> None:
    clinic_console.knows()
    browser = clinic_console.signed_in("nora")
    before = browser.get(START)

    after = browser.follow(browser.post("/clinic/rules/after-evaluation/test", {"back": "start"}))

    assert "Send it to me" in before.text
    assert "Send yourself the survey Sent to nora@clinic.example Done" in after.text
    assert "Choose a rule" in after.text


def test_all_done_says_so(clinic_console: Console) -> None:
    clinic_console.knows()
    browser = clinic_console.signed_in("nora")
    browser.get(START)
    browser.post("/clinic/rules/after-evaluation/test")
    clinic_console.house.rules.switch_on("riverbend", "after-evaluation", clinic_console.clock.now)

    page = browser.get(START).text

    assert "All done." in page
    assert "“After an answer”, “After the first evaluation” Done" in page
    assert "Nothing goes to patients" not in page


def test_it_asks_the_database_six_times_at_most(clinic_console: Console) -> None:
    browser = clinic_console.signed_in("nora")
    with requests_to_dynamodb() as calls:
        browser.get(START)
    assert len(calls) <= 6, calls


def test_it_asks_as_often_however_many_patients_there_are(clinic_console: Console) -> None:
    many(clinic_console, 3_000)
    browser = clinic_console.signed_in("nora")
    with requests_to_dynamodb() as calls:
        page = browser.get(START)
    assert len(calls) <= 6, calls
    assert "1,000" in page.text


def test_it_is_for_those_who_set_the_clinic_up(clinic_console: Console) -> None:
    assert clinic_console.signed_in("ana").get(START).status == 403
