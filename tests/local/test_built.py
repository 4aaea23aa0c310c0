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


def with_a_layer(build: Path, module: str) -> None:
    """Give the greeter a layer that holds a module."""
    layer = """
          Drawing:
            Type: AWS::Serverless::LayerVersion
            Properties: { ContentUri: Drawing }
    """
    template = build / "template.yaml"
    whole = template.read_text().replace("app.handler }", "app.handler, Layers: [!Ref Drawing] }")
    template.write_text(whole.rstrip() + textwrap.indent(textwrap.dedent(layer), "  "))
    (build / "Drawing" / "python").mkdir(parents=True)
    (build / "Drawing" / "python" / f"{module}.py").touch()


def test_a_handler_finds_what_is_in_its_layer(build: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(build, "import pencil\ndef handler(event, context): ...\n")
    assert main(build) == 1
    with_a_layer(build, "pencil")
    assert main(build) == 0, capsys.readouterr().err


def test_a_handler_does_not_find_what_is_in_another_functions_layer(
    build: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(build, "import pencil\ndef handler(event, context): ...\n")
    with_a_layer(build, "pencil")
    template = build / "template.yaml"
    template.write_text(template.read_text().replace(", Layers: [!Ref Drawing]", ""))

    assert main(build) == 1
    assert "No module named 'pencil'" in capsys.readouterr().err


def test_what_functions_share_is_tried_with_every_layer(build: Path) -> None:
    write(build, "def handler(event, context): ...\n")
    with_a_layer(build, "pencil")
    (build / "Greeter" / "prm").mkdir()
    (build / "Greeter" / "prm" / "__init__.py").touch()
    (build / "Greeter" / "prm" / "drawing.py").write_text("import pencil\n")
    template = build / "template.yaml"
    template.write_text(template.read_text().replace(", Layers: [!Ref Drawing]", ""))

    assert main(build) == 0
