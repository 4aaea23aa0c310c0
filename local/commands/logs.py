"""`prm logs`: what the functions say."""

import json
import re
import time
from collections.abc import Iterator

import click

from local.aws import Aws
from local.session import only_here

_MINUTE = 60_000
_LAMBDA = re.compile(r"(START|END|REPORT) RequestId: ")  # the runtime's own lines
_EVERYWHERE = {
    "location", "cold_start", "function_name", "function_memory_size", "function_arn", "function_request_id",
    "xray_trace_id",
}  # fmt: skip


@click.command()
@click.option("--follow", "-f", is_flag=True, help="Go on printing until Ctrl-C.")
@click.option("--minutes", default=15, show_default=True, help="How far to look back.")
def command(minutes: int, *, follow: bool) -> None:
    """Print the log lines of the functions, oldest first."""
    here = only_here("On AWS the functions write to the log group /open-prm/STACK")
    group = here.resources["Logs"]
    since = int(time.time() * 1000) - minutes * _MINUTE
    seen: set[tuple[int, str, str]] = set()
    while True:
        for line in _lines(here.aws, group, since, seen):
            click.echo(line)
        if not follow:
            return
        time.sleep(1)


def _lines(aws: Aws, group: str, since: int, seen: set[tuple[int, str, str]]) -> Iterator[str]:
    for page in aws.logs.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=since):
        for event in page["events"]:
            line = (event["timestamp"], event["logStreamName"], event["message"])
            if line not in seen and not _LAMBDA.match(event["message"]):
                seen.add(line)
                yield _short(event["message"].rstrip())


def _short(message: str) -> str:
    """Return a structured line as time, level, service, words and facts; any other line as it is."""
    try:
        line = json.loads(message)
        first = [str(line.pop(name)) for name in ("timestamp", "level", "service", "message")]
        facts = [f"{name}={value}" for name, value in line.items() if name not in _EVERYWHERE]
        return " ".join([*first, *facts])
    except (ValueError, KeyError, AttributeError, TypeError):
        return message
