"""What AWS hands to the functions: requests, queue messages, news of mails, mails."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from tests.sendcore.wire import Sent


def request(method: str, path: str, form: dict[str, str] | None = None) -> dict[str, Any]:
    """Return a request as API Gateway sends it."""
    area = path.split("/")[1]
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Host": "care.example", "User-Agent": "test"}
    return {
        "httpMethod": method,
        "path": path,
        "resource": f"/{area}/{{proxy+}}",
        "pathParameters": {"proxy": path.split("/", 2)[2]},
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "stageVariables": None,
        "isBase64Encoded": False,
        "body": urlencode(form) if form is not None else None,
        "requestContext": {
            "httpMethod": method,
            "path": path,
            "resourcePath": f"/{area}/{{proxy+}}",
            "identity": {"sourceIp": "192.0.2.1", "userAgent": "test"},
            "requestId": "r",
            "stage": "v1",
            "domainName": "care.example",
        },
    }


def queued(name: str, message: Mapping[str, Any]) -> dict[str, Any]:
    """Return a message of a queue as Lambda hands it over."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": {},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:us-east-1:123456789012:{name}",
        "awsRegion": "us-east-1",
    }


def delivery(sent: Sent, at: dt.datetime) -> dict[str, Any]:
    """Return the news that a mail arrived."""
    stamp = at.isoformat()
    tags = {"clinic": [sent.clinic], "touch": [sent.touch]}
    mail = {"timestamp": stamp, "messageId": "m", "destination": [sent.to], "tags": tags}
    return {"eventType": "Delivery", "mail": mail, "delivery": {"timestamp": stamp, "recipients": [sent.to]}}


def received(message: str, sender: str, address: str, at: dt.datetime) -> dict[str, Any]:
    """Return the announcement of a mail that SES stored."""
    receipt = {"timestamp": at.isoformat(), "recipients": [address]}
    notice = {"mail": {"messageId": message, "source": sender}, "receipt": receipt}
    return {"Records": [{"eventSource": "aws:ses", "ses": notice}]}
