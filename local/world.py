"""The deployed system as the clock and the command line see it: ticks, due indexes, queues."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from local.aws import Aws
from prm.core.errors import Unavailable

DUE = ("patients", "touches", "surveys", "cases", "jobs")
QUEUES = ("Work", "Now", "Bulk", "Events")
_DUE_FORM = "%Y-%m-%dT%H:%M:%S.%f%z"


@dataclass(frozen=True)
class Deployment:
    """Reads and prods what runs in the emulator, without a word of the project's own code."""

    aws: Aws
    resources: Mapping[str, str]
    tables: str
    shards: int

    def tick(self) -> None:
        """Call rule_scheduler as EventBridge does each minute, and wait for it."""
        event = {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}
        answer = self.aws.functions.invoke(
            FunctionName=self.resources["RuleScheduler"], Payload=json.dumps(event).encode()
        )
        if "FunctionError" in answer:
            said = json.loads(answer["Payload"].read() or b"{}")
            msg = f"rule_scheduler failed: {said.get('errorType', 'error')}; prm logs says more"
            raise Unavailable(msg)

    def next_due(self) -> dt.datetime | None:
        """Return when the longest waiting item of all due indexes is, or was, due."""
        return min(self._first_due(), default=None)

    def _first_due(self) -> Iterator[dt.datetime]:
        for table in DUE:
            for shard in range(self.shards):
                found = self.aws.dynamodb.query(
                    TableName=self.tables + table,
                    IndexName="due",
                    KeyConditionExpression="due_shard = :shard",
                    ExpressionAttributeValues={":shard": {"S": str(shard)}},
                    Limit=1,
                )
                for item in found["Items"]:
                    yield dt.datetime.strptime(item["due_at"]["S"], _DUE_FORM).astimezone(dt.UTC)

    def busy(self) -> int:
        """Return how many messages wait or are being worked on in the four queues."""
        return sum(self._messages(self.resources[f"Sending.{queue}"]) for queue in QUEUES)

    def _messages(self, url: str) -> int:
        found = self.aws.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return sum(int(number) for name, number in found.items() if name.startswith("ApproximateNumberOfMessages"))

    def empty(self) -> bool:
        """Tell whether no clinic is stored; the operator's agreement is none."""
        found = self.aws.dynamodb.query(
            TableName=f"{self.tables}clinics",
            KeyConditionExpression="pk = :all",
            ExpressionAttributeValues={":all": {"S": "clinics"}},
            Limit=1,
        )
        return not found["Items"]

    def has_terms(self) -> bool:
        """Tell whether there is an agreement that clinics accept when they sign up."""
        key = {"pk": {"S": "operator"}, "sk": {"S": "terms"}}
        return "Item" in self.aws.dynamodb.get_item(TableName=f"{self.tables}clinics", Key=key)
