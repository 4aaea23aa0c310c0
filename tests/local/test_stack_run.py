"""`prm --stack` on the emulator: the local run is a CloudFormation stack too, reached here as one on AWS would be."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from local.clock import settle
from local.places import REGION, REPOSITORY
from local.testing import LocalSystem, running

pytestmark = pytest.mark.emulator

EXAMPLES = REPOSITORY / "docs" / "examples"


@dataclass(frozen=True)
class Operator:
    """Someone whose machine knows no local run: the stack's name, a region and credentials are all there is."""

    system: LocalSystem

    def says(self, *arguments: str, status: int = 0) -> str:
        """Run a command on the stack, and return what it prints; what it acts on stands on stderr."""
        done = self.system.prm("--stack", "prm", "--region", REGION, *arguments)
        assert done.returncode == status, done.stderr
        assert done.stderr.startswith("On stack prm, account 000000000000, us-east-1, at http://127.0.0.1:")
        return done.stdout

    def asks(self, *arguments: str) -> Any:
        """Run a command on the stack, and return its facts."""
        return json.loads(self.says(*arguments, "--json"))


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSystem]:
    with running(tmp_path_factory.mktemp("local") / "run") as one:
        yield one


@pytest.fixture(scope="module")
def operator(system: LocalSystem, tmp_path_factory: pytest.TempPathFactory) -> Operator:
    elsewhere = str(tmp_path_factory.mktemp("nothing"))
    keys = {
        name: value
        for name, value in system.here.aws_environment.items()
        if name in {"AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}
    }
    return Operator(replace(system, environment=system.environment | keys | {"PRM_LOCAL": elsewhere}))


def test_a_clinic_is_run_on_a_stack_from_its_making_to_its_numbers(operator: Operator, tmp_path: Path) -> None:
    here = operator.system.here.deployment
    visits = tmp_path / "visits.csv"
    visits.write_text("visit_id,patient_id,starts_at,status,kind\n1,1001,11/02/2026 09:00 AM,completed,evaluation\n")

    assert operator.asks("clinic", "create", str(EXAMPLES / "clinic.json")) == {"clinic_id": "riverbend"}
    assert operator.asks("import", "riverbend", str(EXAMPLES / "patients.csv"), str(visits))["visits"]["new"] == 1
    operator.asks("rules", "riverbend", "on", "after-evaluation", "--since", "2026-11-01", "--yes")
    here.tick()
    settle(here)

    assert [one["clinic_id"] for one in operator.asks("clinic", "list")] == ["riverbend"]
    assert "Riverbend Physical Therapy" in operator.says("clinic", "show", "riverbend")
    (touch,) = operator.asks("touches", "riverbend")
    assert (touch["rule"], touch["state"], touch["reason"]) == ("after-evaluation", "skipped", "late")
    assert any(one["state"] == "skipped" for one in operator.asks("why", "riverbend", "1001"))
    assert operator.asks("nps", "riverbend")["asked"] == 0
    assert operator.asks("cases", "riverbend") == operator.asks("inbox", "riverbend") == []
    assert operator.asks("recount", "riverbend") == {"differences": []}


def test_a_refusal_on_a_stack_is_a_sentence_too(operator: Operator) -> None:
    done = operator.system.prm("--stack", "prm", "--region", REGION, "nps", "nowhere")

    assert (done.returncode, done.stderr.splitlines()[1:]) == (1, ["There is no such clinic"])
