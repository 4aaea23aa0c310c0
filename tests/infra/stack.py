"""The deployment as CloudFormation would see it: templates translated by SAM, offline, and their names resolved."""

import functools
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from local.cloudformation import read
from local.receiving.source import Scope

REPOSITORY = Path(__file__).parents[2]
MAIN = REPOSITORY / "template.yaml"
CHILDREN = sorted((REPOSITORY / "infra").glob("*.yaml"))

# Every condition true: own domain, zone, mail, rule set.
FULL = {
    "MailDomain": "mail.example.org",
    "MailFromDomain": "bounce.mail.example.org",
    "ReplyDomain": "reply.example.org",
    "CustomDomain": "care.example.org",
    "CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/0d2f5a5c-0000-4000-8000-000000000000",
    "HostedZoneId": "Z0123456789ABCDEFGHIJ",
    "AlarmMail": "ops@example.org",
}
# What a person must give, nothing else.
BARE = {"MailDomain": "mail.example.org", "ReplyDomain": "reply.example.org"}


@dataclass(frozen=True)
class Stack:
    """One template with the values of its parameters."""

    template: dict[str, Any]
    values: Mapping[str, Any]

    @property
    def scope(self) -> Scope:
        """What its names mean; resources go by their logical id, as long as CloudFormation's own names are."""
        resources = {name: f"{name}-0123456789abcdef" for name in self.template["Resources"]}
        values = {"AWS::StackName": "open-prm-production", **resources, **self.values}
        return Scope(values, Attributes(), self.template.get("Conditions", {}))

    def resources(self, kind: str = "") -> dict[str, dict[str, Any]]:
        """Return the resources that these values bring forth, of one type or all; values of properties unresolved."""
        return {
            name: resource
            for name, resource in self.template["Resources"].items()
            if resource["Type"] == kind or not kind
            if "Condition" not in resource or self.scope.holds(resource["Condition"])
        }

    def properties(self, kind: str) -> dict[str, dict[str, Any]]:
        """Return the same with every name resolved."""
        return {name: self.scope.resolve(one.get("Properties", {})) for name, one in self.resources(kind).items()}


class Attributes(Mapping[str, str]):
    """Whatever GetAtt asks for: outputs of a child by their name, ARNs of a real one's length."""

    def __getitem__(self, path: str) -> str:
        """Return what stands for an attribute."""
        if path.endswith("Outputs.Tables"):
            return "arn:aws:dynamodb:us-east-1:123456789012:table/open-prm-production-"
        return f"arn:aws:any:us-east-1:123456789012:{path}-0123456789abcdef"

    def __iter__(self) -> Iterator[str]:
        """Nobody lists them."""
        return iter(())

    def __len__(self) -> int:
        """Nobody counts them."""
        return 0


@functools.cache
def main(**given: str) -> Stack:
    """Return the main template, translated, with these values over the least a person must give."""
    template = translated()
    return Stack(template, defaults(template) | BARE | given)


@functools.cache
def child(name: str, **given: str) -> Stack:
    """Return one of infra/ as the full main template fills it."""
    template = read(REPOSITORY / "infra" / f"{name}.yaml")
    name_of = {one["Properties"].get("Location"): one_name for one_name, one in read(MAIN)["Resources"].items()}
    parent = translated()["Resources"][name_of[f"infra/{name}.yaml"]]
    filled = main(**FULL).scope.resolve(parent["Properties"]["Parameters"])
    return Stack(template, defaults(template) | filled | given)


def defaults(template: dict[str, Any]) -> dict[str, Any]:
    """Return what the parameters are when nobody says anything."""
    return {name: one["Default"] for name, one in template.get("Parameters", {}).items() if "Default" in one}


@functools.cache
def translated() -> dict[str, Any]:
    """Return the main template as SAM turns it into CloudFormation."""
    template = read(MAIN)
    template["Globals"]["Function"]["CodeUri"] = "s3://bucket/code"
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Application":
            resource["Properties"]["Location"] = "https://s3.amazonaws.com/bucket/child"
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            resource["Properties"]["ContentUri"] = "s3://bucket/layer"
    with patch.dict(os.environ, AWS_DEFAULT_REGION="us-east-1"):
        done: dict[str, Any] = Translator({}, Parser()).translate(template, {**defaults(template), **BARE})
    return done


def names(value: object, *, known: set[str]) -> Iterator[str]:
    """Yield the resources that a part of a template refers to."""
    if isinstance(value, list):
        for item in value:
            yield from names(item, known=known)
    if not isinstance(value, dict):
        return
    for key, item in value.items():
        if key == "Ref" and item in known:
            yield item
        elif key == "Fn::GetAtt":
            yield from {item[0]} & known
        elif key == "Fn::Sub":
            text = json.dumps(item)
            yield from {name for name in known if f"${{{name}}}" in text or f"${{{name}." in text}
        else:
            yield from names(item, known=known)


def graph(template: dict[str, Any]) -> dict[str, set[str]]:
    """Return for each resource what must be there before it."""
    resources = template["Resources"]
    found = {}
    for name, resource in resources.items():
        before = resource.get("DependsOn", [])
        needs = set(names(resource, known=set(resources))) | ({before} if isinstance(before, str) else set(before))
        found[name] = needs
    return found


def reachable(edges: Mapping[str, set[str]], start: str) -> set[str]:
    """Return everything that `start` needs, directly or not."""
    seen: set[str] = set()
    ahead = [start]
    while ahead:
        new = edges[ahead.pop()] - seen
        seen |= new
        ahead += new
    return seen
