"""Sessions, codes and counts of attempts: the store keeps its word in memory and on DynamoDB Local."""

import datetime as dt
from dataclasses import replace

import pytest

from prm.accounts.model import Code, CodeKind, Session, Stage
from prm.accounts.store import AttemptStore, CodeStore, RecoveryStore, SessionStore
from prm.core import table
from prm.core.errors import Conflict
from tests.fakes import NOON

DAY = dt.timedelta(days=1)

pytestmark = pytest.mark.usefixtures("both_tables")


def session(stage: Stage = Stage.IN) -> Session:
    return Session(stage, "riverbend", "nora", NOON, NOON, email="nora@clinic.example")


def code(touch: str = "t1") -> Code:
    return Code(CodeKind.RESET, touch, NOON, NOON + DAY)


def put(one: Code) -> None:
    table.transact([CodeStore().put("riverbend", "nora", one)])


def test_a_session_is_found_kept_and_ended() -> None:
    sessions = SessionStore()
    sessions.create("hash", session())
    assert sessions.keep("hash", replace(session(), seen_at=NOON + DAY))
    assert sessions.find("hash") == replace(session(), seen_at=NOON + DAY)
    sessions.end("hash")
    assert sessions.find("hash") is None


def test_a_session_that_was_ended_is_not_brought_back_by_a_page_that_was_open() -> None:
    sessions = SessionStore()
    sessions.create("hash", session())
    sessions.end("hash")
    assert not sessions.keep("hash", session())
    assert sessions.find("hash") is None


def test_a_newer_code_takes_the_older_ones_place() -> None:
    put(code("t1"))
    put(code("t2"))
    assert CodeStore().find("riverbend", "nora", CodeKind.RESET) == code("t2")
    assert CodeStore().find("riverbend", "nora", CodeKind.INVITATION) is None
    assert CodeStore().find("lakeside", "nora", CodeKind.RESET) is None


def test_a_code_is_tried_as_often_as_it_may_be_and_a_new_one_afresh() -> None:
    put(code())
    assert [CodeStore().try_once("riverbend", "nora", code(), 2) for _ in range(3)] == [True, True, False]
    put(code("t2"))
    assert not CodeStore().try_once("riverbend", "nora", code("t1"), 2)
    assert CodeStore().try_once("riverbend", "nora", code("t2"), 2)


def test_a_code_is_used_once() -> None:
    put(code())
    CodeStore().use("riverbend", "nora", code())
    with pytest.raises(Conflict):
        CodeStore().use("riverbend", "nora", code())


def test_a_printed_code_works_once_and_only_for_its_member() -> None:
    printed = RecoveryStore()
    printed.save("riverbend", "nora", ("a", "b"))
    assert not printed.take("riverbend", "luis", "a")
    assert printed.take("riverbend", "nora", "a")
    assert not printed.take("riverbend", "nora", "a")
    assert printed.take("riverbend", "nora", "b")


def test_attempts_are_counted_by_what_who_and_when() -> None:
    attempts = AttemptStore()
    taken = [attempts.take("sign-in", "ann", "1", 2, NOON + DAY) for _ in range(3)]
    assert taken == [True, True, False]
    assert attempts.take("sign-in", "bob", "1", 2, NOON + DAY)
    assert attempts.take("sign-in", "ann", "2", 2, NOON + DAY)
    assert attempts.take("reset", "ann", "1", 2, NOON + DAY)
