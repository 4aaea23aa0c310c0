"""`prm --stack`: which deployment is meant, what it says of itself, and what is refused."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import click
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from click.testing import CliRunner, Result

from local import cli
from local.cloudformation import read
from local.session import connect
from local.stack import SETTINGS, Named, reach
from prm.core.errors import Invalid, NotFound, PrmError, Unavailable
from tests.infra.stack import MAIN

NAMES = {
    "TablePrefix": "care-",
    "BaseUrl": "https://care.example.org/",
    "ConfigurationSet": "care-mail",
    "QueueNow": "https://sqs.example/now",
    "QueueBulk": "https://sqs.example/bulk",
    "QueueWork": "https://sqs.example/work",
    "RecordsBucket": "records",
    "InboundBucket": "inbound",
    "UserPool": "us-east-1_pool",
    "UserPoolClient": "client",
}
PARAMETERS = {"MailDomain": "mail.example.org", "ReplyDomain": "reply.example.org", "Shards": "4"}
CARE = Named("care", "us-west-2")

type Shows = Callable[..., None]


@pytest.fixture(autouse=True)
def own_environment(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `reach` sets is gone after the test."""
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


@pytest.fixture
def aws_shows(monkeypatch: pytest.MonkeyPatch) -> Shows:
    """Let AWS know the stack `care` alone, with these outputs, or refuse with this error."""

    def shows(outputs: dict[str, str], code: str = "") -> None:
        def answer(_: Any, operation: str, request: dict[str, str]) -> Any:
            if code or request["StackName"] != "care":
                raise ClientError({"Error": {"Code": code or "ValidationError", "Message": ""}}, operation)
            return {"Stacks": [recorded(outputs)]}

        monkeypatch.setattr(BaseClient, "_make_api_call", answer)

    return shows


@pytest.fixture
def deployed(aws_shows: Shows) -> None:
    """A stack with what ours says of itself, in another region than the usual."""
    aws_shows(NAMES)


def recorded(outputs: dict[str, str]) -> dict[str, Any]:
    """Return one stack of CloudFormation's DescribeStacks."""
    return {
        "StackId": "arn:aws:cloudformation:us-west-2:123456789012:stack/care/3eb8b100-d060-4fcb-87b9-551f2dc3e93b",
        "StackName": "care",
        "StackStatus": "UPDATE_COMPLETE",
        "Parameters": [{"ParameterKey": name, "ParameterValue": value} for name, value in PARAMETERS.items()],
        "Outputs": [{"OutputKey": name, "OutputValue": value} for name, value in outputs.items()],
    }


@pytest.mark.usefixtures("deployed")
def test_a_stack_tells_its_settings_by_its_outputs_and_parameters() -> None:
    found = reach(CARE).settings

    assert (found.tables, found.base_url, found.shards) == ("care-", "https://care.example.org", 4)
    assert (found.mail_domain, found.reply_domain) == ("mail.example.org", "reply.example.org")
    assert (found.queue_now, found.queue_bulk, found.queue_work) == (
        "https://sqs.example/now",
        "https://sqs.example/bulk",
        "https://sqs.example/work",
    )
    assert (found.records_bucket, found.inbound_bucket, found.configuration_set) == ("records", "inbound", "care-mail")


@pytest.mark.usefixtures("deployed")
def test_no_secret_is_among_them_and_business_time_is_the_real_one() -> None:
    found = reach(CARE).settings

    assert (found.hit_key, found.clock_file) == (b"", None)


@pytest.mark.usefixtures("deployed")
def test_it_is_said_which_stack_of_which_account_and_region_it_is() -> None:
    assert str(reach(CARE)) == "stack care, account 123456789012, us-west-2"


@pytest.mark.usefixtures("deployed")
def test_clients_made_later_work_where_the_stack_stands() -> None:
    reach(CARE)

    assert (os.environ["AWS_DEFAULT_REGION"], os.environ["AWS_REGION"]) == ("us-west-2", "us-west-2")


@pytest.mark.usefixtures("deployed")
def test_a_profile_wins_over_keys_in_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    keys = tmp_path / "credentials"
    keys.write_text("[clinics]\naws_access_key_id = theirs\naws_secret_access_key = x\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(keys))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "mine")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "y")

    reach(Named("care", "us-west-2", "clinics"))
    credentials = boto3.Session().get_credentials()

    assert credentials is not None
    assert credentials.access_key == "theirs"


@pytest.mark.parametrize(
    ("meant", "told"),
    [
        (Named("nowhere", "us-west-2"), "There is no stack nowhere in us-west-2"),
        (Named("care", "us-west-2", "nobody"), r"profile \(nobody\) could not be found"),
        (Named("care"), "Say --region"),
    ],
    ids=["stack", "profile", "region"],
)
@pytest.mark.usefixtures("deployed")
def test_what_cannot_be_found_is_told(meant: Named, told: str) -> None:
    with pytest.raises(PrmError, match=told):
        reach(meant)


@pytest.mark.parametrize("left_out", ["TablePrefix", "QueueBulk"])
def test_a_stack_that_is_not_ours_or_too_old_is_refused(aws_shows: Shows, left_out: str) -> None:
    aws_shows({name: value for name, value in NAMES.items() if name != left_out})

    with pytest.raises(NotFound, match=f"does not say its {left_out}"):
        reach(CARE)


def test_a_missing_permission_is_called_by_its_name(aws_shows: Shows) -> None:
    aws_shows(NAMES, "AccessDenied")

    with pytest.raises(Unavailable) as refused:
        reach(CARE)
    assert cli.told(refused.value) == "AWS does not show the stack care (AccessDenied)"


def test_the_template_says_all_that_is_asked_of_it() -> None:
    template = read(MAIN)

    assert set(SETTINGS.values()) <= template["Outputs"].keys() | template["Parameters"].keys()


def test_the_template_calls_its_tables_as_its_functions_do() -> None:
    template = read(MAIN)

    assert (
        template["Outputs"]["TablePrefix"]["Value"]
        == (template["Globals"]["Function"]["Environment"]["Variables"]["PRM_TABLES"])
    )


def prm(*arguments: str) -> Result:
    return CliRunner().invoke(cli.prm, arguments)


@pytest.mark.parametrize("arguments", [["clock", "+3d"], ["clock"], ["tick"], ["logs"], ["demo"]], ids=" ".join)
def test_what_makes_sense_on_this_machine_alone_is_refused_for_a_stack(arguments: list[str]) -> None:
    done = prm("--stack", "care", "--region", "us-west-2", *arguments)

    assert isinstance(done.exception, Invalid)
    assert done.exception.message.startswith(f"prm {arguments[0]} is for the local run alone. ")


def test_a_region_without_a_stack_is_a_wrong_call() -> None:
    assert prm("--region", "us-west-2", "clinic", "list").exit_code == 2
    assert prm("--profile", "clinics", "clinic", "list").exit_code == 2


@pytest.mark.usefixtures("deployed")
def test_a_command_says_where_it_acts_before_it_does(monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command()
    def command() -> None:
        click.echo(connect().settings.tables)

    monkeypatch.setattr(cli.prm, "get_command", lambda *_: command)
    done = prm("--stack", "care", "--region", "us-west-2", "anything")

    assert (done.stderr, done.stdout) == ("On stack care, account 123456789012, us-west-2\n", "care-\n")
