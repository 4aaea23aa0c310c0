"""Queues, the functions that empty them, and what happens to what they cannot work off."""

from typing import Any

import pytest

from tests.infra.stack import child, main, translated

WORKED = ["Now", "Bulk", "Work", "Events"]
# Shares of the account's sending rate, as the sender paces itself.
SHARES = {"Now": 1 / 5, "Bulk": 4 / 5}
SANDBOX_RATE = 1  # mails a second


def sources() -> dict[str, dict[str, Any]]:
    """Event sources by the queue they empty."""
    found = {}
    for source in main().properties("AWS::Lambda::EventSourceMapping").values():
        (queue,) = [queue for queue in WORKED if f"Outputs.{queue}Arn" in source["EventSourceArn"]]
        found[queue] = source
    return found


def timeout(source: dict[str, Any]) -> int:
    function = source["FunctionName"].split("-")[0]
    seconds: int = translated()["Resources"][function]["Properties"]["Timeout"]
    return seconds


def test_every_queue_is_worked_off_or_keeps_what_could_not_be() -> None:
    queues = set(child("sending").resources("AWS::SQS::Queue"))

    assert set(sources()) == set(WORKED)
    assert queues == {*WORKED, *(f"{queue}Dead" for queue in WORKED), "Failed"}


@pytest.mark.parametrize("queue", WORKED)
def test_a_message_stays_hidden_for_6_times_the_time_a_function_may_take(queue: str) -> None:
    hidden = child("sending").properties("AWS::SQS::Queue")[queue]["VisibilityTimeout"]

    assert hidden == 6 * timeout(sources()[queue])


@pytest.mark.parametrize("queue", WORKED)
def test_what_fails_5_times_is_kept_for_14_days(queue: str) -> None:
    queues = child("sending").properties("AWS::SQS::Queue")

    assert queues[queue]["RedrivePolicy"]["maxReceiveCount"] == 5
    assert f"{queue}Dead.Arn" in queues[queue]["RedrivePolicy"]["deadLetterTargetArn"]
    assert queues[f"{queue}Dead"]["MessageRetentionPeriod"] == 14 * 24 * 3600


def test_every_queue_is_encrypted() -> None:
    queues = child("sending").properties("AWS::SQS::Queue")

    assert all(queue["SqsManagedSseEnabled"] is True for queue in queues.values())


@pytest.mark.parametrize("queue", WORKED)
def test_one_bad_message_does_not_bring_back_its_neighbours(queue: str) -> None:
    assert sources()[queue]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


@pytest.mark.parametrize("queue", WORKED)
def test_lambda_takes_no_fewer_than_2_workers_at_once(queue: str) -> None:
    assert int(sources()[queue]["ScalingConfig"]["MaximumConcurrency"]) >= 2


@pytest.mark.parametrize("queue", ["Now", "Bulk"])
def test_the_sender_knows_how_many_of_it_there_are(queue: str) -> None:
    stack = main(SendConcurrency="7")
    settings = stack.properties("AWS::Lambda::Function")["MailSender"]["Environment"]["Variables"]
    limits = [
        source["ScalingConfig"]["MaximumConcurrency"]
        for source in stack.properties("AWS::Lambda::EventSourceMapping").values()
        if f"Outputs.{queue}Arn" in source["EventSourceArn"]
    ]

    assert limits == ["7"]
    assert settings["PRM_SEND_CONCURRENCY"] == "7"
    assert translated()["Parameters"]["SendConcurrency"]["MinValue"] == 2


@pytest.mark.parametrize("queue", ["Now", "Bulk"])
def test_a_batch_is_sent_in_half_the_time_even_in_the_sandbox(queue: str) -> None:
    source = sources()[queue]
    pace = SHARES[queue] * SANDBOX_RATE / int(source["ScalingConfig"]["MaximumConcurrency"])

    assert source["BatchSize"] / pace <= timeout(source) / 2


def test_what_becomes_of_a_mail_is_told_but_not_what_the_sender_knows_nor_whether_it_was_opened() -> None:
    (destination,) = child("sending").properties("AWS::SES::ConfigurationSetEventDestination").values()
    told = set(destination["EventDestination"]["MatchingEventTypes"])

    assert {"delivery", "bounce", "complaint", "reject", "renderingFailure", "deliveryDelay"} == told


def test_only_ses_with_our_configuration_set_may_publish_events() -> None:
    stack = child("sending")
    (policy,) = stack.properties("AWS::SNS::TopicPolicy").values()
    (statement,) = policy["PolicyDocument"]["Statement"]
    (configuration_set,) = stack.properties("AWS::SES::ConfigurationSet").values()
    source = statement["Condition"]["StringEquals"]["aws:SourceArn"]

    assert statement["Principal"] == {"Service": "ses.amazonaws.com"}
    assert source.endswith(f":configuration-set/{configuration_set['Name']}")


def test_only_the_topic_may_fill_the_queue_of_events() -> None:
    (policy,) = child("sending").properties("AWS::SQS::QueuePolicy").values()
    (statement,) = policy["PolicyDocument"]["Statement"]

    assert statement["Principal"] == {"Service": "sns.amazonaws.com"}
    assert statement["Condition"]["ArnEquals"]["aws:SourceArn"].startswith("EventsTopic-")


def test_mail_goes_out_encrypted_or_not_at_all() -> None:
    (configuration_set,) = child("sending").properties("AWS::SES::ConfigurationSet").values()

    assert configuration_set["DeliveryOptions"]["TlsPolicy"] == "REQUIRE"


def test_the_mail_domain_is_signed_and_has_its_own_place_for_bounces() -> None:
    (identity,) = child("sending").properties("AWS::SES::EmailIdentity").values()

    assert identity["EmailIdentity"] == "mail.example.org"
    assert identity["DkimSigningAttributes"] == {"NextSigningKeyLength": "RSA_2048_BIT"}
    assert identity["MailFromAttributes"]["MailFromDomain"] == "bounce.mail.example.org"


def test_a_domain_that_the_account_has_already_is_left_alone() -> None:
    assert not child("sending", CreateIdentity="false").resources("AWS::SES::EmailIdentity")
