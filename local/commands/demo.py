"""`prm demo`: a clinic with a year behind it, and today's surveys in the mailbox."""

import datetime as dt
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import boto3
import click

from local import clock as clocks
from local.demo import load, play
from local.output import as_json, report
from local.session import Running, only_here
from prm.clinics.model import Role

if TYPE_CHECKING:
    from prm.wiring import House

PASSWORD = "demo clinic on this machine"  # opens nothing but what prm demo made


@click.command()
@as_json
def command(*, json_: bool) -> None:
    """Bring in the demo clinic: 400 patients, a year of visits, mails, answers and calls, and the surveys of today.

    Everything is made up from a seed and goes through the same services as real data. The mails of the past year reach
    nobody; those of today lie in the mailbox. Where it is no hour for mail at the clinic, the business clock is moved
    on to the next one.
    """
    started = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the ticks go on whatever ends this
    here = only_here("Made-up patients have no place among real ones")
    os.environ.update(here.aws_environment)
    now = load.good_moment(here.clock.now())
    with _ticks_stopped(here):
        done = load.bring(here.settings, here.places.root / "demo", now, _say)
        _move(here, now)
        _settle_in(here, done)
    mails = _today(here)
    seconds = round(time.monotonic() - started)
    facts = _facts(here, done, mails, seconds)
    report(facts, lambda: _told(facts), json_=json_)


def _say(text: str) -> None:
    click.echo(text, err=True)


@contextmanager
def _ticks_stopped(here: Running) -> Iterator[None]:
    """Keep the running system's clock from taking up, as long overdue, what the year has not come to yet."""
    events = boto3.client("events")
    rule = here.resources["RuleSchedulerTick"]
    events.disable_rule(Name=rule)
    try:
        yield
    finally:
        events.enable_rule(Name=rule)


def _move(here: Running, now: dt.datetime) -> None:
    if now > here.clock.now():
        local = now.astimezone(load.clinic().tz)
        _say(f"No mail goes at this hour: the business clock is moved on to {local:%A, %B %-d, %H:%M} clinic time")
        here.clock.move_to(now)


def _settle_in(here: Running, done: load.Demo) -> None:
    """Give the demo's staff accounts, and count what a night would have counted.

    Only a run on this machine has these passwords.
    """
    house = _house(here)
    clinic = house.operator.approve(done.clinic.id)
    joined = tuple(replace(one, joined_at=clinic.approved_at) for one in clinic.staff)
    house.clinics.save(replace(clinic, staff=joined), clinic.version)
    for member in joined:
        house.joining.cognito.create(member.email, clinic.id, member.id, PASSWORD)
    _say("Counting what is counted by night")
    for shard in range(here.settings.shards):
        while house.schedule.drain("jobs", shard, lambda: True, play.Nobody()):
            pass  # a piece of it at a time


def _house(here: Running) -> "House":
    from prm import wiring
    from prm.core.clock import SystemClock

    return wiring.house(here.settings, SystemClock(here.places.clock))


def _today(here: Running) -> int:
    """Let the running system send what is due today, and count its mails."""
    before = len(list(here.places.outbox.glob("*.eml")))
    here.deployment.tick()
    clocks.settle(here.deployment)
    return len(list(here.places.outbox.glob("*.eml"))) - before


def _facts(here: Running, done: load.Demo, mails: int, seconds: int) -> dict[str, Any]:
    house = _house(here)
    whole = house.insights.nps(done.clinic.id).total
    return {
        "clinic_id": done.clinic.id,
        "owner": next(one.email for one in done.clinic.staff if one.role is Role.OWNER),
        "patients": len(done.everyone),
        "visits": done.visits,
        "asked": whole.asked,
        "answered": whole.answered,
        "open_cases": len(house.recovery.open_cases(done.clinic.id)),
        "closed_cases": len(house.recovery.closed_cases(done.clinic.id)),
        "mails_today": mails,
        "seconds": seconds,
    }


def _told(facts: dict[str, Any]) -> str:
    return (
        f"The console's owner is {facts['owner']}, with the password: {PASSWORD}\n"
        f"Ready after {facts['seconds']} s. {facts['asked']:,} surveys in a year, {facts['answered']:,} answers, "
        f"{facts['closed_cases']} calls made, {facts['open_cases']} waiting; {facts['mails_today']} mails of today in "
        f"the mailbox.\nLook at: prm nps {facts['clinic_id']} --by therapist, prm cases {facts['clinic_id']}"
    )
