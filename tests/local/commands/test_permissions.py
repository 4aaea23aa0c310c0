"""What the operator's credentials need, as docs/operating.md lists it: enough for every command, and nothing beyond."""

import importlib
import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from botocore.client import BaseClient
from click.testing import CliRunner

from local.places import REPOSITORY
from prm import wiring
from prm.core import ids, table
from prm.core.settings import Settings
from prm.insights.store import TallyRow
from prm.links.model import Link, Purpose
from prm.mail.model import Kind, Subject, Touch, patient_recipient
from prm.recovery.model import InboxItem, InboxKind
from prm.surveys.model import Via
from tests.allowed import Need, needs
from tests.cognito import FakeCognito, in_place
from tests.conftest import PREFIX
from tests.fakes import NOON, FakeClock, FakeQueues
from tests.local.test_doctor import answers

PAGE = (REPOSITORY / "docs" / "operating.md").read_text(encoding="utf-8")
EXAMPLES = REPOSITORY / "docs" / "examples"
FILES = str(EXAMPLES / "patients.csv"), str(EXAMPLES / "visits.csv")
MARIA = ids.name_of("riverbend", "1001")


def policy() -> list[dict[str, Any]]:
    """Return the statements of the page's policy."""
    (found,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    statements: list[dict[str, Any]] = json.loads(found)["Statement"]
    return statements


def grants() -> Iterator[tuple[str, str]]:
    """Yield each action with each place it is allowed at; a table by its short name."""
    for statement in policy():
        for action in statement["Action"]:
            for resource in statement["Resource"]:
                yield action, resource.partition("STACK-")[2] or resource


@pytest.fixture
def used(tables: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> set[Need]:
    """What all commands that reach a stack asked of AWS, at a clinic with everything in it."""
    found: set[Need] = set()
    clock = FakeClock()
    house = wiring.house(Settings(tables=PREFIX, user_pool="us-east-1_pool", user_client="client"), clock)
    vars(house)["queues"] = FakeQueues()
    original = vars(BaseClient)["_make_api_call"]

    def call(self: BaseClient, operation_name: str, api_params: dict[str, Any]) -> Any:
        found.update(needs(self.meta.service_model.service_name, operation_name, api_params))
        return original(self, operation_name, api_params)

    def prm(name: str, *arguments: str) -> None:
        module = importlib.import_module(f"local.commands.{name}")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "connect", lambda: house)
            patch.setattr(BaseClient, "_make_api_call", call)
            with in_place(FakeCognito(clock)):
                done = CliRunner().invoke(module.command, arguments, catch_exceptions=False)
        assert done.exit_code == 0, done.stderr

    for arguments in (["create", str(EXAMPLES / "clinic.json")], ["show", "riverbend"], ["list"]):
        prm("clinic", *arguments)
    prm("import_", "riverbend", *FILES, "--dry-run")
    prm("import_", "riverbend", *FILES)
    changed = tmp_path / "patients.csv"
    changed.write_text((EXAMPLES / "patients.csv").read_text().replace("555-0161", "555-0199"))
    prm("import_", "riverbend", str(changed))
    for arguments in (
        ["on", "after-evaluation", "--yes"],
        ["off", "after-evaluation"],
        ["on", "after-evaluation", "--yes"],
    ):
        prm("rules", "riverbend", *arguments)
    prm("rules", "riverbend", "add", str(next((EXAMPLES / "rules").iterdir())))
    prm("rules", "riverbend")
    prm("rules", "riverbend", "dry-run", "after-evaluation", "--month", "2026-11")
    live(house)
    for name in ("cases", "inbox", "touches"):
        prm(name, "riverbend")
    for cut in ("month", "location", "therapist"):
        prm("nps", "riverbend", "--by", cut)
    prm("why", "riverbend", "1001")
    prm("recount", "riverbend", "--fix")
    (case,) = house.recovery.open_cases("riverbend")
    prm("case", "show", "riverbend", case.id)
    prm("case", "close", "riverbend", case.id, "--outcome", "resolved")
    prm("cases", "riverbend", "--all")
    for arguments in (
        ["terms", str(EXAMPLES / "agreement.txt"), "--version", "2026-12"],
        ["clinics"],
        ["clinic", "riverbend"],
        ["costs"],
        ["approve", "riverbend"],
        ["cap", "riverbend", "200"],
        ["suspend", "riverbend"],
        ["resume", "riverbend"],
        ["invite", "riverbend", "nora"],
        ["add", "ops@example.org"],
        ["close", "riverbend", "--yes"],
    ):
        prm("operator", *arguments)
    return found


def live(house: wiring.House) -> None:
    """Let a mail go out and come back as a low answer, a reply arrive, and a tally go wrong."""
    house.rules.judge("riverbend", MARIA)
    about = Subject(episode="knee", location="downtown", therapist="mei-lin")
    touch = Touch("riverbend", patient_recipient(MARIA), "after-evaluation", "1", Kind.SURVEY, NOON, about)
    later = NOON.replace(year=NOON.year + 1)
    house.surveys.asked("riverbend", touch, NOON, later)
    link = Link("riverbend", touch.recipient, touch.id, frozenset(Purpose), later, touch.id)
    house.surveys.answer(link, touch.id, 3, "the waiting room", Via.BUTTON)
    house.recovery.add_to_inbox(InboxItem("m-1", "riverbend", MARIA, InboxKind.REPLY, "When is my next visit?", NOON))
    TallyRow(pk=table.key("riverbend", "clinic"), sk="2026-11").update([TallyRow.n9.set(3)])  # type: ignore[attr-defined]


def test_every_command_is_allowed_what_it_does(used: set[Need]) -> None:
    allowed = list(grants())

    missing = [
        one
        for one in used
        if not any(one.action == action and fnmatchcase(one.where, where) for action, where in allowed)
        and not (one.action.startswith("cognito-idp:") and one.action in dict(allowed))
    ]
    assert sorted(f"{one.action} {one.where}" for one in missing) == []


def test_nothing_is_allowed_that_no_command_does(used: set[Need]) -> None:
    done = {(one.action, one.where) for one in used}
    tables = {(action, where) for action, where in grants() if action.startswith("dynamodb:")}
    accounts = {action for action, _ in grants() if action.startswith("cognito-idp:")}

    assert tables - done == set()
    assert accounts - {action for action, _ in done} == set()


def test_the_doctor_is_allowed_every_question() -> None:
    others = ("dynamodb:", "kms:", "cognito-idp:", "sqs:")
    asked = {action.partition(":")[2] for action, _ in grants() if not action.startswith(others)}

    assert asked == answers().keys()
