"""A survey sent by hand: what is said before, what stops it, and that a limit is gone beyond only by who says so."""

import datetime as dt

import pytest

from prm.core import table
from prm.mail.model import Kind, Purpose, State, StopKind, StopReason, Touch, patient_recipient
from prm.patients.model import VisitKind
from tests.clinic_console.test_contact import sends
from tests.clinic_console.test_patients import has_visits, visit
from tests.console import Console, requests_to_dynamodb

PAGE = "/clinic/patients/p-maria"
FORM = f"{PAGE}/survey"


@pytest.fixture
def desk(clinic_console: Console) -> Console:
    """Maria is known and was here a week ago."""
    clinic_console.knows()
    has_visits(clinic_console, visit("1", clinic_console.clock.now - dt.timedelta(days=7), kind=VisitKind.EVALUATION))
    return clinic_console


def by_hand(console: Console) -> list[Touch]:
    touches = console.house.mail.of_recipient("riverbend", patient_recipient("p-maria"))
    return [one for one in touches if one.purpose == Purpose.BY_HAND]


def was_mailed(console: Console, days_ago: int, kind: Kind = Kind.SURVEY) -> None:
    """Note that a mail of a rule went some days ago."""
    at = console.clock.now - dt.timedelta(days=days_ago)
    touch = Touch("riverbend", patient_recipient("p-maria"), "a-rule", f"{at}", kind, at, state=State.SENT, at=at)
    table.transact([console.house.mail.order(touch)])


def test_the_page_says_what_goes_when_and_the_survey_goes(desk: Console) -> None:
    browser = desk.signed_in("nora")

    page = browser.get(FORM).text
    after = browser.follow(browser.post(FORM))
    desk.deliver()

    assert "The survey email in English goes to maria@example.com. It goes within minutes." in page
    assert "The survey is on its way." in after.text
    (touch,) = by_hand(desk)
    assert (touch.state, touch.about.visit, touch.about.therapist) == (State.SENT, "1", "mei-lin")
    assert len(desk.ses.sent) == 1
    (survey,) = desk.house.surveys.of_patient("riverbend", "p-maria")
    assert survey.id == touch.id


def test_one_a_day_also_when_pressed_twice(desk: Console) -> None:
    browser = desk.signed_in("nora")
    browser.get(FORM)
    browser.post(FORM, {"anyway": "1"})

    again = browser.post(FORM, {"anyway": "1"})

    assert again.status == 422
    assert "One a day is the most." in again.text
    assert len(by_hand(desk)) == 1

    desk.clock.advance(days=1)
    assert "Send 1 survey" in desk.signed_in("nora").get(FORM).text


def test_a_limit_warns_and_is_gone_beyond_only_by_who_says_so(desk: Console) -> None:
    was_mailed(desk, days_ago=3)
    browser = desk.signed_in("nora")

    page = browser.get(FORM).text
    refused = browser.post(FORM)
    sent = browser.post(FORM, {"anyway": "1"})
    desk.deliver()

    assert "It goes beyond your limits. A survey went less than 14 days before." in page
    assert refused.status == 422
    assert "or leave it to your rules" in refused.text
    assert sent.status == 303
    assert by_hand(desk)[0].state is State.SENT


@pytest.mark.parametrize(
    ("what", "fields", "why"),
    [
        ("emails", {"may": ["content"]}, "The patient opted out."),
        ("emails", {}, "The patient opted out."),
        ("death", {"day": ""}, "Nothing goes to someone who has died."),
        ("contact", {"email": "", "phone": "", "language": "en", "proxy_name": "", "proxy_email": ""}, "no address"),
    ],
)
def test_nothing_helps_where_nobody_wants_it_or_nobody_reads_it(
    desk: Console, what: str, fields: dict[str, object], why: str
) -> None:
    browser = desk.signed_in("nora")
    sends(browser, what, fields)

    page = browser.get(FORM).text
    answer = browser.post(FORM, {"anyway": "1"})

    assert why in page
    assert answer.status == 422
    assert by_hand(desk) == []


def test_who_opts_out_before_it_goes_does_not_get_it(desk: Console) -> None:
    browser = desk.signed_in("nora")
    browser.get(FORM)
    browser.post(FORM)
    stops = desk.house.stops
    name = patient_recipient("p-maria")
    table.transact([*stops.stop("riverbend", [name], StopKind.ALL, StopReason.ASKED, desk.clock.now)])

    desk.deliver()

    assert (by_hand(desk)[0].state, by_hand(desk)[0].reason) == (State.SKIPPED, "opted out")
    assert desk.ses.sent == []


def test_by_night_it_waits_for_the_hours_for_email_and_says_until_when(desk: Console) -> None:
    desk.clock.advance(hours=10)
    browser = desk.signed_in("nora")

    page = browser.get(FORM).text.replace("\u00a0", " ")
    after = browser.follow(browser.post(FORM)).text.replace("\u00a0", " ")
    desk.deliver()

    assert "It goes tomorrow, 9:00 am: that is when your hours for email begin." in page
    assert "It goes tomorrow, 9:00 am." in after
    assert by_hand(desk)[0].state is State.DUE
    assert by_hand(desk)[0].due_at == dt.datetime(2026, 11, 25, 14, tzinfo=dt.UTC)


def test_a_patient_who_waits_for_a_call_is_called_first(desk: Console) -> None:
    desk.answers(3)

    assert "Maria waits for a call." in desk.signed_in("nora").get(FORM).text


def test_rules_count_it_in_their_limits(desk: Console) -> None:
    browser = desk.signed_in("nora")
    browser.get(FORM)
    browser.post(FORM)
    desk.deliver()
    desk.clock.advance(days=1)

    assert "A survey went less than 14 days before." in desk.signed_in("nora").get(FORM).text


def test_nobody_of_another_location_sends_one(desk: Console) -> None:
    ana = desk.signed_in("ana")
    ana.get("/clinic/patients")

    assert ana.get(FORM).status == 404
    assert ana.post(FORM, {"anyway": "1"}).status == 404
    assert by_hand(desk) == []


def test_the_page_costs_few_requests(desk: Console) -> None:
    browser = desk.signed_in("nora")

    with requests_to_dynamodb() as asked:
        browser.get(FORM)

    assert len(asked) <= 6, asked
