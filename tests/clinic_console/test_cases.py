"""The inbox and a case, as staff work them."""

import pytest

from prm.recovery.model import Case, CaseState, InboxItem, InboxKind, Outcome
from tests.console import Browser, Console, requests_to_dynamodb


def the_case(console: Console) -> Case:
    (case,) = console.house.recovery.of_patient("riverbend", "p-maria")
    return case


def path_of(case: Case) -> str:
    return f"/clinic/cases/{case.patient}/{case.id}"


@pytest.fixture
def unhappy(clinic_console: Console) -> Console:
    """Maria answered 4."""
    clinic_console.knows()
    clinic_console.answers(4, "Waited 25 minutes twice. Omar is good.")
    return clinic_console


def opened(console: Console, browser: Browser) -> str:
    return browser.get(path_of(the_case(console))).text


def test_the_inbox_says_who_waits_and_how_long_is_left(unhappy: Console) -> None:
    unhappy.clock.advance(hours=1)

    page = unhappy.signed_in("nora").get("/clinic/inbox").text

    assert "1 patient is waiting for a call." in page
    assert "3 h left" in page
    assert "Maria" in page
    assert "“ Waited 25 minutes twice. Omar is good. ”" in page


def test_a_late_case_says_so(unhappy: Console) -> None:
    unhappy.clock.advance(hours=5)

    assert "1 is late." in unhappy.signed_in("nora").get("/clinic/inbox").text


def test_a_case_shows_the_answer_the_number_to_call_and_what_to_say(unhappy: Console) -> None:
    page = opened(unhappy, unhappy.signed_in("nora"))

    assert "Waited 25 minutes twice. Omar is good." in page
    assert "Talk track: Waited too long" in page
    assert "Waiting time" in page
    assert "Gave a 4 and wrote a comment" in page


def test_someone_of_another_location_sees_neither_list_nor_case(unhappy: Console) -> None:
    browser = unhappy.signed_in("ana")

    assert "Maria" not in browser.get("/clinic/inbox").text
    assert browser.get(path_of(the_case(unhappy))).status == 404


def test_a_case_is_taken_once(unhappy: Console) -> None:
    first, second = unhappy.signed_in("nora"), unhappy.signed_in("luis")
    opened(unhappy, first)
    opened(unhappy, second)

    first.post(f"{path_of(the_case(unhappy))}/take")
    told = second.follow(second.post(f"{path_of(the_case(unhappy))}/take")).text

    assert the_case(unhappy).taken_by == "nora"
    assert "Nora Ellison took this case a moment ago." in told


def test_a_note_is_kept_and_the_first_contact_with_it(unhappy: Console) -> None:
    browser = unhappy.signed_in("luis")
    opened(unhappy, browser)

    page = browser.follow(
        browser.post(f"{path_of(the_case(unhappy))}/note", {"note": "She is fine.", "do": "save", "version": "1"})
    )

    assert "The note is saved." in page.text
    assert "Luis Ortega: She is fine." in page.text
    assert the_case(unhappy).taken_by == "luis"


def test_an_empty_note_and_one_too_long_are_refused_and_what_was_typed_stays(unhappy: Console) -> None:
    browser = unhappy.signed_in("luis")
    opened(unhappy, browser)
    path = f"{path_of(the_case(unhappy))}/note"

    empty = browser.post(path, {"note": " ", "do": "save"})
    long = browser.post(path, {"note": "x" * 2001, "do": "save"})

    assert (empty.status, long.status) == (422, 422)
    assert "Write what was said" in empty.text
    assert "x" * 2001 in long.body


def test_of_two_at_once_the_second_sees_what_changed_and_keeps_what_they_typed(unhappy: Console) -> None:
    first, second = unhappy.signed_in("nora"), unhappy.signed_in("luis")
    opened(unhappy, first)
    opened(unhappy, second)
    first.post(f"{path_of(the_case(unhappy))}/note", {"note": "Called her.", "do": "save", "version": "1"})

    answer = second.post(f"{path_of(the_case(unhappy))}/note", {"note": "No reply yet.", "do": "save", "version": "1"})

    assert answer.status == 409
    assert "Someone else changed this case meanwhile" in answer.text
    assert "Called her." in answer.text
    assert "No reply yet." in answer.body


@pytest.mark.parametrize("carried", [{}, {"version": ""}, {"version": "0"}, {"version": "x"}])
@pytest.mark.parametrize(
    ("step", "fields"),
    [
        ("note", {"note": "Called her.", "do": "save"}),
        ("note", {"do": "later", "again": "2h"}),
        ("close", {"outcome": "resolved"}),
    ],
)
def test_a_step_whose_form_does_not_say_what_its_page_showed_is_refused(
    unhappy: Console, step: str, fields: dict[str, object], carried: dict[str, object]
) -> None:
    browser = unhappy.signed_in("luis")
    opened(unhappy, browser)
    before = the_case(unhappy)

    answer = browser.post(f"{path_of(before)}/{step}", fields | carried)

    assert answer.status == 409
    assert "Someone else changed this case meanwhile" in answer.text
    assert the_case(unhappy) == before


def test_no_answer_puts_the_case_off_and_brings_it_back(unhappy: Console) -> None:
    browser = unhappy.signed_in("luis")
    opened(unhappy, browser)

    browser.post(f"{path_of(the_case(unhappy))}/note", {"note": "", "do": "later", "again": "2h", "version": "1"})
    while_paused = browser.get("/clinic/inbox").text
    unhappy.clock.advance(hours=2, minutes=1)

    assert "Nobody is waiting." in while_paused
    assert the_case(unhappy).tries == 1
    assert "1 patient is waiting" in unhappy.signed_in("luis").get("/clinic/inbox").text


def test_a_paused_case_escalates_after_the_next_try_not_before(unhappy: Console) -> None:
    browser = unhappy.signed_in("luis")
    opened(unhappy, browser)
    browser.post(f"{path_of(the_case(unhappy))}/note", {"do": "later", "again": "1d", "version": "1"})

    case = the_case(unhappy)

    assert case.paused_until is not None
    assert case.escalate_at == case.paused_until


def test_closing_asks_how_it_ended_and_keeps_the_cause(unhappy: Console) -> None:
    browser = unhappy.signed_in("luis")
    path = f"{path_of(the_case(unhappy))}/close"
    form = browser.get(path)
    refused = browser.post(path, {"outcome": "", "cause": "waiting", "note": "Moved to 2:30", "version": "1"})

    done = browser.follow(
        browser.post(path, {"outcome": "resolved", "cause": "waiting", "note": "Moved", "version": "1"})
    )

    assert '<option value="waiting" selected>' in form.body
    assert "Choose how it ended." in refused.text
    assert "Moved to 2:30" in refused.body
    assert "is closed." in done.text
    assert (the_case(unhappy).outcome, the_case(unhappy).cause) == (Outcome.RESOLVED, "waiting")


def test_a_closed_case_can_be_opened_again_for_thirty_days(unhappy: Console) -> None:
    browser = unhappy.signed_in("luis")
    path = path_of(the_case(unhappy))
    browser.get(f"{path}/close")
    browser.post(f"{path}/close", {"outcome": "no_answer", "version": "1"})
    unhappy.clock.advance(days=29)
    again = unhappy.signed_in("nora")
    again.get(path)

    again.post(f"{path}/reopen")

    assert the_case(unhappy).state is CaseState.OPEN
    assert the_case(unhappy).opened == 2
    assert the_case(unhappy).call_by > unhappy.clock.now


def test_a_second_low_answer_opens_a_closed_case_for_whoever_is_free(unhappy: Console) -> None:
    browser = unhappy.signed_in("luis")
    path = path_of(the_case(unhappy))
    browser.get(f"{path}/close")
    browser.post(f"{path}/close", {"outcome": "resolved", "version": "1"})
    unhappy.clock.advance(days=20)

    unhappy.answers(3, "Again.", occasion="2")

    case = the_case(unhappy)
    assert (case.state, case.taken_by, case.words, case.opened) == (CaseState.OPEN, None, "Again.", 2)


def test_what_staff_look_at_and_do_stands_in_the_audit_log(unhappy: Console) -> None:
    browser = unhappy.signed_in("luis")
    opened(unhappy, browser)
    browser.post(f"{path_of(the_case(unhappy))}/note", {"note": "Called.", "do": "save", "version": "1"})

    log = [entry for _, entry in unhappy.house.audit.month("riverbend", f"{unhappy.clock.now:%Y-%m}")]

    assert {(one.member, one.action, one.patient) for one in log} >= {
        ("luis", "viewed", "p-maria"),
        ("luis", "noted", "p-maria"),
    }
    assert all("Maria" not in str(one) for one in log)


def test_a_case_is_given_to_a_colleague_of_the_place_only(unhappy: Console) -> None:
    browser = unhappy.signed_in("nora")
    opened(unhappy, browser)
    path = f"{path_of(the_case(unhappy))}/give"

    assert browser.post(path, {"to": "ana"}).status == 404
    browser.post(path, {"to": "luis"})

    assert the_case(unhappy).taken_by == "luis"


def test_a_page_asks_the_database_six_times_at_most(unhappy: Console) -> None:
    browser = unhappy.signed_in("nora")
    inbox = ("/clinic/inbox", "/clinic/inbox?show=closed", "/clinic/inbox/messages")
    for number, patient in enumerate(("p-maria", None)):
        item = InboxItem(f"m{number}", "riverbend", patient, InboxKind.REPLY, "Where do I park?", unhappy.clock.now)
        unhappy.house.recovery.add_to_inbox(item)
    unhappy.knows(id="p-closed", record_number="9")
    unhappy.answers(2, patient="p-closed", occasion="9")
    [case] = unhappy.house.recovery.of_patient("riverbend", "p-closed")
    owner = unhappy.house.clinics.get("riverbend").member("nora")
    unhappy.house.desk.close(case, owner, Outcome.RESOLVED, "", "")
    for path in (*inbox, path_of(the_case(unhappy))):
        with requests_to_dynamodb() as calls:
            browser.get(path)
        assert len(calls) <= 6, (path, calls)


@pytest.mark.parametrize("path", ["/clinic/cases/{}/{}", "/clinic/patients/{}"])
def test_what_the_system_noted_begins_like_a_sentence(unhappy: Console, path: str) -> None:
    case = the_case(unhappy)
    unhappy.clock.advance(minutes=5)
    unhappy.answers(3, occasion="later")
    text = unhappy.signed_in("nora").get(path.format(case.patient, case.id)).text
    assert "Another low answer: 3" in text
    assert "another low answer: 3" not in text
