"""The files that describe this project agree with each other."""

import json
import re
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from local.dynamodb.server import running

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
IN_LAMBDA = {"boto3", "botocore", "s3transfer", "jmespath", "python-dateutil", "urllib3", "six"}
LAYERS = [path.name for path in sorted((ROOT / "layers").iterdir())]
LOCKS = [
    ROOT / "functions/requirements.txt",
    *sorted((ROOT / "requirements").glob("*.txt")),
    *(ROOT / "layers" / one / "requirements.txt" for one in LAYERS),
]


def pins(lock: str) -> dict[str, str]:
    """Return the versions that a lock lists, by normal name."""
    found = re.findall(r"^([\w.-]+)==([^ ;\\\n]+)", (ROOT / lock).read_text(), re.MULTILINE)
    return {name.lower().replace("_", "-"): version for name, version in found}


def declared(requirements: list[str]) -> dict[str, str]:
    """Return the versions that pyproject.toml asks for, by normal name."""
    found = (re.fullmatch(r"([\w.-]+)(?:\[.*\])?==(.+)", requirement) for requirement in requirements)
    return {match[1].lower().replace("_", "-"): match[2] for match in found if match}


@pytest.mark.parametrize(
    ("lock", "requirements"),
    [
        ("requirements/runtime.txt", PYPROJECT["project"]["dependencies"]),
        ("requirements/local.txt", PYPROJECT["project"]["optional-dependencies"]["local"]),
        ("requirements/dev.txt", PYPROJECT["project"]["optional-dependencies"]["dev"]),
        ("requirements/tools.txt", PYPROJECT["dependency-groups"]["tools"]),
        ("requirements/bench.txt", PYPROJECT["dependency-groups"]["bench"]),
        ("requirements/node.txt", PYPROJECT["dependency-groups"]["node"]),
        ("requirements/uv.txt", PYPROJECT["dependency-groups"]["uv"]),
        *((f"layers/{one}/requirements.txt", PYPROJECT["dependency-groups"][one]) for one in LAYERS),
    ],
)
def test_a_lock_holds_what_pyproject_asks_for(lock: str, requirements: list[str]) -> None:
    assert declared(requirements).items() <= pins(lock).items()


def test_every_dependency_is_pinned_to_one_version() -> None:
    extras = PYPROJECT["project"]["optional-dependencies"]
    requirements = [*PYPROJECT["project"]["dependencies"], *extras["local"], *extras["dev"]]
    loose = {requirement for requirement in requirements if "==" not in requirement}
    assert loose == {"open-prm[local]"}


def test_functions_ship_the_runtime_set_without_what_lambda_brings() -> None:
    runtime = pins("requirements/runtime.txt")
    assert pins("functions/requirements.txt") == {name: runtime[name] for name in runtime.keys() - IN_LAMBDA}


def test_runtime_local_and_development_agree_on_every_version() -> None:
    development = pins("requirements/dev.txt")
    assert pins("requirements/runtime.txt").items() <= development.items()
    assert pins("requirements/local.txt").items() <= development.items()
    for layer in LAYERS:
        assert pins(f"layers/{layer}/requirements.txt").items() <= development.items()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_lock_names_no_download_address(lock: Path) -> None:
    assert "://" not in lock.read_text()


def test_the_npm_lock_holds_hashes_and_no_download_addresses() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    fetched = [entry for name, entry in packages.items() if name]
    assert all("integrity" in entry and "resolved" not in entry for entry in fetched)


def test_make_alone_explains_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^\.PHONY: ([\w-]+)$", makefile, re.MULTILINE))
    shown = subprocess.run(["make", "-C", str(ROOT)], capture_output=True, text=True, check=True).stdout
    assert targets == set(re.findall(r"^  make ([\w-]+) +\S", shown, re.MULTILINE))


def test_every_ruff_rule_that_is_off_says_why() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    section = text[text.index("[tool.ruff.lint]") : text.index("[tool.ruff.lint.flake8-tidy-imports")]
    off = re.findall(r'^    ("[A-Z]+[0-9]*",.*)$', section, re.MULTILINE)
    assert len(off) > 20
    assert [line for line in off if not re.search(r"# \w", line)] == []


@pytest.mark.dynamodb_local
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has 127.0.0.2 without setting it up")
def test_dynamodb_local_listens_on_127_0_0_1_alone() -> None:
    with running() as url, socket.socket() as other:
        other.bind(("127.0.0.2", int(url.rpartition(":")[2])))  # raises where one listens on every address
