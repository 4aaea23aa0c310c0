"""`prm reply`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from local.commands.reply import command
from tests.mail.mails import QUOTED, mail


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    file = tmp_path / "reply.eml"
    file.write_bytes(mail("9 great staff" + QUOTED))
    return file


def test_the_facts_are_printed_as_json(letter: Path) -> None:
    facts = json.loads(CliRunner().invoke(command, [str(letter), "--json"]).stdout)
    assert (facts["kind"], facts["score"], facts["comment"]) == ("answer", 9, "great staff")


def test_a_person_reads_two_lines(letter: Path) -> None:
    assert CliRunner().invoke(command, [str(letter)]).stdout == "answer 9\ngreat staff\n"


def test_a_machine_is_named_with_its_sign(tmp_path: Path) -> None:
    file = tmp_path / "reply.eml"
    file.write_bytes(mail("away", "Auto-Submitted: auto-replied"))
    assert CliRunner().invoke(command, [str(file)]).stdout == "auto-reply (auto-submitted)\n"


def test_a_file_that_is_not_there_is_a_wrong_call(tmp_path: Path) -> None:
    assert CliRunner().invoke(command, [str(tmp_path / "none.eml")]).exit_code == 2
