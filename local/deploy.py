"""Brings the template into the emulator, unmodified, and makes up for what the emulator passes over.

What it passes over (MiniStack 1.5.33): TTL of tables, gateway responses inside an Api, SES receipt rules. And it keeps
a number that a parameter gave to an event source as text, on which its poller then stumbles.
"""

import contextlib
import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local import cloudformation
from local.aws import Aws
from local.packager import BUCKET, Package
from local.places import REGION
from local.sesv2.events import ACCOUNT

STACK = "prm"
_WAIT = 300  # seconds for a deployment
_DONE = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
_BUSY = "_IN_PROGRESS"


class DeploymentError(Exception):
    """The emulator did not take the template; the message says what it said."""


@dataclass(frozen=True)
class Deployed:
    """What stands in the emulator, by the names the command line and the front door need."""

    outputs: dict[str, str]
    resources: dict[str, str]  # logical id -> physical id, of the stack and its children
    environment: dict[str, str] = field(default_factory=dict)  # settings of all functions together

    @property
    def stage(self) -> str:
        """Where the emulator serves the API."""
        return f"/_aws/execute-api/{self.outputs['ApiId']}/{self.outputs['Stage']}"

    def document(self) -> dict[str, Any]:
        """Return what is written for the command line."""
        return asdict(self)


def parameters(base_url: str, template: dict[str, Any]) -> dict[str, str]:
    """Return the values of the local run for the parameters that this template has."""
    values = {
        "BaseUrl": base_url,
        "MailDomain": "mail.prm.example",
        "ReplyDomain": "reply.prm.example",
        "CreateIdentity": "false",  # there is no DNS to prove it with
        "Receiving": "false",  # receipt rules are unknown to the emulator; `local.receiving` takes them from the file
        "DeletionProtection": "false",
        "RequireTotp": "false",  # whoever tries this out shall not have to find a phone first
    }
    return {name: value for name, value in values.items() if name in template.get("Parameters", {})}


def deploy(aws: Aws, package: Package, values: dict[str, str]) -> None:
    """Create or update the stack and wait for it; raises DeploymentError."""
    _upload(aws, package)
    body = "template.json"
    aws.s3.put_object(Bucket=BUCKET, Key=body, Body=package.body.encode())
    request: dict[str, Any] = {
        "StackName": STACK,
        "TemplateURL": f"{aws.emulator}/{BUCKET}/{body}",
        "Parameters": [{"ParameterKey": name, "ParameterValue": value} for name, value in values.items()],
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
    }
    try:
        if _status(aws) is None:
            aws.cloudformation.create_stack(**request)
        else:
            aws.cloudformation.update_stack(**request)
    except ClientError as err:
        if "No updates are to be performed" not in str(err):
            raise DeploymentError(str(err)) from err
    _wait(aws)


def exists(aws: Aws) -> bool:
    """Tell whether the stack stands; a killed emulator may have forgotten it."""
    return _status(aws) in _DONE


def _upload(aws: Aws, package: Package) -> None:
    with contextlib.suppress(aws.s3.exceptions.BucketAlreadyOwnedByYou):
        aws.s3.create_bucket(Bucket=BUCKET)
    for name, content in package.objects.items():
        aws.s3.put_object(Bucket=BUCKET, Key=name, Body=content)


def _status(aws: Aws) -> str | None:
    try:
        return aws.cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"]
    except ClientError:
        return None


def _wait(aws: Aws) -> None:
    deadline = time.monotonic() + _WAIT
    while (status := _status(aws) or "").endswith(_BUSY):
        if time.monotonic() > deadline:
            msg = f"the stack is still {status} after {_WAIT} seconds"
            raise DeploymentError(msg)
        time.sleep(0.1)
    if status not in _DONE:
        reasons = "\n  ".join(_failures(aws)) or "no reason given"
        msg = f"the stack is {status}:\n  {reasons}"
        raise DeploymentError(msg)


def _failures(aws: Aws) -> Iterator[str]:
    for event in aws.cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]:
        if "FAILED" in event.get("ResourceStatus", "") and event.get("ResourceStatusReason"):
            yield f"{event['LogicalResourceId']}: {event['ResourceStatusReason']}"


def find(aws: Aws) -> Deployed:
    """Return what is deployed."""
    stack = aws.cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
    resources = dict(_resources(aws, STACK))
    return Deployed(outputs, resources, _environment(aws, resources.values()))


def _resources(aws: Aws, stack: str) -> Iterator[tuple[str, str]]:
    for resource in aws.cloudformation.describe_stack_resources(StackName=stack)["StackResources"]:
        physical = resource.get("PhysicalResourceId", "")
        yield resource["LogicalResourceId"], physical
        if resource["ResourceType"] == "AWS::CloudFormation::Stack":
            for name, child in _resources(aws, physical):
                yield f"{resource['LogicalResourceId']}.{name}", child


def _environment(aws: Aws, physical_ids: Any) -> dict[str, str]:  # noqa: ANN401 - any collection
    together: dict[str, str] = {}
    mine = set(physical_ids)
    for page in aws.functions.get_paginator("list_functions").paginate():
        for function in page["Functions"]:
            if function["FunctionName"] in mine:
                together |= function.get("Environment", {}).get("Variables", {})
    return {name: value for name, value in together.items() if name.startswith("PRM_")}


def attributes(aws: Aws, deployed: Deployed) -> dict[str, str]:
    """Return what GetAtt gives in the main template: outputs of children, ARNs of functions."""
    found: dict[str, str] = {}
    for name, physical in deployed.resources.items():
        if physical.startswith("arn:aws:cloudformation:"):
            stack = aws.cloudformation.describe_stacks(StackName=physical)["Stacks"][0]
            for output in stack.get("Outputs", []):
                found[f"{name}.Outputs.{output['OutputKey']}"] = output["OutputValue"]
        elif "." not in name:
            found[f"{name}.Arn"] = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{physical}"
    return found


def make_up(aws: Aws, deployed: Deployed, template: Path) -> None:
    """Set what the emulator passed over, from the same files; safe to repeat."""
    main = cloudformation.read(template)
    _numbers(aws)
    _gateway_responses(aws, deployed, main)
    for name, resource in main["Resources"].items():
        location = resource.get("Properties", {}).get("Location")
        if isinstance(location, str):
            _time_to_live(aws, deployed, name, cloudformation.read(template.parent / location))


def _numbers(aws: Aws) -> None:
    for page in aws.functions.get_paginator("list_event_source_mappings").paginate():
        for source in page["EventSourceMappings"]:
            limit = source.get("ScalingConfig", {}).get("MaximumConcurrency")
            if limit is not None:
                scaling = {"MaximumConcurrency": int(limit)}
                aws.functions.update_event_source_mapping(UUID=source["UUID"], ScalingConfig=scaling)  # type: ignore[arg-type]


def _time_to_live(aws: Aws, deployed: Deployed, stack: str, child: dict[str, Any]) -> None:
    for name, resource in child["Resources"].items():
        wanted = resource.get("Properties", {}).get("TimeToLiveSpecification")
        table = deployed.resources.get(f"{stack}.{name}")
        if resource["Type"] != "AWS::DynamoDB::Table" or not wanted or not table:
            continue
        now = aws.dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
        if now.get("TimeToLiveStatus") != "ENABLED":
            aws.dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=wanted)


def _gateway_responses(aws: Aws, deployed: Deployed, main: dict[str, Any]) -> None:
    for name, resource in main["Resources"].items():
        written = resource.get("Properties", {}).get("GatewayResponses")
        if resource["Type"] != "AWS::Serverless::Api" or not written:
            continue
        api = deployed.resources[name]
        for kind, response in written.items():
            _gateway_response(aws, api, kind, response)
        aws.apigateway.create_deployment(restApiId=api, stageName=deployed.outputs["Stage"])


def _gateway_response(aws: Aws, api: str, kind: Any, response: dict[str, Any]) -> None:  # noqa: ANN401 - one of a fixed list of names
    headers = response.get("ResponseParameters", {}).get("Headers", {})
    status = {"statusCode": str(response["StatusCode"])} if "StatusCode" in response else {}
    aws.apigateway.put_gateway_response(
        restApiId=api,
        responseType=kind,
        responseParameters={f"gatewayresponse.header.{name}": value for name, value in headers.items()},
        responseTemplates=response.get("ResponseTemplates", {}),
        **status,
    )


def write(path: Path, deployed: Deployed, environment: dict[str, str]) -> None:
    """Leave what the command line needs beside the state."""
    path.write_text(json.dumps({**deployed.document(), "aws": environment}, indent=2), encoding="utf-8")
