"""What a clinic's month costs its operator: what was counted, times what each uses, times the prices.

Lambda's time, logs, storage, imports and what a deployment costs that nobody uses are left out: none of it is known by
clinic, and `benchmarks bill` reckons the whole. A page opened is assumed for each email: scanners and readers open it.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from prm.insights.model import CLINIC
from prm.insights.prices import PRICES
from prm.insights.spans import DAYS, Span
from prm.insights.summary import Summary

WRITE, READ = "dynamodb write unit", "dynamodb read unit"
SES, SQS, SNS, API = "ses mail", "sqs request", "sns publish", "api request"

USES: Mapping[str, Mapping[str, float]] = {
    "email": {SES: 1, WRITE: 16, READ: 17, SQS: 6, SNS: 1},
    "page": {READ: 3, WRITE: 1, API: 1},
    "answer": {WRITE: 19, READ: 5, API: 1},
    "patient a night": {READ: 4.7},
}
"""What one of each uses. DynamoDB's units are those that `benchmarks counts` measures, for the night `benchmarks year`;
a test holds the first three together.

An email goes through two queues, to the sender and back as news: sent, received and deleted in each."""


@dataclass(frozen=True)
class Costs:
    """The last 30 days of a clinic: how many of each, and dollars for email and for all else that was counted."""

    emails: int
    answers: int
    patients: int
    email: float
    rest: float

    @property
    def dollars(self) -> float:
        """Both together."""
        return self.email + self.rest


def costs(summary: Summary) -> Costs:
    """Return what the 30 days before a nightly count cost. Patients are those with a visit, as each is read a night."""
    month = summary.spans[Span.MONTH]
    emails, answers = month.mail.went, sum(month.parts.get(CLINIC, ()))
    patients = summary.spans[Span.ALL].coverage.patients
    times = {"email": emails, "page": emails, "answer": answers, "patient a night": patients * DAYS[Span.MONTH]}
    used: Counter[str] = Counter()
    for what, often in times.items():
        used.update({name: often * number for name, number in USES[what].items()})
    dollars = {name: number * PRICES[name].dollars for name, number in used.items()}
    return Costs(emails, answers, patients, dollars.pop(SES), sum(dollars.values()))
