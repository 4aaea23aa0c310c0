import json
import socket
from pathlib import Path

import pytest

from local import checks
from local.checks import CannotRunError
from local.places import HOST, Places, Ports


def test_a_taken_port_is_named_with_its_use_and_the_way_out() -> None:
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(
            CannotRunError, match=rf"Port {port} for the front door is taken.*PRM_FRONT_PORT={port + 1} make run"
        ):
            checks.free(Ports(front=port, emulator=0, smtp=0))


def test_free_ports_pass() -> None:
    checks.free(Ports(front=0, emulator=0, smtp=0))


def test_one_port_for_two_uses_is_named_with_the_way_out() -> None:
    with pytest.raises(CannotRunError, match=r"given to the front door and to inbound mail.*PRM_SMTP_PORT=8081"):
        checks.free(Ports(front=8080, emulator=0, smtp=8080))


def test_ports_come_from_the_environment_or_are_the_usual_ones() -> None:
    assert checks.ports({"PRM_SMTP_PORT": "2600"}) == Ports(smtp=2600)


@pytest.mark.parametrize("text", ["eighty", "-1", "65536", "80.5"])
def test_a_port_that_is_no_number_is_named(text: str) -> None:
    with pytest.raises(CannotRunError, match=f"PRM_FRONT_PORT={text} is no port"):
        checks.ports({"PRM_FRONT_PORT": text})


def test_a_second_run_in_the_same_folder_is_refused(places: Places) -> None:
    with checks.held(places), pytest.raises(CannotRunError, match="already runs"), checks.held(places):
        pytest.fail("two runs held the same folder")


def test_the_folder_is_free_again_after_a_run(places: Places) -> None:
    with checks.held(places):
        pass
    with checks.held(places):
        pass


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotRunError, match="PRM_LOCAL="), checks.held(Places(tmp_path / "file")):
        pytest.fail("a file was held as a folder")


def test_no_state_yet_is_fine(places: Places) -> None:
    checks.state(places)


def test_a_broken_state_file_is_named_with_the_way_out(places: Places) -> None:
    places.state.mkdir()
    (places.state / "sqs.json").write_text("{}")
    (places.state / "dynamodb.json").write_text('{"half')
    with pytest.raises(CannotRunError, match=r"dynamodb\.json.*Move .* away"):
        checks.state(places)


def test_a_file_in_place_of_the_state_folder_is_refused(places: Places) -> None:
    places.state.touch()
    with pytest.raises(CannotRunError, match="no folder"):
        checks.state(places)


def test_state_made_on_another_port_is_not_used(places: Places) -> None:
    places.deployed.write_text(json.dumps({"port": 4566}))
    checks.same_port(places, Ports(emulator=4566))
    with pytest.raises(CannotRunError, match="PRM_EMULATOR_PORT=4566"):
        checks.same_port(places, Ports(emulator=4567))


def test_this_interpreter_is_the_right_one() -> None:
    checks.python()


def test_another_interpreter_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.checks.sys.version_info", (3, 11, 2))
    with pytest.raises(CannotRunError, match=r"3\.11\.2; Open PRM needs 3\.13"):
        checks.python()
