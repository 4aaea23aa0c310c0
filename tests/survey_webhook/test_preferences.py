"""Leaving the list, and coming back."""

import pytest

from prm.links.model import Purpose
from prm.mail.model import StopKind
from tests.mailed import Mailed, location_of, snapshot

MULTIPART = "multipart/form-data; boundary=zzz"
PART = '--zzz\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--zzz--\r\n'


def stopped(mail: Mailed) -> frozenset[StopKind]:
    """Return what Maria stopped."""
    return mail.house.preferences.stopped(mail.house.links.open(mail.token))


def test_the_page_asks_and_stops_nothing_by_itself(mail: Mailed) -> None:
    body = mail.get("/u/{token}")["body"]
    assert "Stop emails from Riverbend?" in body
    assert "m•••••@example.com" in body
    assert "maria@example.com" not in body
    assert stopped(mail) == frozenset()


@pytest.mark.parametrize("kind", StopKind)
def test_each_kind_can_be_stopped(mail: Mailed, kind: StopKind) -> None:
    sent = mail.post("/u/{token}", {"kind": kind})
    assert sent["statusCode"] == 303
    assert stopped(mail) == {kind}
    body = mail.get(location_of(sent))["body"]
    assert "These emails are stopped" in body


def test_a_second_visit_says_that_it_is_done_already(mail: Mailed) -> None:
    mail.post("/u/{token}", {"kind": "all"})
    assert "Already stopped" in mail.get("/u/{token}")["body"]


def test_stopping_twice_is_fine(mail: Mailed) -> None:
    mail.post("/u/{token}", {"kind": "all"})
    assert mail.post("/u/{token}", {"kind": "all"})["statusCode"] == 303


def test_what_was_stopped_can_be_started_again(mail: Mailed) -> None:
    mail.post("/u/{token}", {"kind": "all"})
    again = mail.post("/u/{token}", {"again": "1"})
    assert stopped(mail) == frozenset()
    assert "You get these emails again" in mail.get(location_of(again))["body"]


def test_a_choice_that_is_none_asks_again(mail: Mailed) -> None:
    page = mail.post("/u/{token}", {"kind": "everything"})
    assert page["statusCode"] == 422
    assert "Choose what to stop" in page["body"]
    assert stopped(mail) == frozenset()


def test_one_click_stops_all_without_a_redirect(mail: Mailed) -> None:
    done = mail.post("/u/{token}", "List-Unsubscribe=One-Click")
    assert (done["statusCode"], done["body"]) == (200, "")
    assert stopped(mail) == {StopKind.ALL}


def test_one_click_may_come_as_multipart(mail: Mailed) -> None:
    done = mail.post("/u/{token}", PART, headers={"Content-Type": MULTIPART})
    assert done["statusCode"] == 200
    assert stopped(mail) == {StopKind.ALL}


def test_one_click_is_taken_from_any_origin(mail: Mailed) -> None:
    done = mail.post("/u/{token}", "List-Unsubscribe=One-Click", headers={"Origin": "https://mail.example"})
    assert done["statusCode"] == 200
    assert stopped(mail) == {StopKind.ALL}


def test_a_multipart_form_that_is_no_one_click_stops_nothing(mail: Mailed) -> None:
    done = mail.post("/u/{token}", PART.replace("One-Click", "No"), headers={"Content-Type": MULTIPART})
    assert done["statusCode"] == 400
    assert stopped(mail) == frozenset()


def test_a_get_with_one_click_in_it_stops_nothing(mail: Mailed) -> None:
    before = snapshot()
    mail.get("/u/{token}")
    mail.get("/u/{token}", "HEAD")
    assert snapshot() == before


def test_a_link_that_may_not_stop_is_refused(mail: Mailed) -> None:
    token = mail.issue(Purpose.ANSWER)
    assert mail.post(f"/u/{token}", {"kind": "all"})["statusCode"] == 403
    assert stopped(mail) == frozenset()


def test_stopping_lets_the_rules_look_at_the_patient_again(mail: Mailed) -> None:
    before = mail.house.patients.chart(mail.clinic.id, mail.patient.id).version
    mail.post("/u/{token}", {"kind": "all"})
    assert mail.house.patients.chart(mail.clinic.id, mail.patient.id).version == before + 1
