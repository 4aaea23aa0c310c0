"""What SES tells, as it is documented, and what is no event at all."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prm.core.errors import Invalid
from prm.mail import events
from prm.mail.model import State, TouchKey

KEY = TouchKey("riverbend", "patient:p-maria", "abcdefghij")
AT = "2026-11-24T17:00:01.000Z"


def event(kind: str, **part: Any) -> dict[str, Any]:
    """Return an event in the shape of SES's event publishing contents."""
    return {
        "eventType": kind,
        "mail": {
            "timestamp": "2026-11-24T17:00:00.000Z",
            "source": "Riverbend <care@mail.example>",
            "messageId": "0100-1",
            "destination": ["maria@example.com"],
            "tags": {"ses:configuration-set": ["prm"], "clinic": [KEY.clinic], "touch": [KEY.tag]},
        },
        **part,
    }


def bounce(kind: str) -> dict[str, Any]:
    recipients = [{"emailAddress": "maria@example.com", "action": "failed", "status": "5.1.1"}]
    part = {"bounceType": kind, "bounceSubType": "General", "bouncedRecipients": recipients, "timestamp": AT}
    return event("Bounce", bounce=part)


def test_a_delivery_lifts_its_touch() -> None:
    found = events.read(json.dumps(event("Delivery", delivery={"timestamp": AT, "recipients": ["maria@example.com"]})))
    assert found is not None
    key, news = found
    assert key == KEY
    assert (news.state, news.at) == (State.DELIVERED, dt.datetime(2026, 11, 24, 17, 0, 1, tzinfo=dt.UTC))


@pytest.mark.parametrize("kind", ["Send", "DeliveryDelay"])
def test_what_ses_sends_or_delays_it_took(kind: str) -> None:
    found = events.read(json.dumps(event(kind)))
    assert found is not None
    assert found[1].state is State.SENT


def test_an_envelope_of_sns_changes_nothing() -> None:
    inner = json.dumps(bounce("Permanent"))
    assert events.read(json.dumps({"Type": "Notification", "Message": inner})) == events.read(inner)


@pytest.mark.parametrize(("kind", "permanent"), [("Permanent", True), ("Transient", False), ("Undetermined", False)])
def test_only_a_permanent_bounce_is_permanent(kind: str, permanent: bool) -> None:  # noqa: FBT001 - a table of cases
    found = events.read(json.dumps(bounce(kind)))
    assert found is not None
    assert (found[1].state, found[1].permanent) == (State.BOUNCED, permanent)
    assert found[1].addresses == ("maria@example.com",)


def test_a_complaint_names_its_address_and_not_spam_is_none() -> None:
    recipients = [{"emailAddress": "maria@example.com"}]
    for feedback, expected in (("abuse", State.COMPLAINED), (None, State.COMPLAINED), ("not-spam", None)):
        part = {"complainedRecipients": recipients, "timestamp": AT, "complaintFeedbackType": feedback}
        found = events.read(json.dumps(event("Complaint", complaint=part)))
        assert (found[1].state if found else None) is expected


def test_opens_and_clicks_change_nothing() -> None:
    for kind in ("Open", "Click", "Subscription", "Rendering Failure"):
        assert events.read(json.dumps(event(kind))) is None


def test_an_event_without_our_tags_is_nobodys() -> None:
    foreign = event("Delivery", delivery={"timestamp": AT})
    foreign["mail"]["tags"] = {}
    assert events.read(json.dumps(foreign)) is None


@given(st.text() | st.binary().map(repr))
def test_what_is_no_event_is_refused(body: str) -> None:
    with pytest.raises(Invalid):
        events.read(body)


def test_notifications_of_an_identity_are_read_without_harm(corpus: Path) -> None:
    files = sorted((corpus / "aws-events" / "ses-notifications").glob("*.json"))
    assert files
    assert [events.read(file.read_text()) for file in files] == [None] * len(files)
