"""What reaches staff: alerts that are still worth sending, and the inbox."""

import datetime as dt
from dataclasses import replace

import pytest

from prm.clinics.model import Alert
from prm.core import table
from prm.core.errors import Conflict
from prm.mail.model import Send, Skip, Touch
from prm.recovery.model import InboxItem, InboxKind
from prm.recovery.service import INBOX_LIMIT
from tests.answering import MARIA, Practice, close, only_case
from tests.fakes import NOON

CALL_BY = NOON + dt.timedelta(hours=4)
ESCALATE_AT = NOON + dt.timedelta(hours=3, minutes=30)


def alert_to(practice: Practice, recipient: str) -> Touch:
    return next(one for one in practice.alerts() if one.recipient == recipient)


def test_an_alert_goes_out_while_its_case_is_open(practice: Practice) -> None:
    practice.answers(practice.asks(), 4, "the waiting room was cold")
    verdict = practice.recovery.may_go_alert(alert_to(practice, "staff:luis"), NOON)
    assert isinstance(verdict, Send)
    assert verdict.terms is None
    letter = verdict.write("")
    assert letter.to == "luis@clinic.example"
    assert only_case(practice).id in letter.text
    assert "cold" not in letter.text + letter.html


def test_an_alert_counts_what_else_waits_for_its_reader(practice: Practice) -> None:
    practice.knows("p-north")
    practice.answers(practice.asks(location="downtown"), 4)
    alone = practice.recovery.may_go_alert(alert_to(practice, "staff:luis"), NOON)
    practice.answers(practice.asks(patient="p-north", location="north"), 4)
    still_alone = practice.recovery.may_go_alert(alert_to(practice, "staff:luis"), NOON)
    both = practice.recovery.may_go_alert(alert_to(practice, "staff:nora"), NOON)
    assert isinstance(alone, Send)
    assert isinstance(still_alone, Send)
    assert isinstance(both, Send)
    assert alone.write("").text == still_alone.write("").text
    assert "1 more case" not in still_alone.write("").text
    assert "1 more case" in both.write("").text


def test_an_escalation_goes_out_as_one(practice: Practice) -> None:
    practice.answers(practice.asks(), 4)
    practice.clock.now = ESCALATE_AT
    practice.recovery.work_due(practice.clinic.id, MARIA, only_case(practice).id)
    told = {
        one.occurrence: practice.recovery.may_go_alert(one, ESCALATE_AT)
        for one in practice.alerts()
        if one.recipient == "staff:nora"
    }
    subjects = {name: one.write("").subject for name, one in told.items() if isinstance(one, Send)}
    assert len(set(subjects.values())) == 2


def test_an_alert_is_dropped_once_its_case_is_closed(practice: Practice) -> None:
    practice.answers(practice.asks(), 4)
    alert = alert_to(practice, "staff:luis")
    close(practice, only_case(practice))
    assert practice.recovery.may_go_alert(alert, NOON) == Skip("the case is closed")


def test_an_alert_is_dropped_once_a_newer_one_took_its_place(practice: Practice) -> None:
    practice.answers(practice.asks("visit-1"), 4)
    alert = alert_to(practice, "staff:luis")
    close(practice, only_case(practice))
    practice.answers(practice.asks("visit-6"), 4)
    assert practice.recovery.may_go_alert(alert, NOON) == Skip("the case was opened again since")


def test_an_alert_is_dropped_when_its_reader_left_or_asked_for_none(practice: Practice) -> None:
    practice.answers(practice.asks(), 4)
    alert = alert_to(practice, "staff:luis")
    rest = tuple(one for one in practice.clinic.staff if one.id != "luis")
    practice.clinics.save(type(practice.clinic)(**{**vars(practice.clinic), "staff": rest}), 1)
    assert practice.recovery.may_go_alert(alert, NOON) == Skip("no longer on the alert list")


def test_a_clinic_that_wants_no_alerts_still_gets_its_cases(practice: Practice) -> None:
    silent = tuple(type(one)(**{**vars(one), "alerts": frozenset({Alert.ESCALATION})}) for one in practice.clinic.staff)
    practice.clinics.save(type(practice.clinic)(**{**vars(practice.clinic), "staff": silent}), 1)
    practice.answers(practice.asks(), 4)
    assert practice.alerts() == []
    assert only_case(practice).is_open


def item(practice: Practice, name: str, received_at: dt.datetime) -> InboxItem:
    return InboxItem(name, practice.clinic.id, MARIA, InboxKind.REPLY, "When is my visit?", received_at)


def test_a_mail_that_comes_twice_is_one_item(practice: Practice) -> None:
    first = item(practice, "message-1", NOON)
    assert practice.recovery.add_to_inbox(first)
    assert not practice.recovery.add_to_inbox(first)
    assert practice.recovery.inbox(practice.clinic.id) == [first]


def test_an_item_keeps_text_alone_and_only_so_much_of_it(practice: Practice) -> None:
    hostile = item(practice, "a", NOON)
    practice.recovery.add_to_inbox(replace(hostile, text="\x1b[2J" + "x" * 10**6))
    (kept,) = practice.recovery.inbox(practice.clinic.id)
    assert kept.text == ("[2J" + "x" * 10**6)[:INBOX_LIMIT]


def test_the_inbox_is_the_clinics_own_and_in_order(practice: Practice) -> None:
    late, early = item(practice, "b", NOON), item(practice, "a", NOON - dt.timedelta(hours=1))
    practice.recovery.add_to_inbox(late)
    practice.recovery.add_to_inbox(early)
    assert practice.recovery.inbox(practice.clinic.id) == [early, late]
    assert practice.recovery.inbox("elsewhere") == []


def test_a_case_and_its_alerts_stand_or_fall_with_the_answer(practice: Practice) -> None:
    link = practice.asks()
    step = practice.surveys.also

    def refuse(_change: object) -> object:
        missing = practice.patients.fact(practice.clinic.id, "nobody", NOON)
        return type(step[0](_change))((missing,))  # type: ignore[arg-type]

    practice.surveys = type(practice.surveys)(**{**vars(practice.surveys), "also": (*step, refuse)})
    with pytest.raises(Conflict):
        practice.answers(link, 3)
    assert practice.cases() == ()
    assert practice.alerts() == []
    assert practice.queues.now == []


def test_what_stands_in_the_due_index_belongs_to_the_patients_shard(practice: Practice) -> None:
    practice.answers(practice.asks(), 4)
    practice.clock.now = ESCALATE_AT
    (key,) = practice.due_cases()
    assert key.pk == table.key(practice.clinic.id, MARIA)
