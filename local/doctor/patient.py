"""The deployment under examination, and what an examination finds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.exceptions import ClientError

from local.doctor.lookup import Names

GONE = {"NotFoundException", "ValidationError"}


@dataclass(frozen=True)
class Finding:
    """What one check found. Where something is wrong, `remedy` says what to do."""

    check: str
    says: str
    remedy: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing need be done."""
        return not self.remedy


@dataclass(frozen=True)
class Patient:
    """One stack on AWS, with the parameters it was deployed with."""

    session: boto3.Session
    names: Names
    stack: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)

    @property
    def region(self) -> str:
        """Where it stands."""
        return self.session.region_name

    @property
    def receives(self) -> bool:
        """Whether it takes replies in."""
        return self.parameters.get("Receiving") == "true"

    def identity(self, domain: str) -> dict[str, Any] | None:
        """Return what SES knows of a domain, or None."""
        try:
            return {**self.session.client("sesv2").get_email_identity(EmailIdentity=domain)}
        except ClientError as err:
            if err.response["Error"]["Code"] in GONE:
                return None
            raise


def with_parents(domain: str) -> list[str]:
    """Return the domain and those above it, but no top-level domain."""
    labels = domain.split(".")
    return [".".join(labels[start:]) for start in range(max(len(labels) - 1, 1))]
