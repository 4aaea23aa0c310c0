import io
import json
import zipfile
from pathlib import Path

import pytest

from local import packager
from local.places import REPOSITORY

ENDPOINT = "http://127.0.0.1:4566"

MAIN = """
Globals:
  Function: { CodeUri: functions/ }
  Api: { BinaryMediaTypes: ["*~1*"] }
Resources:
  Child:
    Type: AWS::Serverless::Application
    Properties: { Location: infra/child.yaml, Parameters: { Name: !Sub "${AWS::StackName}-x" } }
  Hello:
    Type: AWS::Serverless::Function
    Properties: { Handler: hello.handler, Role: !GetAtt Child.Outputs.Role }
"""
CHILD = """
Resources: { Topic: { Type: AWS::SNS::Topic } }
"""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    (tmp_path / "infra").mkdir()
    (tmp_path / "functions" / "__pycache__").mkdir(parents=True)
    (tmp_path / "functions" / "__pycache__" / "hello.cpython-313.pyc").write_bytes(b"old")
    (tmp_path / "functions" / "hello.py").write_text("handler = print")
    (tmp_path / "infra" / "child.yaml").write_text(CHILD)
    (tmp_path / "template.yaml").write_text(MAIN)
    return tmp_path / "template.yaml"


def test_code_becomes_an_object_that_the_template_names(template: Path) -> None:
    done = packager.package(template, ENDPOINT)
    bucket, key = done.template["Globals"]["Function"]["CodeUri"].removeprefix("s3://").split("/")
    assert bucket == packager.BUCKET
    assert zipfile.ZipFile(io.BytesIO(done.objects[key])).namelist() == ["hello.py"]


def test_a_nested_template_becomes_an_address_at_the_emulator(template: Path) -> None:
    done = packager.package(template, ENDPOINT)
    location = done.template["Resources"]["Child"]["Properties"]["Location"]
    assert location.startswith(f"{ENDPOINT}/{packager.BUCKET}/")
    child = json.loads(done.objects[location.rsplit("/", 1)[1]])
    assert child["Resources"]["Topic"]["Type"] == "AWS::SNS::Topic"


def test_short_forms_of_functions_are_written_out(template: Path) -> None:
    resources = packager.package(template, ENDPOINT).template["Resources"]
    assert resources["Child"]["Properties"]["Parameters"]["Name"] == {"Fn::Sub": "${AWS::StackName}-x"}
    assert resources["Hello"]["Properties"]["Role"] == {"Fn::GetAtt": ["Child", "Outputs.Role"]}


def test_media_types_are_written_as_the_emulator_reads_them(template: Path) -> None:
    assert packager.package(template, ENDPOINT).template["Globals"]["Api"]["BinaryMediaTypes"] == ["*/*"]


def test_the_same_files_give_the_same_fingerprint(template: Path) -> None:
    first = packager.package(template, ENDPOINT)
    (template.parent / "functions" / "hello.py").touch()
    assert packager.package(template, ENDPOINT).fingerprint == first.fingerprint


@pytest.mark.parametrize("name", ["functions/hello.py", "infra/child.yaml", "template.yaml"])
def test_a_change_of_any_file_changes_the_fingerprint(template: Path, name: str) -> None:
    before = packager.package(template, ENDPOINT).fingerprint
    path = template.parent / name
    path.write_text(path.read_text().replace("print", "repr").replace("Topic:", "Other:").replace("Hello", "Hallo"))
    assert packager.package(template, ENDPOINT).fingerprint != before


def test_the_template_itself_stays_as_it_is(template: Path) -> None:
    packager.package(template, ENDPOINT)
    assert template.read_text() == MAIN


def test_a_folder_that_does_not_exist_is_named(template: Path) -> None:
    template.write_text(MAIN.replace("functions/", "nowhere/"))
    with pytest.raises(FileNotFoundError, match="nowhere"):
        packager.package(template, ENDPOINT)


def test_nothing_of_the_local_run_is_packaged_for_the_functions() -> None:
    names = zipfile.ZipFile(io.BytesIO(packager.zipped(REPOSITORY / "functions"))).namelist()
    assert not [name for name in names if name.split("/")[0] in {"local", "tests", "benchmarks"}]
    sources = [path for path in (REPOSITORY / "functions").rglob("*.py") if _imports_local(path)]
    assert sources == []


def _imports_local(path: Path) -> bool:
    lines = path.read_text(encoding="utf-8").splitlines()
    return any(line.strip().startswith(("from local", "import local")) for line in lines)


def test_the_clock_file_stands_in_no_template() -> None:
    templates = [REPOSITORY / "template.yaml", *(REPOSITORY / "infra").glob("*.yaml")]
    assert templates
    assert not [path for path in templates if "PRM_CLOCK_FILE" in path.read_text(encoding="utf-8")]
