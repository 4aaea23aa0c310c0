"""CloudFormation's YAML as plain data: `!Sub x` becomes `{"Fn::Sub": "x"}`, so that it can be read and rewritten."""

from pathlib import Path
from typing import Any

import yaml


class _Loader(yaml.SafeLoader):
    pass


def _intrinsic(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    value = _value(loader, node)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {name: value}


def _value(loader: yaml.SafeLoader, node: yaml.Node) -> Any:  # noqa: ANN401 - whatever YAML holds
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_scalar(node)  # type: ignore[arg-type]


_Loader.add_multi_constructor("!", _intrinsic)
# A bare date such as 2012-10-17 is a version here, never a date.
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read(path: Path) -> dict[str, Any]:
    """Return the template in `path` in CloudFormation's long form."""
    loader = _Loader(path.read_text(encoding="utf-8"))
    try:
        template = loader.get_single_data()
    finally:
        loader.dispose()
    if not isinstance(template, dict):
        msg = f"{path} is no CloudFormation template"
        raise TypeError(msg)
    return template
