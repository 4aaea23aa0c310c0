"""boto3 pointed at the emulator of this machine, never at AWS."""

import functools
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from local.places import HOST, REGION

if TYPE_CHECKING:
    from mypy_boto3_apigateway import APIGatewayClient
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient

# Long enough for a function's whole timeout; the emulator answers from the same machine, so nothing is tried twice.
_CONFIG = Config(retries={"total_max_attempts": 1}, read_timeout=300, connect_timeout=5, max_pool_connections=32)


def endpoint(port: int) -> str:
    """Return the emulator's address."""
    return f"http://{HOST}:{port}"


def environment(emulator: str, mail: str) -> dict[str, str]:
    """Return what makes any AWS SDK talk to this machine alone, with credentials that are worth nothing."""
    return {
        "AWS_ENDPOINT_URL": emulator,
        "AWS_ENDPOINT_URL_SESV2": mail,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_SESSION_TOKEN": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }


class Aws:
    """The clients the local run needs, each made when first asked for."""

    def __init__(self, emulator: str) -> None:
        """Talk to the emulator at this address."""
        self.emulator = emulator
        self._session = boto3.Session(
            aws_access_key_id="test", aws_secret_access_key="test", aws_session_token="test", region_name=REGION
        )

    @functools.cached_property
    def apigateway(self) -> "APIGatewayClient":
        return self._session.client("apigateway", endpoint_url=self.emulator, config=_CONFIG)

    @functools.cached_property
    def cloudformation(self) -> "CloudFormationClient":
        return self._session.client("cloudformation", endpoint_url=self.emulator, config=_CONFIG)

    @functools.cached_property
    def dynamodb(self) -> "DynamoDBClient":
        return self._session.client("dynamodb", endpoint_url=self.emulator, config=_CONFIG)

    @functools.cached_property
    def functions(self) -> "LambdaClient":
        return self._session.client("lambda", endpoint_url=self.emulator, config=_CONFIG)

    @functools.cached_property
    def logs(self) -> Any:  # noqa: ANN401 - the one client without installed types
        return self._session.client("logs", endpoint_url=self.emulator, config=_CONFIG)

    @functools.cached_property
    def s3(self) -> "S3Client":
        path_style = _CONFIG.merge(Config(s3={"addressing_style": "path"}))
        return self._session.client("s3", endpoint_url=self.emulator, config=path_style)

    @functools.cached_property
    def sesv2(self) -> "SESV2Client":
        return self._session.client("sesv2", endpoint_url=self.emulator, config=_CONFIG)

    @functools.cached_property
    def sns(self) -> "SNSClient":
        return self._session.client("sns", endpoint_url=self.emulator, config=_CONFIG)

    @functools.cached_property
    def sqs(self) -> "SQSClient":
        return self._session.client("sqs", endpoint_url=self.emulator, config=_CONFIG)
