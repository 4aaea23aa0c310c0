import textwrap
from pathlib import Path

import pytest

from local.built import main


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """A build of one function whose app imports what it needs."""
    template = """
        Resources:
          Greeter:
            Type: AWS::Serverless::Function
            Properties: { CodeUri: Greeter, Handler: greeter.app.handler }
    """
    (tmp_path / "template.yaml").write_text(textwrap.dedent(template))
    (tmp_path / "Greeter" / "greeter").mkdir(parents=True)
    return tmp_path


def write(build: Path, code: str) -> None:
    (build / "Greeter" / "greeter" / "app.py").write_text(textwrap.dedent(code))


def test_a_handler_that_has_all_it_needs_imports(build: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (build / "Greeter" / "words.py").write_text("HELLO = 'hello'\n")
    write(build, "import json, words\ndef handler(event, context): return words.HELLO\n")

    assert main(build) == 0
    assert "All 1 handlers import" in capsys.readouterr().out


def test_what_lambda_brings_need_not_be_uploaded(build: Path) -> None:
    write(build, "import boto3\nclient = boto3.client('sqs')\ndef handler(event, context): ...\n")

    assert main(build) == 0


def test_a_package_that_is_here_but_not_in_the_upload_is_told(build: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(build, "import pynamodb\ndef handler(event, context): ...\n")

    assert main(build) == 1
    assert "Greeter (greeter.app.handler): ModuleNotFoundError: No module named 'pynamodb'" in capsys.readouterr().err


def test_a_handler_that_is_misspelt_is_told(build: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(build, "def handle(event, context): ...\n")

    assert main(build) == 1
    assert "has no attribute 'handler'" in capsys.readouterr().err


def test_a_module_that_is_imported_late_is_tried_too(build: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (build / "Greeter" / "greeter" / "__init__.py").touch()
    (build / "Greeter" / "greeter" / "late.py").write_text("import pynamodb\n")
    write(build, "def handler(event, context): ...\n")

    assert main(build) == 1
    assert "No module named 'pynamodb'" in capsys.readouterr().err
