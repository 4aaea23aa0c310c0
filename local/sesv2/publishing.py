"""Brings an event to the SNS topic that the deployed configuration set names."""

import json
from collections.abc import Callable

from botocore.exceptions import ClientError

from local.aws import Aws
from local.sesv2.events import Event


def publisher(aws: Aws) -> Callable[[str, Event], None]:
    """Return what publishes an event of a configuration set to its enabled topics; a set that is unknown has none."""

    def publish(configuration_set: str, event: Event) -> None:
        for topic in topics(aws, configuration_set, event["eventType"]):
            aws.sns.publish(TopicArn=topic, Subject="Amazon SES Email Event Notification", Message=json.dumps(event))

    return publish


def topics(aws: Aws, configuration_set: str, kind: str) -> list[str]:
    """Return the topics that want events of this kind."""
    try:
        found = aws.sesv2.get_configuration_set_event_destinations(ConfigurationSetName=configuration_set)
    except ClientError:
        return []
    return [
        destination["SnsDestination"]["TopicArn"]
        for destination in found.get("EventDestinations", [])
        if destination.get("Enabled")
        and "SnsDestination" in destination
        and _plain(kind) in {_plain(wanted) for wanted in destination["MatchingEventTypes"]}
    ]


def _plain(kind: str) -> str:
    """SES writes a kind in three ways: `Rendering Failure`, `RENDERING_FAILURE`, `renderingFailure`."""
    return kind.replace(" ", "").replace("_", "").lower()
