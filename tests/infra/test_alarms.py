"""What rings, and that it can ring: the names alarms watch are names that exist."""

from typing import Any

import pytest

from tests.infra.policies import FUNCTIONS
from tests.infra.stack import child, main

DEAD = ["NowDead", "BulkDead", "WorkDead", "EventsDead", "Failed"]


def alarms() -> dict[str, dict[str, Any]]:
    return child("alarms").properties("AWS::CloudWatch::Alarm")


def watched(alarm: dict[str, Any]) -> tuple[str, str, str]:
    (dimension,) = alarm["Dimensions"]
    return alarm["Namespace"], alarm["MetricName"], dimension["Value"]


@pytest.mark.parametrize("queue", DEAD)
def test_a_single_message_that_was_given_up_rings(queue: str) -> None:
    alarm = alarms()[f"{queue}Depth"]
    namespace, metric, name = watched(alarm)

    assert (namespace, metric) == ("AWS/SQS", "ApproximateNumberOfMessagesVisible")
    assert f"Outputs.{queue}Name" in name
    assert alarm["Threshold"] == 1


@pytest.mark.parametrize(("queue", "seconds"), [("Now", 300), ("Bulk", 14400), ("Work", 900), ("Events", 900)])
def test_a_message_that_waits_too_long_rings(queue: str, seconds: int) -> None:
    alarm = alarms()[f"{queue}Age"]
    namespace, metric, name = watched(alarm)

    assert (namespace, metric) == ("AWS/SQS", "ApproximateAgeOfOldestMessage")
    assert f"Outputs.{queue}Name" in name
    assert alarm["Threshold"] == seconds


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("metric", ["Errors", "Throttles"])
def test_a_function_that_fails_or_is_held_back_rings(function: str, metric: str) -> None:
    namespace, watched_metric, name = watched(alarms()[f"{function}{metric}"])

    assert (namespace, watched_metric) == ("AWS/Lambda", metric)
    assert name.startswith(f"{function}-")


def test_silence_of_the_scheduler_rings() -> None:
    alarm = alarms()["NoTicks"]

    assert alarm["TreatMissingData"] == "breaching"
    assert alarm["Period"] * alarm["EvaluationPeriods"] == 600


def test_an_item_whose_work_fails_again_and_again_rings_under_the_name_the_scheduler_counts_by() -> None:
    settings = main().properties("AWS::Lambda::Function")["RuleScheduler"]["Environment"]["Variables"]
    alarm = alarms()["DueFailures"]

    assert watched(alarm) == (
        settings["POWERTOOLS_METRICS_NAMESPACE"],
        "DueFailures",
        settings["POWERTOOLS_SERVICE_NAME"],
    )
    assert alarm["Threshold"] == 1


def test_every_alarm_tells_when_it_rings_and_when_it_is_over() -> None:
    for alarm in alarms().values():
        assert alarm["AlarmActions"] == alarm["OKActions"] == ["Topic-0123456789abcdef"]
        assert alarm["AlarmDescription"]


def test_somebody_is_told_where_an_address_is_given() -> None:
    (subscription,) = child("alarms").properties("AWS::SNS::Subscription").values()

    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "ops@example.org")
    assert not child("alarms", AlarmMail="").resources("AWS::SNS::Subscription")


def test_alarms_may_use_the_key_of_their_topic() -> None:
    (key,) = child("storage").properties("AWS::KMS::Key").values()
    (allowed,) = [
        one for one in key["KeyPolicy"]["Statement"] if one["Principal"].get("Service") == "cloudwatch.amazonaws.com"
    ]

    assert allowed["Action"] == ["kms:GenerateDataKey*", "kms:Decrypt"]
