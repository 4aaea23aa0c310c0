"""`prm tick`: what EventBridge does every minute, now."""

import click

from local.clock import settle
from local.output import as_json, report
from local.session import only_here


@click.command()
@as_json
def command(*, json_: bool) -> None:
    """Look once for what is due, and wait until it is done."""
    here = only_here("On AWS, EventBridge ticks every minute")
    here.deployment.tick()
    stuck = settle(here.deployment)
    facts = {"at": here.clock.now().isoformat(), "stuck": stuck}
    report(facts, lambda: _told(stuck), json_=json_)


def _told(stuck: int) -> str:
    return (
        f"Done; {stuck} messages wait for another try (prm logs says why)." if stuck else "Done; the queues are empty."
    )
