"""What AWS charges for, in dollars: the operator's page and the benchmarks reckon with the same table."""

from dataclasses import dataclass

MILLION = 1_000_000


@dataclass(frozen=True)
class Price:
    """Dollars in us-east-1, the page that ought to say so, and the date of the newest report of it found elsewhere.

    AWS's own pages were not at hand: look there before you rely on a figure.
    """

    dollars: float
    source: str
    as_of: str


PRICES: dict[str, Price] = {
    "ses mail": Price(0.10 / 1000, "aws.amazon.com/ses/pricing", "not checked"),
    "dynamodb write unit": Price(0.625 / MILLION, "aws.amazon.com/dynamodb/pricing/on-demand", "2025-07"),
    "dynamodb read unit": Price(0.125 / MILLION, "aws.amazon.com/dynamodb/pricing/on-demand", "2025-07"),
    "dynamodb GB": Price(0.25, "aws.amazon.com/dynamodb/pricing/on-demand", "2025-07, not checked"),
    "dynamodb GB backed up": Price(0.20, "aws.amazon.com/dynamodb/pricing/on-demand", "2025-07, not checked"),
    "lambda request": Price(0.20 / MILLION, "aws.amazon.com/lambda/pricing", "2025-12"),
    "lambda GB-second": Price(0.0000166667, "aws.amazon.com/lambda/pricing", "2025-12"),
    "sqs request": Price(0.40 / MILLION, "aws.amazon.com/sqs/pricing", "2026-03"),
    "sns publish": Price(0.50 / MILLION, "aws.amazon.com/sns/pricing", "2026-03, not checked"),
    "eventbridge schedule": Price(0.0, "aws.amazon.com/eventbridge/pricing (a rule on a schedule)", "not checked"),
    "api request": Price(3.50 / MILLION, "aws.amazon.com/api-gateway/pricing", "2025-12"),
    "s3 request": Price(0.005 / 1000, "aws.amazon.com/s3/pricing", "not checked"),
    "s3 GB": Price(0.023, "aws.amazon.com/s3/pricing", "not checked"),
    "logs GB": Price(0.50, "aws.amazon.com/cloudwatch/pricing", "2026-06"),
    "alarm": Price(0.10, "aws.amazon.com/cloudwatch/pricing", "not checked"),
    "kms key": Price(1.0, "aws.amazon.com/kms/pricing", "2026-06"),
    "kms request": Price(0.03 / 10_000, "aws.amazon.com/kms/pricing", "2026-06"),
    "secret": Price(0.40, "aws.amazon.com/secrets-manager/pricing", "not checked"),
}
