"""`prm doctor --aws`: is the deployment on AWS well?"""

from dataclasses import asdict

import click
from botocore.exceptions import BotoCoreError

from local import doctor
from local.output import as_json, report
from local.session import named
from local.stack import Named
from prm.core.errors import Unavailable


@click.command()
@click.option("--aws", is_flag=True, help="Examine the deployment on AWS, with this machine's credentials.")
@click.option("--stack", help="The name it was deployed under.  [default: prm]")
@click.option("--profile", help="A profile of your AWS configuration.")
@click.option("--region", help="The region it stands in, if not the configured one.")
@as_json
@click.pass_context
def command(  # noqa: PLR0913 - one an option
    ctx: click.Context, stack: str, profile: str | None, region: str | None, *, aws: bool, json_: bool
) -> None:
    """Examine a deployment; every failure comes with its remedy. Ends with 1 if there is one."""
    if not aws:
        raise click.UsageError("Say --aws: there is nothing else to examine yet")
    meant = named() or Named(doctor.STACK)
    meant = Named(stack or meant.stack, region or meant.region, profile or meant.profile)
    try:
        findings = doctor.diagnose(meant.session(), meant.stack)
    except BotoCoreError as err:
        raise Unavailable(f"AWS cannot be asked: {err}", permanent=True) from err
    report([{**asdict(one), "ok": one.ok} for one in findings], lambda: doctor.told(findings), json_=json_)
    ctx.exit(0 if all(one.ok for one in findings) else 1)
