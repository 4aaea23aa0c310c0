"""Rules, as a clinic's owner or manager sees and switches them."""

import datetime as dt
import re
from typing import Any

import pytest

from prm.core import table
from prm.mail.model import State
from prm.patients.model import Visit, VisitKind, VisitStatus
from prm.rules import past, reach
from tests.console import Browser, Console, requests_to_dynamodb

EVALUATION = "/clinic/rules/after-evaluation"
HOUR = dt.timedelta(hours=1)


def evaluated(console: Console, patient: str = "p-maria", days: int = 1, **changes: Any) -> None:
    """Let someone have had their evaluation some days ago."""
    number = str(changes.pop("record_number", patient))
    known = console.knows(id=patient, record_number=number, **changes)
    ended = console.clock.now - dt.timedelta(days=days)
    visit = Visit("v1", ended - HOUR, ended, VisitStatus.COMPLETED, VisitKind.EVALUATION, "omar", known.location)
    table.transact(console.house.patients.store.add_visits("riverbend", patient, [visit]))


def is_on(console: Console, rule: str = "after-evaluation") -> bool:
    return any(one.on for one in console.house.rules.list_of("riverbend") if one.id == rule)


def switched_on(console: Console, browser: Browser, **form: str) -> str:
    """Open the page, send what it shows, and return what the next page says."""
    page = browser.get(f"{EVALUATION}/on").body
    shown = {name: re.findall(rf'name="{name}" value="(\d+)"', page)[0] for name in ("version", "reached")}
    return browser.follow(browser.post(f"{EVALUATION}/on", {"do": "all", "days": "4", **shown, **form})).text


def test_a_clinic_without_rules_is_shown_the_ready_made_ones_first(clinic_console: Console) -> None:
    page = clinic_console.signed_in("nora").get("/clinic/rules").text

    assert "Nothing goes to patients until you switch a rule on." in page
    assert "All patients get a survey 3 hours after the first evaluation of an episode." in page
    assert "Once more after 4 days without an answer." in page


def test_before_it_is_switched_on_one_sees_who_gets_it_and_who_does_not(clinic_console: Console) -> None:
    evaluated(clinic_console)
    evaluated(clinic_console, "p-iris", first_name="Iris", last_name="Okoye", email=None)
    evaluated(clinic_console, "p-paul", days=30, first_name="Paul", last_name="Reyes")

    page = clinic_console.signed_in("nora").get(f"{EVALUATION}/on").text

    assert "1 patient gets this email, within minutes." in page
    assert "Maria Alvarez visit on Nov" in page
    assert "Iris Okoye not reachable" in page
    assert "Paul" not in page
    assert "Switch on and send to 1" in page
    assert "As Maria Alvarez would see it." in page


def test_switched_on_it_sends_to_whom_the_page_named(clinic_console: Console) -> None:
    evaluated(clinic_console)

    said = switched_on(clinic_console, clinic_console.signed_in("nora"))
    clinic_console.house.rules.judge("riverbend", "p-maria")
    clinic_console.deliver()

    assert "“After the first evaluation” is on. Next email: within minutes, to 1 patient." in said
    assert [letter.to for _, letter, _ in clinic_console.ses.sent] == ["maria@example.com"]


def test_only_new_matches_leaves_out_whom_it_would_reach_now(clinic_console: Console) -> None:
    evaluated(clinic_console)

    switched_on(clinic_console, clinic_console.signed_in("nora"), do="new")
    clinic_console.house.rules.judge("riverbend", "p-maria")

    assert is_on(clinic_console)
    assert clinic_console.house.mail.of_recipient("riverbend", "patient:p-maria") == ()


def test_it_counts_again_when_it_would_reach_others_than_the_page_said(clinic_console: Console) -> None:
    evaluated(clinic_console)
    browser = clinic_console.signed_in("nora")
    browser.get(f"{EVALUATION}/on")
    evaluated(clinic_console, "p-iris", first_name="Iris", last_name="Okoye")

    answer = browser.post(f"{EVALUATION}/on", {"do": "all", "days": "4", "version": "1", "reached": "1"})

    assert answer.status == 409
    assert "Counted again." in answer.text
    assert "Switch on and send to 2" in answer.text
    assert not is_on(clinic_console)


def test_a_rule_that_changed_meanwhile_is_not_switched_on_unseen(clinic_console: Console) -> None:
    browser = clinic_console.signed_in("nora")
    browser.get(f"{EVALUATION}/on")

    answer = browser.post(f"{EVALUATION}/on", {"do": "new", "days": "4", "version": "7"})

    assert answer.status == 409
    assert not is_on(clinic_console)


def test_a_second_submit_changes_nothing(clinic_console: Console) -> None:
    browser = clinic_console.signed_in("nora")
    switched_on(clinic_console, browser)

    again = browser.follow(browser.post(f"{EVALUATION}/on", {"do": "all", "days": "4", "version": "1", "reached": "0"}))

    assert "switched this rule on a moment ago" in again.text
    assert clinic_console.house.rules.get("riverbend", "after-evaluation").version == 1


def test_without_a_follow_up_none_is_switched_on(clinic_console: Console) -> None:
    switched_on(clinic_console, clinic_console.signed_in("nora"), days="0")

    assert {one.id for one in clinic_console.house.rules.list_of("riverbend")} == {"after-evaluation", "after-answer"}


def test_switched_off_nothing_waiting_goes_and_one_can_take_it_back(clinic_console: Console) -> None:
    evaluated(clinic_console)
    browser = clinic_console.signed_in("nora")
    switched_on(clinic_console, browser)
    clinic_console.house.rules.judge("riverbend", "p-maria")

    off = browser.follow(browser.post(f"{EVALUATION}/off"))
    clinic_console.deliver()
    (touch,) = clinic_console.house.mail.of_recipient("riverbend", "patient:p-maria")
    again = browser.follow(browser.post(f"{EVALUATION}/again"))

    assert "is off." in off.text
    assert "Switch it on again" in off.text
    assert (touch.state, touch.reason) == (State.SKIPPED, "rule off")
    assert "is on again." in again.text
    assert is_on(clinic_console)


def test_a_rule_says_who_switched_it_when(clinic_console: Console) -> None:
    switched_on(clinic_console, clinic_console.signed_in("nora"))
    clinic_console.clock.advance(minutes=5)
    luis = clinic_console.signed_in("luis")
    luis.get(EVALUATION)
    luis.post(f"{EVALUATION}/off")

    page = luis.get(EVALUATION).text

    assert "Off since Nov 24" in page
    assert "Luis Ortega switched it off today, 12:05 pm Nora Ellison switched it on today, 12:00 pm" in page


def test_when_it_asks_once_more_can_be_set_while_it_is_on(clinic_console: Console) -> None:
    browser = clinic_console.signed_in("nora")
    switched_on(clinic_console, browser)

    page = browser.follow(browser.post(f"{EVALUATION}/follow-up", {"days": "7"})).text
    never = browser.follow(browser.post(f"{EVALUATION}/follow-up", {"days": "0"})).text

    assert "Once more after 7 days without an answer." in page
    assert "Once more" not in never.partition("What it did")[0]
    assert not is_on(clinic_console, "after-evaluation-follow-up")


def test_when_it_asks_once_more_stands_in_its_history(clinic_console: Console) -> None:
    browser = clinic_console.signed_in("nora")
    switched_on(clinic_console, browser)
    clinic_console.clock.advance(minutes=1)
    browser.post(f"{EVALUATION}/follow-up", {"days": "7"})
    clinic_console.clock.advance(minutes=1)
    browser.post(f"{EVALUATION}/follow-up", {"days": "0"})

    told = browser.get(EVALUATION).text.partition("History")[2]

    assert told.index("had it ask only once") < told.index("ask once more after 7 days") < told.index("switched it on")


def test_a_day_that_is_none_is_refused(clinic_console: Console) -> None:
    browser = clinic_console.signed_in("nora")
    switched_on(clinic_console, browser)

    assert browser.post(f"{EVALUATION}/follow-up", {"days": "many"}).status == 400


def test_the_email_stands_in_a_frame_where_nothing_runs(clinic_console: Console) -> None:
    evaluated(clinic_console)
    browser = clinic_console.signed_in("nora")

    page = browser.get(f"{EVALUATION}/on")
    letter = browser.get(f"{EVALUATION}/email?as=p-maria")

    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert letter.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert "sandbox" in letter.headers["Content-Security-Policy"]
    assert "Hi Maria," in letter.text


def test_someone_of_another_place_sees_neither_names_nor_email_of_this_one(clinic_console: Console) -> None:
    evaluated(clinic_console, location="north")
    luis = clinic_console.signed_in("luis")

    page = luis.get(f"{EVALUATION}/on").text

    assert "1 patient gets this email" in page
    assert "Maria" not in page
    assert luis.get(f"{EVALUATION}/email?as=p-maria").status == 404


def test_front_desk_sees_rules_and_switches_none(clinic_console: Console) -> None:
    ana = clinic_console.signed_in("ana")

    assert "After the first evaluation" in ana.get("/clinic/rules").text
    assert ana.get(f"{EVALUATION}/on").status == 403
    assert ana.post(f"{EVALUATION}/off").status == 403


def test_an_unknown_rule_is_no_page(clinic_console: Console) -> None:
    browser = clinic_console.signed_in("nora")

    assert browser.get("/clinic/rules/nonsense").status == 404
    assert browser.get("/clinic/rules/nonsense/on").status == 404


def test_numbers_are_those_of_the_night(clinic_console: Console) -> None:
    evaluated(clinic_console)
    browser = clinic_console.signed_in("nora")
    switched_on(clinic_console, browser)
    clinic_console.house.rules.judge("riverbend", "p-maria")
    clinic_console.deliver()
    clinic_console.clock.advance(hours=1)
    clinic_console.house.summaries.keep("riverbend", clinic_console.house.summaries.count("riverbend"))

    browser = clinic_console.signed_in("nora")
    listed, page = browser.get("/clinic/rules").text, browser.get(EVALUATION).text

    assert "Sent 1 in 30 days" in listed
    assert "Nov 24" in listed
    assert "Sent 1 Sent once more 0 Left out 0 Last sent Nov 24" in page


def counting(console: Console, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """Return a browser of a clinic that is too large to be counted while a page waits."""
    monkeypatch.setattr(reach, "INLINE", 1)
    for number in range(3):
        evaluated(console, f"p-{number}", first_name=f"One{number}")
    return console.signed_in("nora")


def test_a_large_clinic_is_counted_by_a_job_and_the_page_looks_again(
    clinic_console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = counting(clinic_console, monkeypatch)

    asked = browser.get(f"{EVALUATION}/on").text
    waiting = browser.follow(browser.post(f"{EVALUATION}/count"))
    clinic_console.house.reach.work_due("riverbend", "reach-after-evaluation")
    done = browser.get(f"{EVALUATION}/on").text

    assert "Count whom it reaches" in asked
    assert "data-wait" in waiting.body
    assert "Look again" in waiting.text
    assert "Switch on and send to 3" in done
    assert "One1 Alvarez" in done
    assert "is on." in switched_on(clinic_console, browser)


def test_a_job_goes_on_where_it_was_laid_down(clinic_console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = counting(clinic_console, monkeypatch)
    monkeypatch.setattr(reach, "_BATCH", 1)
    monkeypatch.setattr("prm.jobs.service.SLICE", dt.timedelta(0))
    browser.get(f"{EVALUATION}/on")
    browser.post(f"{EVALUATION}/count")

    clinic_console.house.reach.work_due("riverbend", "reach-after-evaluation")
    under_way = browser.get(f"{EVALUATION}/on").text
    monkeypatch.setattr("prm.jobs.service.SLICE", dt.timedelta(seconds=15))
    clinic_console.house.reach.work_due("riverbend", "reach-after-evaluation")

    assert "So far 1 of 1 looked at." in under_way
    assert "Switch on and send to 3" in browser.get(f"{EVALUATION}/on").text


def test_an_old_count_is_not_acted_on(clinic_console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = counting(clinic_console, monkeypatch)
    browser.get(f"{EVALUATION}/on")
    browser.post(f"{EVALUATION}/count")
    clinic_console.house.reach.work_due("riverbend", "reach-after-evaluation")
    clinic_console.clock.advance(minutes=31)
    browser = clinic_console.signed_in("nora")
    browser.get(f"{EVALUATION}/on")

    answer = browser.post(f"{EVALUATION}/on", {"do": "all", "days": "4", "version": "1", "reached": "3"})

    assert answer.status == 409
    assert not is_on(clinic_console)


def test_pages_ask_the_database_six_times_at_most(clinic_console: Console) -> None:
    evaluated(clinic_console)
    browser = clinic_console.signed_in("nora")
    switched_on(clinic_console, browser)
    for path in ("/clinic/rules", EVALUATION, f"{EVALUATION}/email?as=p-maria"):
        with requests_to_dynamodb() as calls:
            browser.get(path)
        assert len(calls) <= 6, (path, calls)


def test_a_name_with_markup_is_shown_as_it_is_written(clinic_console: Console) -> None:
    evaluated(clinic_console, first_name="<b>Max</b>", last_name='"><script>')

    page = clinic_console.signed_in("nora").get(f"{EVALUATION}/on").body

    assert "&lt;b&gt;Max&lt;/b&gt;" in page
    assert "<script>" not in page.replace('<script src="', "")


class Nobody:
    def failed(self, line: str, key: object, error: Exception, failures: int) -> None:
        raise error


def past_counted(console: Console, browser: Browser) -> str:
    browser.get(f"{EVALUATION}/on")
    waiting = browser.follow(browser.post(f"{EVALUATION}/past")).text
    assert "Counting the last 30 days." in waiting
    console.house.schedule.drain("jobs", 0, lambda: True, Nobody())
    return browser.get(f"{EVALUATION}/on").text


def test_before_it_is_switched_on_one_sees_what_it_would_have_sent_lately(clinic_console: Console) -> None:
    for number, days in enumerate((2, 12, 12, 29, 31, 45)):
        evaluated(clinic_console, f"p-{number}", days=days)
    evaluated(clinic_console, "p-iris", days=3, email=None)
    browser = clinic_console.signed_in("nora")
    before = browser.get(f"{EVALUATION}/on").text

    page = past_counted(clinic_console, browser)

    assert "Had it been on See what it would have sent over the last 30 days." in before
    assert "Over the last 30 days it would have gone to 4 patients. 4 emails in all, 2 at most on one day." in page
    assert "October 25, 2026 to November 24, 2026, counted today, 12:00 pm" in page
    assert clinic_console.ses.sent == []


def test_what_was_counted_is_what_the_dry_run_of_the_command_line_counts(clinic_console: Console) -> None:
    for number, days in enumerate((1, 5, 5, 8, 20, 29, 30, 33)):
        evaluated(clinic_console, f"p-{number}", days=days)
    house, now = clinic_console.house, clinic_console.clock.now
    past_counted(clinic_console, clinic_console.signed_in("nora"))
    rule = house.rules.known("riverbend", "after-evaluation")

    found, _ = reach.counted(past.Past, house.jobs.find("riverbend", "past-after-evaluation"), rule)
    run = house.rules.dry_run("riverbend", rule, now - dt.timedelta(days=30), now)

    assert found is not None
    assert (found.mails, found.people) == (len(run.sent), len({one.patient for one in run.sent}))
    assert found.mails > 0
    assert sum(found.days.values()) == found.mails


def test_a_count_of_another_version_of_the_rule_is_not_shown(clinic_console: Console) -> None:
    evaluated(clinic_console, days=5)
    browser = clinic_console.signed_in("nora")
    past_counted(clinic_console, browser)
    switched_on(clinic_console, browser)
    browser.post(f"{EVALUATION}/off")

    assert "it would have gone to" not in browser.get(f"{EVALUATION}/on").text


def test_a_rule_that_would_have_gone_to_nobody_says_so(clinic_console: Console) -> None:
    page = past_counted(clinic_console, clinic_console.signed_in("nora"))
    assert "Over the last 30 days it would have gone to nobody." in page


def test_the_past_is_counted_for_those_who_switch_rules_on(clinic_console: Console) -> None:
    browser = clinic_console.signed_in("ana")
    browser.get("/clinic/rules")
    assert browser.post(f"{EVALUATION}/past").status == 403


def test_a_clinic_counted_by_jobs_costs_the_page_six_requests(
    clinic_console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "INLINE", 1)
    for number in range(3):
        evaluated(clinic_console, f"p-{number}")
    browser = clinic_console.signed_in("nora")
    browser.get(f"{EVALUATION}/on")
    browser.post(f"{EVALUATION}/count")
    browser.post(f"{EVALUATION}/past")
    clinic_console.house.schedule.drain("jobs", 0, lambda: True, Nobody())

    with requests_to_dynamodb() as calls:
        page = browser.get(f"{EVALUATION}/on").text

    assert "Switch on and send to 3" in page
    assert "Over the last 30 days it would have gone to 3 patients." in page
    assert len(calls) <= 6, calls
