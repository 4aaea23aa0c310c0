"""Looks at a deployment on AWS for what CloudFormation cannot know: DNS, SES's consent, confirmed alarms, limits."""

from collections.abc import Callable, Iterator

import boto3
from botocore.exceptions import ClientError

from local.doctor import receiving, running, sending
from local.doctor.lookup import Dns, Names
from local.doctor.patient import GONE, Finding, Patient

STACK = "prm"

type Check = Callable[[Patient], Finding]

_SENDING: tuple[Check, ...] = (sending.sandbox, sending.identity, sending.dkim, sending.mail_from, sending.dmarc)
_RECEIVING: tuple[Check, ...] = (
    receiving.inbound_region,
    receiving.reply_mx,
    receiving.reply_identity,
    receiving.rule_set,
)
_RUNNING: tuple[Check, ...] = (running.alarms, running.concurrency)


def diagnose(session: boto3.Session, stack: str = STACK, names: Names | None = None) -> list[Finding]:
    """Examine the deployment `stack` in the session's account and region."""
    try:
        found = session.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as err:
        return [_unanswered("deployment", err)]
    status = found["StackStatus"]
    if not status.endswith("_COMPLETE") or "ROLLBACK" in status:
        remedy = "Look at its events, mend what failed, and run: sam deploy"
        return [Finding("deployment", f"the stack {stack} is {status}", remedy)]
    patient = Patient(
        session,
        names or Dns(),
        stack,
        {one["ParameterKey"]: one.get("ParameterValue", "") for one in found.get("Parameters", [])},
        {one["OutputKey"]: one.get("OutputValue", "") for one in found.get("Outputs", [])},
    )
    return list(_examine(patient))


def _examine(patient: Patient) -> Iterator[Finding]:
    yield Finding("deployment", f"the stack {patient.stack} stands in {patient.region}")
    for check in _SENDING + (_RECEIVING if patient.receives else ()) + _RUNNING:
        try:
            yield check(patient)
        except ClientError as err:
            yield _unanswered(check.__name__.replace("_", "-"), err)


def _unanswered(check: str, err: ClientError) -> Finding:
    code, said = err.response["Error"]["Code"], err.response["Error"].get("Message", "")
    if code in GONE:
        return Finding(check, said, "Deploy first, or name the stack: prm doctor --aws --stack NAME")
    remedy = f"Let the person who runs this call {err.operation_name}, and choose the right account and region"
    return Finding(check, f"AWS does not say: {code}", remedy)


def told(findings: list[Finding]) -> str:
    """Return the findings for a person: what is well in one line, what is not with its remedy below."""
    lines = []
    for one in findings:
        lines.append(f"{'ok  ' if one.ok else 'MEND'}  {one.check:<15} {one.says}")
        if one.remedy:
            lines.append(f"{'':<22}{one.remedy}")
    return "\n".join(lines)
