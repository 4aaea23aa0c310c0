"""A deployment as the command line reaches it: by its stack's name, with the credentials of whoever calls.

Its settings come from the stack itself, never from a file beside it. No secret is among them: what needs the functions'
key, telling clients of pages apart, no command does.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from prm.core import settings
from prm.core.errors import NotFound, Unavailable

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackTypeDef

SETTINGS = {
    "PRM_TABLES": "TablePrefix",
    "PRM_SHARDS": "Shards",
    "PRM_BASE_URL": "BaseUrl",
    "PRM_MAIL_DOMAIN": "MailDomain",
    "PRM_REPLY_DOMAIN": "ReplyDomain",
    "PRM_CONFIGURATION_SET": "ConfigurationSet",
    "PRM_QUEUE_NOW": "QueueNow",
    "PRM_QUEUE_BULK": "QueueBulk",
    "PRM_QUEUE_WORK": "QueueWork",
    "PRM_RECORDS_BUCKET": "RecordsBucket",
    "PRM_INBOUND_BUCKET": "InboundBucket",
    "PRM_USER_POOL": "UserPool",
    "PRM_USER_CLIENT": "UserPoolClient",
}
"""Which output or parameter of the stack each setting is."""

_OWN_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")


@dataclass(frozen=True)
class Named:
    """Which stack is meant, and with whose credentials; None stands for what this machine is configured for."""

    stack: str
    region: str | None = None
    profile: str | None = None

    def session(self) -> boto3.Session:
        """Return a session that makes its calls there. Raises Unavailable where no region is known."""
        try:
            found = boto3.Session(profile_name=self.profile, region_name=self.region)
        except BotoCoreError as err:
            raise _unanswered(err) from err
        if found.region_name is None:
            raise Unavailable("Which region? Say --region, or configure one: aws configure", permanent=True)
        return found


@dataclass(frozen=True)
class Stack:
    """A deployment that was found. `endpoint` is where it was found."""

    name: str
    account: str
    region: str
    endpoint: str
    settings: settings.Settings

    def __str__(self) -> str:
        """Say where a command acts, before it does; and when that is not AWS at all."""
        host = urlsplit(self.endpoint).hostname or ""
        elsewhere = "" if ".amazonaws.com" in host else f", at {self.endpoint}"
        return f"stack {self.name}, account {self.account}, {self.region}{elsewhere}"


def reach(named: Named) -> Stack:
    """Find the stack, and make every client of this process work where it stands. Raises NotFound or Unavailable."""
    session = named.session()
    client = session.client("cloudformation")
    try:
        found = client.describe_stacks(StackName=named.stack)["Stacks"][0]
    except ClientError as err:
        raise _refused(err, named, session.region_name) from err
    except BotoCoreError as err:
        raise _unanswered(err) from err
    os.environ.update(AWS_DEFAULT_REGION=session.region_name, AWS_REGION=session.region_name)
    if named.profile:  # keys in the environment would win over a profile named there
        os.environ.update(AWS_PROFILE=named.profile)
        for name in _OWN_KEYS:
            os.environ.pop(name, None)
    account = found["StackId"].split(":")[4]
    return Stack(found["StackName"], account, session.region_name, client.meta.endpoint_url, _settings(found))


def _settings(found: "StackTypeDef") -> settings.Settings:
    known = _known(found)
    missing = sorted(set(SETTINGS.values()) - known.keys())
    if missing:
        raise NotFound(
            f"The stack {found['StackName']} does not say its {', '.join(missing)}: it is no Open PRM, it was never "
            f"finished, or an older release made it. Deploy this release first"
        )
    return settings.load({setting: known[name] for setting, name in SETTINGS.items()})


def _known(found: "StackTypeDef") -> Mapping[str, str]:
    parameters = {one["ParameterKey"]: one.get("ParameterValue", "") for one in found.get("Parameters", [])}
    return parameters | {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", [])}


def _refused(err: ClientError, named: Named, region: str) -> NotFound | Unavailable:
    code = err.response["Error"]["Code"]
    if code == "ValidationError":  # so CloudFormation calls a stack that is not there
        return NotFound(f"There is no stack {named.stack} in {region} for these credentials")
    return Unavailable(f"AWS does not show the stack {named.stack}", permanent=True, code=code)


def _unanswered(err: BotoCoreError) -> Unavailable:
    return Unavailable(f"AWS cannot be asked: {err}", permanent=True)
