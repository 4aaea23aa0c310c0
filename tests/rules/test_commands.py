"""`prm rules`, `prm why`, `prm touches`: what they print and how they end."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from local.commands import rules as rules_command
from local.commands import touches as touches_command
from local.commands import why as why_command
from prm.core.errors import Invalid, NotFound
from tests import examples
from tests.fakes import NOON
from tests.rules.conftest import World
from tests.rules.test_form import GAP
from tests.rules.world import DAY, HOUR, evaluation


@pytest.fixture
def prm(world: World, monkeypatch: pytest.MonkeyPatch) -> "Prm":
    for module in (rules_command, why_command, touches_command):
        monkeypatch.setattr(module, "connect", lambda: world.house)
    return Prm()


class Prm:
    """Calls a command of a running house."""

    commands: dict[str, click.Command] = {  # noqa: RUF012 - read only
        "rules": rules_command.command,
        "why": why_command.command,
        "touches": touches_command.command,
    }

    def __call__(self, name: str, *arguments: str) -> Result:
        return CliRunner().invoke(self.commands[name], arguments, catch_exceptions=False)

    def json(self, name: str, *arguments: str) -> Any:
        done = self(name, *arguments, "--json")
        assert done.exit_code == 0
        return json.loads(done.output)


def test_a_new_clinic_sees_presets_and_that_nothing_goes_out_yet(prm: Prm) -> None:
    said = prm("rules", "riverbend").output
    assert "Nothing goes to patients until one is switched on." in said
    assert "after-evaluation\n    All patients get a survey 3 hours after the first evaluation of an episode." in said


def test_switching_on_says_first_who_gets_it_now(world: World, prm: Prm) -> None:
    world.add(examples.maria(), [evaluation(NOON - 3 * HOUR)])
    world.add(examples.maria(id="b", record_number="1002"), [evaluation(NOON)])
    world.add(examples.maria(id="c", record_number="1003", email=None), [evaluation(NOON)])
    said = prm("rules", "riverbend", "on", "after-evaluation").output
    assert "1 get it now: 1001" in said
    assert "1 get it later, the first Tue 2026-11-24 15:00: 1002" in said
    assert "1 left out: not reachable" in said
    assert said.endswith("On: after-evaluation, after-evaluation-follow-up, after-answer.\n")


def test_since_reaches_back_from_midnight_at_the_clinic(world: World, prm: Prm) -> None:
    prm("rules", "riverbend", "on", "after-evaluation", "--since", "2026-11-01", "--yes")
    since = world.house.rules.get("riverbend", "after-evaluation").since
    assert since is not None
    assert since.isoformat() == "2026-11-01T04:00:00+00:00"


def test_the_follow_ups_days_can_be_set(world: World, prm: Prm) -> None:
    prm("rules", "riverbend", "on", "sixth-visit", "--follow-up", "6")
    assert world.house.rules.get("riverbend", "sixth-visit-follow-up").when.after == 6 * DAY


def test_switching_off_and_on_again_is_told(prm: Prm) -> None:
    prm("rules", "riverbend", "on", "sixth-visit")
    assert prm("rules", "riverbend", "on", "sixth-visit").output == "sixth-visit is on already.\n"
    assert prm.json("rules", "riverbend", "off", "sixth-visit") == {
        "switched_off": ["sixth-visit", "sixth-visit-follow-up"]
    }
    assert prm("rules", "riverbend", "off", "sixth-visit").output == "sixth-visit is off already.\n"


def test_a_rule_is_added_from_a_file_and_switched_on_by_its_id(world: World, prm: Prm, tmp_path: Path) -> None:
    file = tmp_path / "rule.json"
    file.write_text(GAP)
    assert (
        "three-weeks is off; switch it on with: prm rules riverbend on three-weeks"
        in prm("rules", "riverbend", "add", str(file)).output
    )
    assert prm.json("rules", "riverbend", "on", "three-weeks")["switched_on"] == ["three-weeks", "after-answer"]
    listed = {one["rule"]: one for one in prm.json("rules", "riverbend")["rules"]}
    assert (listed["three-weeks"]["on"], listed["three-weeks"]["version"]) == (True, 2)


def test_a_dry_run_tells_what_a_rule_would_have_sent_last_month(world: World, prm: Prm) -> None:
    october = dt.datetime(2026, 10, 14, 15, tzinfo=dt.UTC)
    world.add(examples.maria(), [evaluation(october)])
    world.add(examples.maria(id="b", record_number="1002"), [evaluation(NOON - DAY)])
    world.add(examples.maria(id="c", record_number="1003", email=None), [evaluation(october)])
    assert prm.json("rules", "riverbend", "dry-run", "after-evaluation") == {
        "rule": "after-evaluation",
        "month": "2026-10",
        "patients": 3,
        "sent": [{"patient": "1001", "at": "2026-10-14T18:00:00+00:00", "kind": "survey"}],
        "waiting": 0,
        "left_out": {"not reachable": 1},
    }
    said = prm("rules", "riverbend", "dry-run", "after-evaluation").output
    assert "In October 2026 it would have sent 1 mail; the clinic has 3 patients." in said
    assert "Oct 12" in said
    assert "1 left out: not reachable" in said
    assert world.touches(examples.maria()) == ()


def test_a_dry_run_of_this_month_ends_now_and_none_is_of_one_to_come(world: World, prm: Prm) -> None:
    world.add(examples.maria(), [evaluation(NOON - DAY)])
    assert len(prm.json("rules", "riverbend", "dry-run", "after-evaluation", "--month", "2026-11")["sent"]) == 1
    with pytest.raises(Invalid, match="December 2026 is still to come"):
        prm("rules", "riverbend", "dry-run", "after-evaluation", "--month", "2026-12")
    with pytest.raises(NotFound, match="There is no rule or preset dance"):
        prm("rules", "riverbend", "dry-run", "dance")


@pytest.mark.parametrize(
    "arguments",
    [
        ["dance"],
        ["dry-run"],
        ["dry-run", "sixth-visit", "--month", "soon"],
        ["on"],
        ["add"],
        ["add", "missing.json"],
        ["on", "x", "--since", "soon"],
    ],
)
def test_a_wrong_call_ends_with_2(prm: Prm, arguments: list[str]) -> None:
    assert prm("rules", "riverbend", *arguments).exit_code == 2


def test_what_does_not_exist_or_fit_is_refused(prm: Prm, tmp_path: Path) -> None:
    bad = tmp_path / "rule.json"
    bad.write_text(GAP.replace("21 days", "soon"))
    for arguments, refusal in [
        (("on", "nothing"), NotFound),
        (("off", "nothing"), NotFound),
        (("add", str(bad)), Invalid),
    ]:
        with pytest.raises(refusal):
            prm("rules", "riverbend", *arguments)


def test_why_has_the_promised_keys_and_finds_patients_by_the_emrs_number(world: World, prm: Prm) -> None:
    prm("rules", "riverbend", "on", "after-evaluation")
    world.add(examples.maria(id=world_id("77"), record_number="77"), [evaluation(NOON)])
    found = prm.json("why", "riverbend", "77")
    assert {tuple(one) for one in found} == {("rule", "state", "at", "reason")}
    assert {one["rule"]: one["state"] for one in found}["after-evaluation"] == "waits"
    assert (
        "after-evaluation                waits until  Tue 2026-11-24 15:00 not due yet"
        in prm("why", "riverbend", "77").output
    )


def world_id(number: str) -> str:
    from prm.core import ids

    return ids.name_of("riverbend", number)


def test_why_without_rules_says_where_to_look(world: World, prm: Prm) -> None:
    world.add(examples.maria())
    assert prm("why", "riverbend", "p-maria").output == "This clinic has no rules yet; see: prm rules riverbend\n"


def test_touches_lists_mail_with_the_promised_keys(world: World, prm: Prm) -> None:
    assert prm("touches", "riverbend").output == "No mail yet.\n"
    prm("rules", "riverbend", "on", "after-evaluation")
    maria = world.add(examples.maria(), [evaluation(NOON - 3 * HOUR)])
    world.house.rules.judge("riverbend", maria.id)
    (one,) = prm.json("touches", "riverbend")
    assert {"id", "recipient", "purpose", "patient", "rule", "occurrence", "state", "at"} <= one.keys()
    assert (one["patient"], one["rule"], one["state"]) == ("p-maria", "after-evaluation", "due")
    assert "2026-11-24 12:00 due" in prm("touches", "riverbend", "--patient", "p-maria").output


def test_presets_that_the_clinic_has_are_not_offered_again(prm: Prm) -> None:
    prm("rules", "riverbend", "on", "after-evaluation")
    assert {one["rule"] for one in prm.json("rules", "riverbend")["presets"]} == {"sixth-visit", "after-discharge"}


def test_rules_are_told_with_their_state(prm: Prm) -> None:
    prm("rules", "riverbend", "on", "after-evaluation")
    assert "after-evaluation                on since Tue 2026-11-17 12:00" in prm("rules", "riverbend").output
