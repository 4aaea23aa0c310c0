"""The real template on the emulator: started, used, changed, stopped and started again."""

import json
import shutil
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from local import deploy, packager
from local.aws import Aws
from local.clock import settle
from local.places import HOST, REPOSITORY
from local.testing import LocalSystem, free_ports, running
from tests.local.serving import ask
from tests.local.sesv2.test_mime import request

pytestmark = pytest.mark.emulator


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("local") / "run"


@pytest.fixture(scope="module")
def system(folder: Path) -> Iterator[LocalSystem]:
    with running(folder) as one:
        yield one


def test_an_unknown_link_gets_a_page_of_the_function(system: LocalSystem) -> None:
    answer = ask(system.front, f"/s/{'a' * 26}")
    assert answer.status in {200, 404, 410}
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "Content-Security-Policy" in answer.headers


def test_an_address_no_function_has_gets_the_page_of_the_api(system: LocalSystem) -> None:
    answer = ask(system.front, "/nowhere", headers={"Accept": "text/html"})
    assert answer.status == 404
    assert "<h1>Nothing here</h1>" in answer.text


def test_the_mailbox_is_open(system: LocalSystem) -> None:
    assert ask(system.mailbox, "/mailbox").status == 200


def test_inbound_mail_is_taken_for_the_reply_domain_alone(system: LocalSystem) -> None:
    domain = system.here.settings.reply_domain
    text = "From: a@example.org\r\nSubject: hi\r\n\r\nhi\r\n"
    with smtplib.SMTP(*system.smtp, timeout=30) as client:
        assert client.sendmail("a@example.org", [f"r-{'a' * 26}@{domain}"], text) == {}
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            client.sendmail("a@example.org", ["a@elsewhere.example"], text)
    stored = system.here.aws.s3.list_objects_v2(Bucket=system.here.settings.inbound_bucket, Prefix="inbound/")
    assert stored["KeyCount"] == 1


def test_a_mail_is_kept_and_its_events_reach_the_topic(system: LocalSystem) -> None:
    here = system.here
    queue = here.aws.sqs.create_queue(QueueName="listening")["QueueUrl"]
    arn = here.aws.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    here.aws.sns.subscribe(TopicArn=here.resources["Sending.EventsTopic"], Protocol="sqs", Endpoint=arn)
    client = boto3.client(
        "sesv2",
        endpoint_url=here.aws_environment["AWS_ENDPOINT_URL_SESV2"],
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    tags = [{"Name": "clinic", "Value": "c1"}, {"Name": "touch", "Value": "patient_p1_t1"}]
    name = here.settings.configuration_set
    sent = client.send_email(**request(ConfigurationSetName=name, EmailTags=tags))["MessageId"]
    client.close()
    assert "ann@example.org" in ask(system.mailbox, "/mailbox").text
    event = json.loads(json.loads(receive(here.aws, queue))["Message"])
    assert (event["eventType"], event["mail"]["messageId"]) == ("Delivery", sent)
    assert event["mail"]["tags"]["clinic"] == ["c1"]
    assert settle(here.deployment) == 0


def test_a_tick_and_a_moved_clock_end_with_empty_queues(system: LocalSystem) -> None:
    assert system.prm("tick").returncode == 0
    moved = system.prm("clock", "+2h", "--json")
    assert moved.returncode == 0, moved.stderr
    assert json.loads(moved.stdout)["ahead_seconds"] >= 7200
    assert system.here.settings.clock_file == system.here.places.clock
    back = system.prm("clock", "-2h")
    assert (back.returncode, back.stdout) == (2, "")


def test_a_second_run_in_the_same_folder_is_told_to_wait(system: LocalSystem) -> None:
    again = subprocess.run(
        [sys.executable, "-m", "local.run"], env=system.environment, capture_output=True, text=True, check=False
    )
    assert again.returncode == 1
    assert "already runs here" in again.stderr


def test_what_the_emulator_passes_over_is_set(system: LocalSystem) -> None:
    aws, tables = system.here.aws, system.here.settings.tables
    found = aws.dynamodb.describe_time_to_live(TableName=f"{tables}links")["TimeToLiveDescription"]
    assert (found["TimeToLiveStatus"], found["AttributeName"]) == ("ENABLED", "expires_at")
    sources = aws.functions.list_event_source_mappings()["EventSourceMappings"]
    limits = [source["ScalingConfig"]["MaximumConcurrency"] for source in sources if source.get("ScalingConfig")]
    assert limits
    assert all(isinstance(limit, int) for limit in limits)


def test_everything_listens_on_the_loopback_address_alone(system: LocalSystem) -> None:
    names = ("PRM_FRONT_PORT", "PRM_EMULATOR_PORT", "PRM_SMTP_PORT")
    ports = {int(system.environment[name]) for name in names}
    listening = [row.split()[1:4] for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    bound = {local for local, _, state in listening if state == "0A" and int(local.split(":")[1], 16) in ports}
    assert {address.split(":")[0] for address in bound} == {"0100007F"}
    assert len(bound) == 3


def test_a_changed_template_updates_the_stack_in_place(system: LocalSystem, tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "infra", tmp_path / "infra")
    shutil.copy(REPOSITORY / "template.yaml", tmp_path)
    for folder in ("functions", "layers"):
        (tmp_path / folder).symlink_to(REPOSITORY / folder)
    sending = tmp_path / "infra" / "sending.yaml"
    sending.write_text(sending.read_text().replace("MessageRetentionPeriod: 3600", "MessageRetentionPeriod: 7200"))
    aws = system.here.aws
    aws.dynamodb.put_item(TableName="prm-clinics", Item={"pk": {"S": "kept"}, "sk": {"S": "profile"}})

    package = packager.package(tmp_path / "template.yaml", aws.emulator)
    deploy.deploy(aws, package, deploy.parameters(system.front, package.template))

    work = system.here.resources["Sending.Work"]
    attributes = aws.sqs.get_queue_attributes(QueueUrl=work, AttributeNames=["MessageRetentionPeriod"])["Attributes"]
    assert attributes["MessageRetentionPeriod"] == "7200"
    assert aws.dynamodb.get_item(TableName="prm-clinics", Key={"pk": {"S": "kept"}, "sk": {"S": "profile"}})["Item"]


def test_what_is_stored_is_there_after_a_restart(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    environment = free_ports(folder)
    item = {"pk": {"S": "kept"}, "sk": {"S": "profile"}}
    with running(folder, environment=environment) as first:
        first.here.aws.dynamodb.put_item(TableName="prm-clinics", Item=item)
        first.here.aws.s3.put_object(Bucket=first.here.settings.inbound_bucket, Key="inbound/kept", Body=b"mail")
    assert first.process.returncode == 0
    assert not (folder / "addresses.json").exists()
    assert not _listens(int(environment["PRM_EMULATOR_PORT"]))
    with running(folder, environment=environment) as second:
        aws = second.here.aws
        assert aws.dynamodb.get_item(TableName="prm-clinics", Key=item)["Item"] == item
        kept = aws.s3.get_object(Bucket=second.here.settings.inbound_bucket, Key="inbound/kept")
        assert kept["Body"].read() == b"mail"
        assert ask(second.front, f"/s/{'a' * 26}").headers["Content-Type"] == "text/html; charset=utf-8"
    said = (tmp_path / "run.out").read_text()
    assert said.count("Deploying template.yaml") == 1
    assert said.count("Nothing changed since the last start") == 1


def receive(aws: Aws, queue: str) -> str:
    """Return the body of the first message of a queue."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for message in aws.sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=1).get("Messages", []):
            return message["Body"]
    msg = "no message came"
    raise AssertionError(msg)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0
