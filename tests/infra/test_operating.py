"""The operator's page names what the templates have: no more, no less."""

import re

import pytest

from local.cloudformation import read
from local.commands import operator
from tests.infra.policies import FUNCTIONS
from tests.infra.stack import MAIN, REPOSITORY, child

PAGE = (REPOSITORY / "docs" / "operating.md").read_text(encoding="utf-8")
NAMES = [re.sub(r"(?<!^)([A-Z])", r"-\1", name).lower() for name in FUNCTIONS]


def section(title: str) -> str:
    return PAGE.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def test_every_parameter_is_explained_with_its_default() -> None:
    told = dict(re.findall(r"^\| `(\w+)` \| (?:`(\w+)`)? ?\|", section("Parameters"), re.MULTILINE))
    parameters = read(MAIN)["Parameters"]

    assert told == {name: str(one.get("Default", "")) for name, one in parameters.items()}


@pytest.mark.parametrize("alarm", sorted(child("alarms").properties("AWS::CloudWatch::Alarm")))
def test_every_alarm_is_explained(alarm: str) -> None:
    name = child("alarms").properties("AWS::CloudWatch::Alarm")[alarm]["AlarmName"].removeprefix("open-prm-production-")
    for function in NAMES:
        name = re.sub(rf"^{function}-(errors|throttled)$", r"FUNCTION-\1", name)

    assert f"`{name}`" in section("What the alarms mean")


def test_every_function_with_alarms_is_named() -> None:
    assert all(f"`{function}`" in section("What the alarms mean") for function in NAMES)


def test_as_many_functions_are_built_as_the_page_says() -> None:
    assert f'"All {len(FUNCTIONS)} handlers import"' in PAGE


def test_a_restore_is_given_back_each_time_to_live() -> None:
    (told,) = re.findall(r"deletion protection; for (.*?) the time to live", " ".join(section("Restore").split()))
    tables = child("storage").properties("AWS::DynamoDB::Table").values()
    short_lived = {
        one["TableName"].removeprefix("open-prm-production-") for one in tables if "TimeToLiveSpecification" in one
    }

    assert set(re.findall(r"`(\w+)`", told)) == short_lived


def test_every_command_of_the_operators_is_told() -> None:
    told = set(re.findall(r"`operator (\w+)", section("Run the service")))

    assert told == operator.command.commands.keys()
