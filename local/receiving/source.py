"""Reads the receipt rules out of the template that deploys them on AWS; the emulator knows no such resources.

Only what such a template needs of CloudFormation's functions is understood: Ref, GetAtt, Sub, Join, If and Equals,
Not, And, Or. Anything else raises, so that a rule is never half read.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local import cloudformation
from local.places import REGION
from local.receiving.rules import Rule, parse
from local.sesv2.events import ACCOUNT

_NOTHING = object()
_PSEUDO = {
    "AWS::Region": REGION,
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::NoValue": _NOTHING,
}
_VARIABLE = re.compile(r"\$\{([^!}]+)\}")


@dataclass(frozen=True)
class Scope:
    """What names mean in one template: `values` for Ref, `attributes` ("Name.Attribute") for GetAtt."""

    values: Mapping[str, Any]
    attributes: Mapping[str, str]
    conditions: Mapping[str, Any]

    def resolve(self, value: Any) -> Any:  # noqa: ANN401 - whatever a template holds
        """Return the value with every function replaced by its result."""
        if isinstance(value, list):
            return [item for item in map(self.resolve, value) if item is not _NOTHING]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            (name, argument), *_ = value.items()
            if name in _FUNCTIONS:
                return _FUNCTIONS[name](self, argument)
            if name.startswith("Fn::"):
                msg = f"the local run does not understand {name} in a receipt rule"
                raise ValueError(msg)
        resolved = {key: self.resolve(item) for key, item in value.items()}
        return {key: item for key, item in resolved.items() if item is not _NOTHING}

    def name(self, name: str) -> Any:  # noqa: ANN401
        """Return what `Ref` gives."""
        return _PSEUDO[name] if name in _PSEUDO else self.values[name]

    def attribute(self, path: str) -> str:
        """Return what `GetAtt` gives."""
        return self.attributes[path]

    def holds(self, name: str) -> bool:
        """Tell whether a condition of the template is true."""
        return bool(self.resolve(self.conditions[name]))

    def text(self, argument: Any) -> str:  # noqa: ANN401
        """Return what `Sub` gives."""
        template, own = argument if isinstance(argument, list) else (argument, {})

        def found(match: re.Match[str]) -> str:
            name = match[1]
            if name in own:
                return str(self.resolve(own[name]))
            return self.attribute(name) if "." in name else str(self.name(name))

        return _VARIABLE.sub(found, template)


def _if(scope: Scope, argument: list[Any]) -> Any:  # noqa: ANN401
    condition, yes, no = argument
    return scope.resolve(yes if scope.holds(condition) else no)


_FUNCTIONS: dict[str, Any] = {
    "Ref": lambda scope, name: scope.name(name),
    "Condition": lambda scope, name: scope.holds(name),
    "Fn::GetAtt": lambda scope, path: scope.attribute(".".join(path)),
    "Fn::Sub": lambda scope, argument: scope.text(argument),
    "Fn::Join": lambda scope, argument: argument[0].join(scope.resolve(argument[1])),
    "Fn::If": _if,
    "Fn::Equals": lambda scope, argument: scope.resolve(argument[0]) == scope.resolve(argument[1]),
    "Fn::Not": lambda scope, argument: not scope.resolve(argument[0]),
    "Fn::And": lambda scope, argument: all(scope.resolve(argument)),
    "Fn::Or": lambda scope, argument: any(scope.resolve(argument)),
}


def rules(template: Path, scope: Scope) -> Iterator[Rule]:
    """Yield the receipt rules of this template and its children; `scope` is the deployed stack."""
    main = cloudformation.read(template)
    for name, resource in main["Resources"].items():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::SES::ReceiptRule":
            yield parse(name, scope.resolve(properties["Rule"]))
        if resource["Type"] == "AWS::Serverless::Application":
            yield from _of_child(template.parent / properties["Location"], properties, scope)


def _of_child(path: Path, properties: dict[str, Any], scope: Scope) -> Iterator[Rule]:
    child = cloudformation.read(path)
    resources = child["Resources"]
    if not any(resource["Type"] == "AWS::SES::ReceiptRule" for resource in resources.values()):
        return
    defaults = {name: written.get("Default") for name, written in child.get("Parameters", {}).items()}
    given = scope.resolve(properties.get("Parameters", {}))
    # Resources of the child are not deployed here; a rule refers to them by name at most (its rule set).
    values = {**{name: name for name in resources}, **defaults, **given}
    yield from rules(path, Scope(values, {}, child.get("Conditions", {})))


def scope_of(
    template: Path, parameters: Mapping[str, str], resources: Mapping[str, str], attributes: Mapping[str, str]
) -> Scope:
    """Return what names mean in the main template as it is deployed here."""
    main = cloudformation.read(template)
    defaults = {name: written.get("Default", "") for name, written in main.get("Parameters", {}).items()}
    values = {"AWS::StackName": "prm", **resources, **defaults, **parameters}
    # Rules stand under a condition that is false here, because the emulator would refuse them.
    return Scope(values, attributes, main.get("Conditions", {}))
