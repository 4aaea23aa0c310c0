"""The repair of the emulator, without starting it."""

from typing import Any

import pytest
from ministack.services import cloudformation

from local.emulator import remember_attributes

STORED = {"_resources": {"Queue": {"Attributes": {"Arn": "arn:queue"}}}}


def attributes_passed(stack: str, logical_id: str | None, given: dict[str, Any] | None) -> object:
    """Return the attributes that reach the emulator's own update."""

    def update(*arguments: Any) -> tuple[str, dict[str, Any]]:
        return "id", {"passed": arguments[-1]}

    repaired = remember_attributes(update)
    return repaired("AWS::SQS::Queue", "id", {}, {}, stack, logical_id, given)[1]["passed"]


@pytest.fixture(autouse=True)
def stored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cloudformation, "_stacks", {"child": STORED})


def test_attributes_left_out_are_taken_from_the_stored_resource() -> None:
    assert attributes_passed("child", "Queue", None) == {"Arn": "arn:queue"}


def test_attributes_that_are_given_stay() -> None:
    assert attributes_passed("child", "Queue", {"Arn": "new"}) == {"Arn": "new"}


@pytest.mark.parametrize(("stack", "logical_id"), [("child", "Other"), ("unknown", "Queue"), ("child", None)])
def test_what_is_not_stored_stays_unknown(stack: str, logical_id: str | None) -> None:
    assert attributes_passed(stack, logical_id, None) is None
