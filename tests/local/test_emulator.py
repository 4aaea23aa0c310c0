"""The repairs of the emulator, without starting it."""

from collections.abc import Iterator
from typing import Any

import pytest
from ministack.services import apigateway_v1, cloudformation
from ministack.services.cloudformation import provisioners

from local.emulator import remember_attributes, taking_the_place

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


def api(*paths: str) -> dict[str, Any]:
    """Return an API of these paths, under an id of its own choice."""
    operation: dict[str, Any] = {"responses": {}}
    return {
        "Tags": [{"Key": "ms-custom-id", "Value": "ours"}],
        "Body": {"openapi": "3.0.1", "info": {"title": "Ours"}, "paths": {path: {"get": operation} for path in paths}},
    }


@pytest.fixture
def deployed() -> Iterator[str]:
    """An API with a stage, as the emulator has it after a first start."""
    made, _ = provisioners._apigw_rest_api_create("Api", api("/s"), "prm")
    apigateway_v1._stages_v1[made] = {"v1": {"stageName": "v1"}}
    yield made
    provisioners._apigw_rest_api_delete("ours", {})


def update_api(old: dict[str, Any], new: dict[str, Any]) -> str:
    """Update the API as the emulator's own process does, and return its id."""
    create = provisioners._apigw_rest_api_create
    return taking_the_place(provisioners._apigw_rest_api_update, create)("ours", old, new, "prm", "Api")[0]


def paths_of(made: str) -> set[str]:
    return {resource["path"] for resource in apigateway_v1._resources[made].values()}


def test_an_api_whose_routes_changed_takes_the_place_of_the_old_one(deployed: str) -> None:
    assert update_api(api("/s"), api("/s", "/clinic")) == deployed == "ours"
    assert paths_of("ours") == {"/", "/s", "/clinic"}
    assert list(apigateway_v1._stages_v1["ours"]) == ["v1"]


def test_an_api_of_the_same_routes_is_left_to_the_emulator(deployed: str) -> None:
    assert update_api(api("/s"), api("/s") | {"Description": "new"}) == deployed
    assert paths_of("ours") == {"/", "/s"}


def test_an_api_that_cannot_be_made_leaves_the_old_one(deployed: str) -> None:
    with pytest.raises(AttributeError):
        update_api(api("/s"), api("/s") | {"Body": {"paths": {"/x": "nothing"}}})
    assert "ours" in apigateway_v1._rest_apis
