"""`bill`: the month's AWS bill, from the counts, the demo's year, a table of prices, and assumptions printed with it.

No free tier is taken off. What is assumed stands in ASSUMED; everything else was counted on the real handlers
(`counts`) or weighed after a year of the real services (`year`). Storage is that of the end of the first year.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from benchmarks import counts, year
from prm.insights.prices import PRICES

PATIENTS = (1_000, 100_000, 1_000_000)
GB = 1_000_000_000
DAYS = 30
MINUTES = 60 * 24 * DAYS
AIM = 0.20

ASSUMED: dict[str, float] = {
    "mails a patient": 4,
    "surveys among mails": 0.5,
    "answers a survey": 0.3,
    "low answers": 0.15,
    "page requests a mail (readers, scanners, stylesheet)": 1.0,
    "imports a month, each reading all charts": 30,
    "patients a clinic": 1_000,
    "hours of mail a day": 10,
    "ms that DynamoDB and SQS take to answer": 5,
    "ms that SES takes to answer": 100,
    "CPU ms a call (`send`: 16.6 for 15 of them)": 1.1,
    "memory GB": 0.5,
    "CPUs a GB": 1 / 1.769,
    "pollers of a queue": 5,
    "seconds an empty poll waits": 20,
    "messages a receive brings": 1,
    "alarms": 26,
    "KMS requests of idle caches": 75_000,
}
QUEUES = {"now": (5, 0), "bulk": (20, 20), "work": (1, 0), "events": (50, 20)}
"""Batch size and window of each queue, as in the template; a test holds them together."""


def measure() -> dict[str, Any]:
    """Count, live a year, then price."""
    found = counts.measure() | {"year": year.measure()}
    found |= {name: found["year"][name] for name in ("night_a_patient", "night_a_clinic")}
    found |= {name: _without_looking(found[name]) for name in ("wait", "message")}
    bills = {str(patients): _bill(found, patients) for patients in PATIENTS}
    prices = {name: vars(price) for name, price in PRICES.items()}
    return {
        "bills": bills,
        "assumed": ASSUMED,
        "year": found["year"],
        "prices": prices,
        "aim": {"rest_of_ses_at_most": AIM},
    }


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
    seen = ", ".join(f"{name} {value:g}" for name, value in figures["year"].items() if name.endswith("_a_mail"))
    yield f"measured over a year of the demo: {seen}"
    yield "assumed: " + "; ".join(f"{name} {value:g}" for name, value in ASSUMED.items())


def _bill(found: dict[str, Any], patients: int) -> dict[str, Any]:
    used = Counter(_mailed(found, patients * ASSUMED["mails a patient"]))
    used.update(_imported(found, patients))
    used.update(_counted(found, patients))
    used.update(_fixed(found))
    lines = {name: used.get(name, 0.0) * price.dollars for name, price in PRICES.items()}
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
    waits = mails * (found["year"]["visits_a_mail"] + found["year"]["decisions_a_mail"] - 1)
    times = {"message": mails, "wait": waits, "page": pages, "answer": answers, "alert": alerts}
    sent = mails + alerts
    queued = {"now": alerts, "bulk": mails, "events": sent}
    called = sum(messages / batch(queue, messages) for queue, messages in queued.items())
    return {
        "ses mail": sent,
        "dynamodb write unit": _units(found, times, "write_units"),
        "dynamodb read unit": _units(found, times, "read_units"),
        "lambda request": called + pages + answers,
        "lambda GB-second": _seconds(found, times) * ASSUMED["memory GB"],
        "sqs request": sum(_requests(queue, messages) for queue, messages in queued.items()),
        "sns publish": sent,
        "api request": pages + answers,
        "logs GB": _units(found, times, "log_bytes") / GB,
    }


def batch(queue: str, messages: float) -> float:
    """Return how many of a month's messages come together: those that one poller meets in its window."""
    most, window = QUEUES[queue]
    a_second = messages / (DAYS * ASSUMED["hours of mail a day"] * 3600)
    return float(min(max(a_second * window / ASSUMED["pollers of a queue"], 1), most))


def _requests(queue: str, messages: float) -> float:
    """Return what SQS charges: each message sent and received, and deleted by as many as came, 10 at most."""
    return messages * (1 + 1 / ASSUMED["messages a receive brings"] + 1 / min(batch(queue, messages), 10))


def _seconds(found: dict[str, Any], times: dict[str, float]) -> float:
    """Return how long functions run: their own work on a share of a CPU, and waiting for what they call."""
    share = ASSUMED["memory GB"] * ASSUMED["CPUs a GB"]
    work = ASSUMED["CPU ms a call (`send`: 16.6 for 15 of them)"] / share
    calls: float = sum((found[name]["requests"] + found[name]["sqs"]) * often for name, often in times.items())
    mails: float = _units(found, times, "ses")
    waiting = (
        calls * ASSUMED["ms that DynamoDB and SQS take to answer"] + mails * ASSUMED["ms that SES takes to answer"]
    )
    return ((calls + mails) * work + waiting) / 1000


def _imported(found: dict[str, Any], patients: int) -> dict[str, float]:
    """Return what imports use, and what is kept."""
    weighed = found["year"]
    mails = patients * ASSUMED["mails a patient"]
    imports = ASSUMED["imports a month, each reading all charts"]
    times = {"row_visit": mails * weighed["visits_a_mail"], "row_unchanged": patients * imports}
    clinics = max(1, patients / ASSUMED["patients a clinic"])
    return {
        "dynamodb write unit": _units(found, times, "write_units"),
        "dynamodb read unit": _units(found, times, "read_units"),
        "dynamodb GB": mails * 12 * weighed["bytes_a_mail"] / GB,
        "dynamodb GB backed up": mails * 12 * weighed["table_bytes_a_mail"] / GB,
        "s3 request": clinics * imports * 10,
        "s3 GB": patients * imports * 1_000 / GB,
        "lambda GB-second": _seconds(found, times) * ASSUMED["memory GB"],
    }


def _counted(found: dict[str, Any], patients: int) -> dict[str, float]:
    """Return what the nights use: each patient of each clinic is read in each, whether or not anything happened."""
    clinics = max(1, patients / ASSUMED["patients a clinic"])
    times = {"night_a_patient": patients * DAYS, "night_a_clinic": clinics * DAYS}
    return {
        "dynamodb write unit": _units(found, times, "write_units"),
        "dynamodb read unit": _units(found, times, "read_units"),
        "lambda GB-second": _seconds(found, times) * ASSUMED["memory GB"],
    }


def _fixed(found: dict[str, Any]) -> dict[str, float]:
    """Return what is used whether or not anyone is written to."""
    tick = found["idle_tick"][str(counts.SIZES[0])]
    polls = DAYS * 86_400 / ASSUMED["seconds an empty poll waits"]
    return {
        "dynamodb read unit": MINUTES * tick["read_units"],
        "lambda request": MINUTES,
        "lambda GB-second": MINUTES * _seconds({"tick": tick}, {"tick": 1}) * ASSUMED["memory GB"],
        "logs GB": MINUTES * tick["log_bytes"] / GB,
        "sqs request": polls * ASSUMED["pollers of a queue"] * len(QUEUES),
        "alarm": ASSUMED["alarms"],
        "kms key": 1,
        "kms request": ASSUMED["KMS requests of idle caches"],
        "secret": 1,
    }


def _without_looking(one: dict[str, Any]) -> dict[str, Any]:
    """Return what one patient costs beside the search for who is due, which is one for all of a shard."""
    looks = [read for read in one["reads"] if read["table"].endswith("/due")]
    units = one["read_units"] - sum(read["units"] for read in looks)
    return one | {"requests": one["requests"] - len(looks), "read_units": units}


def _units(found: dict[str, Any], times: dict[str, float], kind: str) -> float:
    return sum(float(found[name][kind]) * often for name, often in times.items())
