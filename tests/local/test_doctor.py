"""`prm doctor --aws`, against answers as AWS gives them; botocore checks each against the service's own model."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.stub import Stubber
from click.testing import CliRunner

from local import doctor
from local.commands.doctor import command
from local.doctor.patient import Finding

REGION = "us-east-1"
TOPIC = "arn:aws:sns:us-east-1:123456789012:prm-alarms"
TOKENS = ["aaaa", "bbbb", "cccc"]
MODELS = botocore.session.get_session()  # reading the services' models again for each test would take minutes


class Refused(Exception):
    """AWS answers with an error."""

    def __init__(self, code: str, message: str = "") -> None:
        self.code, self.message = code, message
        super().__init__(code)


def answers() -> dict[str, Any]:
    """What AWS says of a deployment that is well."""
    parameters = {
        "MailDomain": "mail.example.org",
        "MailFromDomain": "bounce.mail.example.org",
        "ReplyDomain": "reply.mail.example.org",
        "Receiving": "true",
        "SendConcurrency": "2",
    }
    return {
        "DescribeStacks": {
            "Stacks": [
                {
                    "StackName": "prm",
                    "CreationTime": "2026-11-01T00:00:00Z",
                    "StackStatus": "UPDATE_COMPLETE",
                    "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
                    "Outputs": [{"OutputKey": "AlarmTopic", "OutputValue": TOPIC}],
                }
            ]
        },
        "GetAccount": {
            "ProductionAccessEnabled": True,
            "SendingEnabled": True,
            "EnforcementStatus": "HEALTHY",
            "SendQuota": {"Max24HourSend": 50000.0, "MaxSendRate": 14.0, "SentLast24Hours": 12.0},
        },
        "GetEmailIdentity": {
            "IdentityType": "DOMAIN",
            "VerifiedForSendingStatus": True,
            "DkimAttributes": {"SigningEnabled": True, "Status": "SUCCESS", "Tokens": TOKENS},
            "MailFromAttributes": {
                "MailFromDomain": "bounce.mail.example.org",
                "MailFromDomainStatus": "SUCCESS",
                "BehaviorOnMxFailure": "USE_DEFAULT_VALUE",
            },
        },
        "DescribeActiveReceiptRuleSet": {
            "Metadata": {"Name": "prm-receiving"},
            "Rules": [{"Name": "prm-replies", "Enabled": True}],
        },
        "ListSubscriptionsByTopic": {
            "Subscriptions": [
                {
                    "SubscriptionArn": f"{TOPIC}:9f0c",
                    "Protocol": "email",
                    "Endpoint": "ops@example.org",
                    "TopicArn": TOPIC,
                }
            ]
        },
        "GetAccountSettings": {"AccountLimit": {"ConcurrentExecutions": 1000, "UnreservedConcurrentExecutions": 1000}},
    }


class Session(boto3.Session):
    """Answers every call from what was recorded, as often as it is made."""

    def __init__(self, recorded: dict[str, Any]) -> None:
        super().__init__("test", "test", region_name=REGION, botocore_session=MODELS)
        self.recorded = recorded

    def client(self, *arguments: Any, **options: Any) -> Any:
        client: Any = super().client(*arguments, **options)
        stubber = Stubber(client)

        def answer(params: dict[str, Any], model: Any, **_: Any) -> None:
            method = next(one for one, name in client.meta.method_to_api_mapping.items() if name == model.name)
            recorded = self.recorded[model.name]
            if callable(recorded):
                recorded = recorded(params)
            if isinstance(recorded, Refused):
                stubber.add_client_error(method, recorded.code, recorded.message, 400)
            else:
                stubber.add_response(method, recorded)

        client.meta.events.register_first("before-parameter-build.*.*", answer)
        stubber.activate()
        return client


class Names:
    """DNS as it should be set."""

    def __init__(self) -> None:
        self.mx = {
            "bounce.mail.example.org": ["feedback-smtp.us-east-1.amazonses.com"],
            "reply.mail.example.org": ["inbound-smtp.us-east-1.amazonaws.com"],
        }
        self.txt = {"_dmarc.example.org": ["v=DMARC1; p=quarantine"]}
        self.hosts = {"inbound-smtp.us-east-1.amazonaws.com"}

    def mail_servers(self, domain: str) -> list[str]:
        return self.mx.get(domain, [])

    def texts(self, domain: str) -> list[str]:
        return self.txt.get(domain, [])

    def exists(self, host: str) -> bool:
        return host in self.hosts


type Change = Callable[[dict[str, Any], Names], object]


def examined(change: Change = lambda recorded, names: None) -> dict[str, Finding]:
    """The findings, after something went wrong."""
    recorded, names = answers(), Names()
    change(recorded, names)
    return {one.check: one for one in doctor.diagnose(Session(recorded), names=names)}


def set_parameter(recorded: dict[str, Any], name: str, value: str) -> None:
    for one in recorded["DescribeStacks"]["Stacks"][0]["Parameters"]:
        if one["ParameterKey"] == name:
            one["ParameterValue"] = value


def test_a_deployment_that_is_well_needs_nothing() -> None:
    found = examined()

    assert all(one.ok for one in found.values())
    assert list(found) == [
        "deployment", "sandbox", "identity", "dkim", "mail-from", "dmarc",
        "inbound-region", "reply-mx", "reply-identity", "rule-set", "alarms", "concurrency",
    ]  # fmt: skip


WRONG: dict[str, tuple[str, Change, str, str]] = {
    "sandbox": (
        "sandbox",
        lambda aws, dns: aws["GetAccount"].update(ProductionAccessEnabled=False),
        "verified addresses alone",
        "Request production access",
    ),
    "sandbox, asked already": (
        "sandbox",
        lambda aws, dns: aws["GetAccount"].update(
            ProductionAccessEnabled=False, Details={"ReviewDetails": {"Status": "PENDING"}}
        ),
        "verified addresses alone",
        "Wait for the answer",
    ),
    "sending stopped by AWS": (
        "sandbox",
        lambda aws, dns: aws["GetAccount"].update(SendingEnabled=False),
        "stopped",
        "Answer the case",
    ),
    "identity unknown": (
        "identity",
        lambda aws, dns: aws.update(GetEmailIdentity=Refused("NotFoundException")),
        "does not know mail.example.org",
        "CreateIdentity=true",
    ),
    "identity not verified": (
        "identity",
        lambda aws, dns: aws["GetEmailIdentity"].update(VerifiedForSendingStatus=False),
        "not seen yet",
        "DKIM records",
    ),
    "DKIM pending": (
        "dkim",
        lambda aws, dns: aws["GetEmailIdentity"]["DkimAttributes"].update(Status="PENDING"),
        "PENDING",
        "bbbb._domainkey.mail.example.org CNAME bbbb.dkim.amazonses.com",
    ),
    "DKIM in a region with its own zone": (
        "dkim",
        lambda aws, dns: aws["GetEmailIdentity"]["DkimAttributes"].update(
            Status="PENDING", SigningHostedZone="dkim.af-south-1.amazonses.com"
        ),
        "PENDING",
        "CNAME aaaa.dkim.af-south-1.amazonses.com",
    ),
    "DKIM switched off": (
        "dkim",
        lambda aws, dns: aws["GetEmailIdentity"].update(DkimAttributes={"SigningEnabled": False}),
        "not set up",
        "Turn Easy DKIM on",
    ),
    "no custom MAIL FROM": (
        "mail-from",
        lambda aws, dns: set_parameter(aws, "MailFromDomain", ""),
        "Amazon's domain",
        "MailFromDomain=bounce.mail.example.org",
    ),
    "MAIL FROM without MX": (
        "mail-from",
        lambda aws, dns: dns.mx.pop("bounce.mail.example.org"),
        "not SES's",
        "bounce.mail.example.org MX 10 feedback-smtp.us-east-1.amazonses.com",
    ),
    "MAIL FROM not accepted": (
        "mail-from",
        lambda aws, dns: aws["GetEmailIdentity"]["MailFromAttributes"].update(MailFromDomainStatus="PENDING"),
        "not accepted",
        "v=spf1 include:amazonses.com",
    ),
    "no DMARC": (
        "dmarc",
        lambda aws, dns: dns.txt.clear(),
        "no DMARC record",
        "_dmarc.mail.example.org TXT",
    ),
    "region cannot receive": (
        "inbound-region",
        lambda aws, dns: dns.hosts.clear(),
        "does not receive in us-east-1",
        "another region",
    ),
    "replies go elsewhere": (
        "reply-mx",
        lambda aws, dns: dns.mx.update({"reply.mail.example.org": ["mx.example.net"]}),
        "not SES's",
        "MX 10 inbound-smtp.us-east-1.amazonaws.com",
    ),
    "replies go elsewhere too": (
        "reply-mx",
        lambda aws, dns: dns.mx["reply.mail.example.org"].append("mx.example.net"),
        "not SES's",
        "as the only MX record",
    ),
    "reply domain not ours": (
        "reply-identity",
        lambda aws, dns: aws.update(GetEmailIdentity=Refused("NotFoundException")),
        "reply.mail.example.org",
        "Create the identity reply.mail.example.org",
    ),
    "no active rule set": (
        "rule-set",
        lambda aws, dns: aws.update(DescribeActiveReceiptRuleSet={}),
        "no receipt rule set is active",
        "Activate prm-receiving",
    ),
    "another active rule set": (
        "rule-set",
        lambda aws, dns: aws.update(DescribeActiveReceiptRuleSet={"Metadata": {"Name": "company-mail"}, "Rules": []}),
        "company-mail",
        "ReceiptRuleSet=company-mail",
    ),
    "rule switched off": (
        "rule-set",
        lambda aws, dns: aws["DescribeActiveReceiptRuleSet"]["Rules"][0].update(Enabled=False),
        "switched off",
        "Enable it",
    ),
    "nobody hears alarms": (
        "alarms",
        lambda aws, dns: aws["ListSubscriptionsByTopic"].update(Subscriptions=[]),
        "nobody",
        "AlarmMail=",
    ),
    "alarms not confirmed": (
        "alarms",
        lambda aws, dns: aws["ListSubscriptionsByTopic"]["Subscriptions"][0].update(
            SubscriptionArn="PendingConfirmation"
        ),
        "not been confirmed",
        "follow its link",
    ),
    "a new account's concurrency": (
        "concurrency",
        lambda aws, dns: aws["GetAccountSettings"]["AccountLimit"].update(UnreservedConcurrentExecutions=10),
        "10 functions may run at once, 39 are wanted",
        "Service Quotas",
    ),
}


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_with_its_remedy(case: tuple[str, Change, str, str]) -> None:
    check, change, says, remedy = case

    found = examined(change)[check]

    assert not found.ok
    assert says in found.says
    assert remedy in found.remedy


def test_replies_are_not_examined_where_none_are_received() -> None:
    found = examined(lambda aws, dns: set_parameter(aws, "Receiving", "false"))

    assert not {"inbound-region", "reply-mx", "reply-identity", "rule-set"} & set(found)
    assert "alarms" in found


def test_a_parent_domain_that_is_ours_is_enough_for_replies() -> None:
    def known(params: dict[str, Any]) -> Any:
        ours = params["EmailIdentity"] == "mail.example.org"
        return answers()["GetEmailIdentity"] if ours else Refused("NotFoundException")

    assert examined(lambda aws, dns: aws.update(GetEmailIdentity=known))["reply-identity"].ok


def test_one_missing_permission_does_not_end_the_examination() -> None:
    found = examined(lambda aws, dns: aws.update(GetAccount=Refused("AccessDeniedException")))

    assert "GetAccount" in found["sandbox"].remedy
    assert found["alarms"].ok


def test_a_stack_that_is_not_there_is_the_only_finding() -> None:
    missing = Refused("ValidationError", "Stack with id prm does not exist")
    (found,) = examined(lambda aws, dns: aws.update(DescribeStacks=missing)).values()

    assert found.says == "Stack with id prm does not exist"
    assert "--stack NAME" in found.remedy


@pytest.mark.parametrize(
    "status", ["CREATE_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE", "ROLLBACK_COMPLETE", "CREATE_FAILED"]
)
def test_a_deployment_that_did_not_end_well_is_told(status: str) -> None:
    found = examined(lambda aws, dns: aws["DescribeStacks"]["Stacks"][0].update(StackStatus=status))

    assert status in found["deployment"].says
    assert len(found) == 1


def run(monkeypatch: pytest.MonkeyPatch, change: Change, *arguments: str) -> tuple[int, str]:
    recorded, names = answers(), Names()
    change(recorded, names)
    monkeypatch.setattr(boto3, "Session", lambda **_: Session(recorded))
    monkeypatch.setattr(doctor, "Dns", lambda: names)
    done = CliRunner().invoke(command, ["--aws", *arguments])
    return done.exit_code, done.stdout


def test_a_healthy_deployment_ends_with_0(monkeypatch: pytest.MonkeyPatch) -> None:
    status, out = run(monkeypatch, lambda aws, dns: None)

    assert status == 0
    assert "MEND" not in out


def test_a_failure_ends_with_1_and_stands_above_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    status, out = run(monkeypatch, lambda aws, dns: aws["ListSubscriptionsByTopic"].update(Subscriptions=[]))
    lines = out.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("MEND"))

    assert status == 1
    assert "nobody is told of alarms" in lines[at]
    assert lines[at + 1].strip() == "Deploy with AlarmMail=you@example.org"


def test_a_program_gets_the_same_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    status, out = run(monkeypatch, lambda aws, dns: dns.txt.clear(), "--json")
    found = {one["check"]: one for one in json.loads(out)}

    assert status == 1
    assert found["dmarc"]["ok"] is False
    assert found["dkim"] == {"check": "dkim", "says": "mails are signed by mail.example.org", "remedy": "", "ok": True}


def test_without_aws_there_is_nothing_to_examine() -> None:
    assert CliRunner().invoke(command, []).exit_code == 2
