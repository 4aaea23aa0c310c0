"""The event with which SES announces a mail."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from pydantic import ValidationError

from prm.mail.reply import Kind
from prm.recovery.replies import Outcome, Received
from survey_webhook.inbound import handle


def event(**receipt: Any) -> dict[str, Any]:
    """Return what AWS documents for a Lambda action, shortened."""
    verdicts = {f"{name}Verdict": {"status": "PASS"} for name in ("spam", "virus", "spf", "dkim", "dmarc")}
    return {
        "Records": [
            {
                "eventSource": "aws:ses",
                "eventVersion": "1.0",
                "ses": {
                    "mail": {
                        "timestamp": "2026-11-24T17:00:00.000Z",
                        "source": "maria@example.com",
                        "messageId": "d6iitobk75ur44p8kdnnp7g2n800",
                        "destination": ["r-abc@replies.example"],
                        "headersTruncated": False,
                        "headers": [{"name": "From", "value": "Maria <maria@example.com>"}],
                        "commonHeaders": {"subject": "Re: How was your visit?"},
                    },
                    "receipt": {
                        "timestamp": "2026-11-24T17:00:01.000Z",
                        "processingTimeMillis": 574,
                        "recipients": ["r-abc@replies.example"],
                        "action": {"type": "Lambda", "functionArn": "arn:x", "invocationType": "Event"},
                        **verdicts,
                        **receipt,
                    },
                },
            }
        ]
    }


@dataclass
class Replies:
    """Keeps what it is given."""

    taken: list[Received] = field(default_factory=list)

    def take_in(self, received: Received, /) -> Outcome:
        self.taken.append(received)
        return Outcome(Kind.COMMENT, "riverbend", "")


@dataclass
class House:
    replies: Replies = field(default_factory=Replies)


def test_the_envelope_is_passed_on_not_the_headers() -> None:
    house = House()
    handle(event(), house)
    (received,) = house.replies.taken
    assert received.message_id == "d6iitobk75ur44p8kdnnp7g2n800"
    assert received.recipients == ("r-abc@replies.example",)
    assert received.sender == "maria@example.com"
    assert received.received_at.isoformat() == "2026-11-24T17:00:01+00:00"


@pytest.mark.parametrize(
    ("verdict", "status", "refused"),
    [
        ("spamVerdict", "FAIL", "spam"),
        ("virusVerdict", "FAIL", "virus"),
        ("spamVerdict", "GRAY", ""),
        ("virusVerdict", "PROCESSING_FAILED", ""),
        ("dmarcVerdict", "FAIL", ""),
    ],
)
def test_a_failed_check_refuses_the_mail(verdict: str, status: str, refused: str) -> None:
    house = House()
    handle(event(**{verdict: {"status": status}}), house)
    assert house.replies.taken[0].refused == refused


def test_the_log_holds_no_address_and_no_words(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    handle(event(), House())
    (record,) = caplog.records
    assert vars(record)["kind"] == "comment"
    assert "@" not in str(vars(record))
    assert "your visit" not in str(vars(record))


def test_an_id_that_is_no_key_is_refused() -> None:
    broken = event()
    broken["Records"][0]["ses"]["mail"]["messageId"] = "../records/riverbend/patients.csv"
    with pytest.raises(ValidationError):
        handle(broken, House())


def test_what_is_no_mail_is_refused() -> None:
    with pytest.raises(ValidationError):
        handle({"Records": [{"eventSource": "aws:s3"}]}, House())
