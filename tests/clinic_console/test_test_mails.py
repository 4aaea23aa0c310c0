"""A rule's mail to oneself: like a patient's in all it does, and in no number."""

import re
from typing import Any

import pytest

from prm.core.urls import Urls
from prm.insights.model import Cut
from prm.mail.model import Purpose, State, StopKind
from prm.mail.stops import names
from prm.recovery.model import CaseState
from prm.surveys.model import Via
from prm.web.routes import serve as serve_links
from review_request.routes import build as review_pages
from survey_webhook.routes import build as survey_pages
from tests.console import Browser, Console
from tests.mailed import request

EVALUATION = "/clinic/rules/after-evaluation"
_TOKEN = re.compile(r"/[su]/(\w{20,})")


def mailed(console: Console, member: str = "nora", rule: str = EVALUATION) -> str:
    """Have a test sent and return the token of its links."""
    browser = console.signed_in(member)
    browser.get(rule)
    assert "A test is on its way to" in browser.follow(browser.post(f"{rule}/test")).text
    found = _TOKEN.search(console.last_mail)
    assert found
    return found[1]


def answered(console: Console, score: int, member: str = "nora") -> None:
    link = console.house.links.open(mailed(console, member))
    console.house.surveys.answer(link, str(link.survey), score, "Just trying.", Via.BUTTON)


def page_of(console: Console, path: str) -> str:
    build = review_pages if path.startswith("/r/") else survey_pages
    event: dict[str, Any] = request("GET", path, headers={"Host": "care.example.org"}, stage="")
    return str(serve_links(build(console.house), console.house)(event, None)["body"])


def test_it_goes_to_who_asked_for_it_and_says_what_it_is(clinic_console: Console) -> None:
    mailed(clinic_console)
    key, letter, _ = clinic_console.ses.sent[-1]

    assert letter.to == "nora@clinic.example"
    assert letter.subject.startswith("Test: ")
    assert letter.text.startswith("This is a test for the clinic's staff.")
    assert "This is a test for the clinic&#39;s staff." in letter.html
    assert "Hi Nora," in letter.text
    assert clinic_console.house.mail.find(key).state is State.SENT  # type: ignore[union-attr]


def test_a_low_answer_to_it_opens_a_case_that_is_closed_like_any_other(clinic_console: Console) -> None:
    answered(clinic_console, 4)
    browser = clinic_console.signed_in("nora")
    inbox = browser.get("/clinic/inbox").text
    (case,) = clinic_console.house.recovery.of_patient("riverbend", "test-nora")
    path = f"/clinic/cases/test-nora/{case.id}"
    browser.get(f"{path}/close")
    browser.post(f"{path}/close", {"outcome": "mistake", "version": "1"})
    (closed,) = clinic_console.house.recovery.of_patient("riverbend", "test-nora")

    assert "Nora Ellison (test)" in inbox
    assert "Nobody is waiting for a call." in inbox
    assert "Test, counts in no number" in inbox
    assert closed.state is CaseState.CLOSED


def test_it_alerts_nobody_now_or_later(clinic_console: Console) -> None:
    answered(clinic_console, 2)
    clinic_console.deliver()
    sent = len(clinic_console.ses.sent)
    clinic_console.clock.advance(hours=9)
    (case,) = clinic_console.house.recovery.of_patient("riverbend", "test-nora")
    clinic_console.house.recovery.work_due("riverbend", "test-nora", case.id)
    clinic_console.deliver()

    assert len(clinic_console.ses.sent) == sent
    assert case.escalate_at is None


def test_it_counts_in_no_number(clinic_console: Console) -> None:
    answered(clinic_console, 2)
    insights, summaries = clinic_console.house.insights, clinic_console.house.summaries

    report = insights.nps("riverbend", Cut.LOCATION)
    board = insights.dashboard("riverbend")
    kept = summaries.count("riverbend")

    assert (report.total.asked, report.total.answered) == (0, 0)
    assert board.figures.answered == 0
    assert insights.recount("riverbend") == []
    assert all(
        not stretch.mail.went and not stretch.contact.cases for one in kept.values() for stretch in one.spans.values()
    )
    assert clinic_console.house.recovery.open_cases("riverbend") == []
    assert "Ellison (test)" not in clinic_console.signed_in("nora").get("/clinic/home?span=90d").text
    assert list(clinic_console.house.patients.roster("riverbend")) == []
    assert list(clinic_console.house.patients.listed("riverbend")) == []


def test_no_rule_is_about_it(clinic_console: Console) -> None:
    clinic_console.house.rules.switch_on("riverbend", "after-evaluation", clinic_console.clock.now)
    answered(clinic_console, 10)
    clinic_console.clock.advance(hours=2)
    clinic_console.house.rules.judge("riverbend", "test-nora")

    touches = clinic_console.house.mail.of_recipient("riverbend", "patient:test-nora")

    assert [one.purpose for one in touches] == [Purpose.TEST]


def test_its_pages_say_that_it_is_a_test(clinic_console: Console) -> None:
    token = mailed(clinic_console)
    urls = Urls("")

    for path in (urls.survey(token), urls.survey(token, 4), urls.stop(token)):
        assert "This is a test." in page_of(clinic_console, path), path


def test_a_review_requests_test_leads_to_the_sites_and_says_so(clinic_console: Console) -> None:
    token = mailed(clinic_console, rule="/clinic/rules/after-answer")

    assert "This is a test." in page_of(clinic_console, f"/r/{token}")


def test_leaving_the_list_by_it_stops_no_mail_to_the_address(clinic_console: Console) -> None:
    house = clinic_console.house
    link = house.links.open(mailed(clinic_console))
    house.preferences.stop(link, StopKind.ALL)

    assert not house.stops.stopped("riverbend", names("patient:p-other", "nora@clinic.example"))


def test_asked_for_twice_within_a_minute_it_goes_once(clinic_console: Console) -> None:
    browser = clinic_console.signed_in("nora")
    browser.get(EVALUATION)
    browser.post(f"{EVALUATION}/test")
    browser.post(f"{EVALUATION}/test")
    clinic_console.deliver()

    assert len(clinic_console.ses.sent) == 1


def test_twenty_a_day_are_enough(clinic_console: Console) -> None:
    browser = clinic_console.signed_in("nora")
    browser.get(EVALUATION)
    said = ""
    for _ in range(21):
        said = browser.follow(browser.post(f"{EVALUATION}/test")).text
    assert "That was 20 tests today." in said


def test_it_takes_nothing_from_the_daily_limit(clinic_console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    def taken(*_: object) -> bool:
        raise AssertionError("a test was counted")

    monkeypatch.setattr("prm.mail.store.QuotaStore.take", taken)

    mailed(clinic_console)


def test_it_does_not_go_to_someone_who_left_meanwhile(clinic_console: Console) -> None:
    luis: Browser = clinic_console.signed_in("luis")
    luis.get(EVALUATION)
    luis.post(f"{EVALUATION}/test")
    clinic = clinic_console.house.clinics.fresh("riverbend")
    clinic_console.house.team.remove(clinic, clinic.member("nora"), "luis")
    clinic_console.house.clinics._kept.clear()
    clinic_console.deliver()

    assert clinic_console.ses.sent == []


def test_front_desk_sends_none(clinic_console: Console) -> None:
    ana = clinic_console.signed_in("ana")
    ana.get(EVALUATION)

    assert ana.post(f"{EVALUATION}/test").status == 403
