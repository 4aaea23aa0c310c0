"""The commands that look at answers, on a practice in memory instead of the running system."""

import importlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result

from prm.core import table
from prm.core.errors import Conflict, NotFound
from prm.insights.store import TallyRow
from prm.recovery.model import InboxItem, InboxKind, Outcome
from tests.answering import MARIA, Practice
from tests.fakes import NOON

type Prm = Callable[..., Result]


@pytest.fixture
def prm(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> Prm:
    def run(name: str, *arguments: str) -> Result:
        module = importlib.import_module(f"local.commands.{name}")
        monkeypatch.setattr(module, "connect", lambda: practice)
        done = CliRunner().invoke(module.command, arguments)
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return run


def facts(done: Result) -> Any:
    return json.loads(done.stdout)


def test_nps_without_answers_says_so(prm: Prm) -> None:
    assert facts(prm("nps", "riverbend", "--json"))["nps"] is None
    assert "no answers" in prm("nps", "riverbend").stdout


def test_nps_gives_the_numbers_with_their_range(prm: Prm, practice: Practice) -> None:
    for number, score in enumerate((10, 10, 8, 3)):
        practice.answers(practice.asks(f"visit-{number}"), score)
    practice.asks("unanswered")
    found = facts(prm("nps", "riverbend", "--json"))
    numbers = {name: found[name] for name in ("asked", "answered", "promoters", "passives", "detractors", "nps")}
    assert numbers == {"asked": 5, "answered": 4, "promoters": 2, "passives": 1, "detractors": 1, "nps": 25.0}
    assert found["low"] < 25 < found["high"]
    assert "25" in prm("nps", "riverbend").stdout


@pytest.mark.parametrize("by", ["month", "location", "therapist"])
def test_nps_is_split_as_asked(prm: Prm, practice: Practice, by: str) -> None:
    practice.answers(practice.asks(), 2)
    lines = facts(prm("nps", "riverbend", "--by", by, "--json"))["by"]
    assert sum(line["detractors"] for line in lines) == 1
    assert by in lines[0]
    assert "−100" in prm("nps", "riverbend", "--by", by).stdout  # noqa: RUF001 - a minus, no hyphen


def test_nps_of_an_unknown_clinic_is_refused(prm: Prm) -> None:
    with pytest.raises(NotFound):
        prm("nps", "nowhere")


def test_nps_by_something_else_is_a_wrong_call(prm: Prm) -> None:
    assert prm("nps", "riverbend", "--by", "moon").exit_code == 2


def test_cases_lists_who_needs_a_call(prm: Prm, practice: Practice) -> None:
    practice.answers(practice.asks(), 4, "the [bold]waiting[/bold] room was cold")
    (found,) = facts(prm("cases", "riverbend", "--json"))
    case = practice.cases()[0]
    assert {name: found[name] for name in ("id", "patient", "score", "state", "owner", "due_at")} == {
        "id": case.id,
        "patient": MARIA,
        "score": 4,
        "state": "open",
        "owner": "luis",
        "due_at": case.call_by.isoformat(),
    }
    told = prm("cases", "riverbend").stdout
    for word in (case.id, "Maria Alvarez", "Downtown", "Luis Ortega", "[bold]waiting[/bold]"):
        assert word in told.replace("\n", " ")


def test_cases_of_a_clinic_where_all_are_happy(prm: Prm) -> None:
    assert facts(prm("cases", "riverbend", "--json")) == []
    assert prm("cases", "riverbend").stdout == "Nobody is waiting for a call.\n"


def test_a_closed_case_is_listed_only_when_all_are_asked_for(prm: Prm, practice: Practice) -> None:
    practice.answers(practice.asks(), 4)
    case = practice.cases()[0]
    done = prm(
        "case", "close", "riverbend", case.id.lower(), "--outcome", "resolved", "--note", "Called", "--by", "luis"
    )
    assert done.stdout == f"Case {case.id} is closed: resolved.\n"
    assert facts(prm("cases", "riverbend", "--json")) == []
    (closed,) = facts(prm("cases", "riverbend", "--all", "--json"))
    assert (closed["state"], closed["outcome"]) == ("closed", "resolved")
    assert "closed: resolved" in prm("cases", "riverbend", "--all").stdout


def test_a_case_tells_its_story(prm: Prm, practice: Practice) -> None:
    practice.answers(practice.asks(), 4)
    case = practice.cases()[0]
    practice.recovery.close("riverbend", case.id, Outcome.MOVED, "luis", "Moved to Ohio")
    assert "Luis Ortega: closed: moved. Moved to Ohio" in prm("case", "show", "riverbend", case.id).stdout
    assert len(facts(prm("case", "show", "riverbend", case.id, "--json"))["notes"]) == 2


def test_a_case_cannot_be_closed_twice_nor_without_an_outcome(prm: Prm, practice: Practice) -> None:
    practice.answers(practice.asks(), 4)
    case = practice.cases()[0]
    assert prm("case", "close", "riverbend", case.id).exit_code == 2
    prm("case", "close", "riverbend", case.id, "--outcome", "no_answer")
    with pytest.raises(Conflict):
        prm("case", "close", "riverbend", case.id, "--outcome", "not_ours")
    with pytest.raises(NotFound):
        prm("case", "close", "riverbend", "ZZZZZZZZ", "--outcome", "not_ours")


def test_recount_finds_and_repairs_a_wrong_tally(prm: Prm, practice: Practice) -> None:
    practice.answers(practice.asks(), 9)
    assert facts(prm("recount", "riverbend", "--json")) == {"differences": []}
    assert prm("recount", "riverbend").stdout == "Every tally agrees with the answers.\n"
    TallyRow(pk=table.key("riverbend", "clinic"), sk="2026-11").update([TallyRow.n9.set(3)])  # type: ignore[attr-defined]
    wrong = {"scope": "clinic", "month": "2026-11", "counter": "n9", "tallied": 3, "counted": 1}
    assert facts(prm("recount", "riverbend", "--json")) == {"differences": [wrong]}
    assert "Put right." in prm("recount", "riverbend", "--fix").stdout
    assert facts(prm("recount", "riverbend", "--json")) == {"differences": []}


def test_inbox_shows_what_patients_wrote(prm: Prm, practice: Practice) -> None:
    assert prm("inbox", "riverbend").stdout == "Nothing waits in the inbox.\n"
    practice.recovery.add_to_inbox(
        InboxItem("message-1", "riverbend", MARIA, InboxKind.REPLY, "When is my\nnext visit?", NOON)
    )
    (found,) = facts(prm("inbox", "riverbend", "--json"))
    assert (found["patient"], found["kind"], found["text"]) == (MARIA, "reply", "When is my\nnext visit?")
    assert "  next visit?" in prm("inbox", "riverbend").stdout


def test_an_answer_since_the_night_is_no_difference_unless_the_night_is_counted_again(
    prm: Prm, practice: Practice
) -> None:
    practice.answers(practice.asks(), 9)
    practice.summaries.keep("riverbend", practice.summaries.count("riverbend", practice.clock.now))
    practice.clock.advance(hours=1)
    practice.answers(practice.asks("visit-2", practice.knows("p-second")), 4)

    assert facts(prm("recount", "riverbend", "--json")) == {"differences": []}
