"""`prm clock`: what time it is for the clinics here, and `prm clock +3d`: let days pass."""

import datetime as dt
import sys
import time

import click

from local.clock import Progress, advance, span
from local.output import as_json, report
from local.session import Running, only_here

_NEWS = 2.0
"""Seconds of silence at most while a step works."""


@click.command()
@click.argument("by", required=False)
@as_json
def command(by: str | None, *, json_: bool) -> None:
    """Show the business clock, or move it forward BY +3d, +5h or +30m, doing on the way all that falls due."""
    here = only_here("On AWS nobody moves the time")
    steps = _move(here, span(by), quiet=json_) if by else 0
    now = here.clock.now()
    facts = {"at": now.isoformat(), "ahead_seconds": int(here.clock.offset.total_seconds()), "steps": steps}
    report(facts, lambda: f"It is {_written(now)} for the clinics here.", json_=json_)


def _move(here: Running, by: dt.timedelta, *, quiet: bool) -> int:
    start, began = here.clock.now(), time.monotonic()
    steps, told_at = 0, began

    def tell(queued: int) -> None:
        nonlocal told_at
        if not quiet and queued and time.monotonic() - told_at >= _NEWS:
            told_at = time.monotonic()
            _say(
                f"      {_written(here.clock.now())}  step {steps + 1}, {told_at - began:.0f} s, {queued} in the queues"
            )

    for progress in advance(here.clock, start + by, here.deployment, tell=tell):
        steps = progress.steps
        if not quiet:
            _show(progress, (progress.at - start) / by, time.monotonic() - began)
    if not quiet:
        click.echo(err=True)
    return steps


def _show(progress: Progress, share: float, seconds: float) -> None:
    stuck = f", {progress.stuck} messages wait for another try" if progress.stuck else ""
    _say(f"{min(share, 1):4.0%}  {_written(progress.at)}  step {progress.steps}, {seconds:.0f} s{stuck}")


def _say(line: str) -> None:
    """Say where the clock is, over what was said before on a terminal."""
    click.echo(f"\r{line:<100}" if sys.stderr.isatty() else line, err=True, nl=not sys.stderr.isatty())


def _written(at: dt.datetime) -> str:
    return f"{at:%a, %b %d, %Y, %H:%M} UTC"
