"""`bill`: the month's AWS bill, from the counts, a table of prices, and assumptions that are printed with it.

No free tier is taken off. What is assumed stands in ASSUMED; everything else was counted on the real handlers.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from benchmarks import counts

PATIENTS = (1_000, 100_000, 1_000_000)
MILLION = 1_000_000
GB = 1_000_000_000
MINUTES = 60 * 24 * 30
AIM = 0.20

# Dollars in us-east-1, the page that ought to say so, and the date of the newest report of that price found elsewhere.
# AWS's own pages were not at hand: look there before you rely on a figure.
PRICES: dict[str, tuple[float, str, str]] = {
    "ses mail": (0.10 / 1000, "aws.amazon.com/ses/pricing", "not checked"),
    "dynamodb write unit": (0.625 / MILLION, "aws.amazon.com/dynamodb/pricing/on-demand", "2025-07"),
    "dynamodb read unit": (0.125 / MILLION, "aws.amazon.com/dynamodb/pricing/on-demand", "2025-07"),
    "dynamodb GB and backup": (0.25 + 0.20, "aws.amazon.com/dynamodb/pricing/on-demand", "2025-07, not checked"),
    "lambda request": (0.20 / MILLION, "aws.amazon.com/lambda/pricing", "2025-12"),
    "lambda GB-second": (0.0000166667, "aws.amazon.com/lambda/pricing", "2025-12"),
    "sqs request": (0.40 / MILLION, "aws.amazon.com/sqs/pricing", "2026-03"),
    "sns publish": (0.50 / MILLION, "aws.amazon.com/sns/pricing", "2026-03, not checked"),
    "eventbridge schedule": (0.0, "aws.amazon.com/eventbridge/pricing (rules on a schedule are free)", "not checked"),
    "api request": (3.50 / MILLION, "aws.amazon.com/api-gateway/pricing", "2025-12"),
    "s3 request": (0.005 / 1000, "aws.amazon.com/s3/pricing", "not checked"),
    "s3 GB": (0.023, "aws.amazon.com/s3/pricing", "not checked"),
    "logs GB": (0.50, "aws.amazon.com/cloudwatch/pricing", "2026-06"),
    "alarm": (0.10, "aws.amazon.com/cloudwatch/pricing", "not checked"),
    "kms key": (1.0, "aws.amazon.com/kms/pricing", "2026-06"),
    "kms request": (0.03 / 10_000, "aws.amazon.com/kms/pricing", "2026-06"),
    "secret": (0.40, "aws.amazon.com/secrets-manager/pricing", "not checked"),
}

ASSUMED: dict[str, float] = {
    "mails a patient": 4,
    "visits a mail": 1,
    "surveys among mails": 0.5,
    "answers a survey": 0.3,
    "low answers": 0.15,
    "page requests a mail (readers, scanners, stylesheet)": 1.0,
    "SES events a mail (send, delivery)": 2,
    "SQS requests a message (send, receive, delete)": 3,
    "imports a month, each reading all charts": 30,
    "patients a clinic": 1_000,
    "sender ms": 150,
    "other invocation ms": 60,
    "memory GB": 0.5,
    "log bytes an invocation": 1_000,
    "SQS pollers": 4 * 5,
    "alarms": 26,
    "KMS requests of idle caches": 75_000,
    "KB kept a patient": 90,
}


def measure() -> dict[str, Any]:
    """Count, then price."""
    found = counts.measure()
    bills = {str(patients): _bill(found, patients) for patients in PATIENTS}
    prices = {name: {"dollars": price[0], "source": price[1], "as_of": price[2]} for name, price in PRICES.items()}
    return {"bills": bills, "assumed": ASSUMED, "prices": prices, "aim": {"rest_of_ses_at_most": AIM}}


def lines(figures: dict[str, Any]) -> Iterator[str]:
    """Yield a column for each size."""
    bills = figures["bills"]
    yield f"{'dollars a month':28}" + "".join(f"{int(size):>12,}" for size in bills)
    for name in bills[str(PATIENTS[0])]["lines"]:
        yield f"{name:28}" + "".join(f"{bill['lines'][name]:12,.2f}" for bill in bills.values())
    for name in ("ses", "rest", "rest_of_ses"):
        yield f"{name:28}" + "".join(f"{bill[name]:12,.2f}" for bill in bills.values())
    yield f"aim: rest at most {AIM:.0%} of SES: " + ", ".join(
        "met" if one["met"] else "MISSED" for one in bills.values()
    )
    yield "assumed: " + "; ".join(f"{name} {value:g}" for name, value in ASSUMED.items())


def _bill(found: dict[str, Any], patients: int) -> dict[str, Any]:
    used = Counter(_mailed(found, patients * ASSUMED["mails a patient"]))
    used.update(_imported(found, patients))
    used.update(_fixed(found))
    lines = {name: used.get(name, 0.0) * price for name, (price, _, _) in PRICES.items()}
    ses = lines["ses mail"]
    rest = sum(lines.values()) - ses
    return {
        "lines": lines,
        "used": dict(used),
        "ses": ses,
        "rest": rest,
        "rest_of_ses": rest / ses,
        "met": rest <= AIM * ses,
    }


def _mailed(found: dict[str, Any], mails: float) -> dict[str, float]:
    """Return what mails use, with the decisions before and the pages, answers and alerts after them."""
    answers = mails * ASSUMED["surveys among mails"] * ASSUMED["answers a survey"]
    alerts = answers * ASSUMED["low answers"]
    pages = mails * ASSUMED["page requests a mail (readers, scanners, stylesheet)"]
    events = ASSUMED["SES events a mail (send, delivery)"]
    times = {"message": mails, "wait": mails, "page": pages, "answer": answers, "alert": alerts}
    sent = mails + alerts
    calls = sent * (2 + events) + pages + answers
    seconds = (sent * ASSUMED["sender ms"] + (calls - sent) * ASSUMED["other invocation ms"]) / 1000
    return {
        "ses mail": sent,
        # An event that changes nothing is a failed condition, and costs a write.
        "dynamodb write unit": _units(found, times, "write_units") + sent * (events - 1),
        "dynamodb read unit": _units(found, times, "read_units"),
        "lambda request": calls,
        "lambda GB-second": seconds * ASSUMED["memory GB"],
        "sqs request": sent * (1 + events) * ASSUMED["SQS requests a message (send, receive, delete)"],
        "sns publish": sent * events,
        "api request": pages + answers,
        "logs GB": calls * ASSUMED["log bytes an invocation"] / GB,
    }


def _imported(found: dict[str, Any], patients: int) -> dict[str, float]:
    """Return what imports use, and what is kept."""
    visits = patients * ASSUMED["mails a patient"] * ASSUMED["visits a mail"]
    imports = ASSUMED["imports a month, each reading all charts"]
    times = {"row_visit": visits, "row_unchanged": patients * imports}
    clinics = max(1, patients / ASSUMED["patients a clinic"])
    return {
        "dynamodb write unit": _units(found, times, "write_units"),
        "dynamodb read unit": _units(found, times, "read_units"),
        "dynamodb GB and backup": patients * ASSUMED["KB kept a patient"] / MILLION,
        "s3 request": clinics * imports * 10,
        "s3 GB": patients * imports * 1_000 / GB,
        "lambda GB-second": patients * imports * 0.005,
    }


def _fixed(found: dict[str, Any]) -> dict[str, float]:
    """Return what is used whether or not anyone is written to."""
    tick = found["idle_tick"][str(counts.SIZES[0])]
    return {
        "dynamodb read unit": MINUTES * tick["read_units"],
        "lambda request": MINUTES,
        "lambda GB-second": MINUTES * 0.1 * ASSUMED["memory GB"],
        "logs GB": MINUTES * ASSUMED["log bytes an invocation"] / GB,
        "sqs request": MINUTES * 3 * ASSUMED["SQS pollers"],
        "alarm": ASSUMED["alarms"],
        "kms key": 1,
        "kms request": ASSUMED["KMS requests of idle caches"],
        "secret": 1,
    }


def _units(found: dict[str, Any], times: dict[str, float], kind: str) -> float:
    return sum(float(found[name][kind]) * often for name, often in times.items())
