import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from local import cli
from local.places import REPOSITORY
from prm.core.errors import NotFound


def prm(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    source = os.pathsep.join((str(REPOSITORY), str(REPOSITORY / "functions")))
    environment = {**os.environ, "PRM_LOCAL": str(folder), "PYTHONPATH": source}
    return subprocess.run(
        [sys.executable, "-m", "local.cli", *arguments], env=environment, capture_output=True, text=True, check=False
    )


def test_without_a_running_system_the_remedy_is_told(tmp_path: Path) -> None:
    done = prm("tick", folder=tmp_path)
    assert (done.returncode, done.stderr) == (1, "Nothing is running here. Start it with: make run\n")


def test_addresses_of_a_system_that_was_killed_count_as_none(tmp_path: Path) -> None:
    aws = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    noted = {"resources": {"RuleScheduler": "x", "Logs": "y"}, "environment": {}, "aws": aws, "outputs": {}}
    (tmp_path / "env.json").write_text(json.dumps(noted))
    (tmp_path / "addresses.json").write_text("{}")
    done = prm("tick", folder=tmp_path)
    assert (done.returncode, done.stderr) == (1, "Nothing is running here. Start it with: make run\n")


@pytest.mark.parametrize("arguments", [["nonsense"], ["tick", "--nonsense"], ["clock", "+1d", "+2d"]])
def test_a_wrong_call_ends_with_2(tmp_path: Path, arguments: list[str]) -> None:
    assert prm(*arguments, folder=tmp_path).returncode == 2


def test_a_refusal_ends_with_1_and_its_reason_on_stderr(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @click.command()
    def refuses() -> None:
        msg = "There is no such clinic."
        raise NotFound(msg)

    monkeypatch.setattr(cli, "prm", refuses)
    with pytest.raises(SystemExit) as ended:
        cli.main([])
    assert ended.value.code == 1
    assert capsys.readouterr().err == "There is no such clinic.\n"


def test_help_lists_every_module_of_commands(tmp_path: Path) -> None:
    listed = prm("--help", folder=tmp_path).stdout
    modules = (REPOSITORY / "local" / "commands").glob("[!_]*.py")
    names = [path.stem.rstrip("_").replace("_", "-") for path in modules]
    assert names
    assert [name for name in names if f"  {name} " not in listed] == []
