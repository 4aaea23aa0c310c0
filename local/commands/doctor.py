"""`prm doctor --aws`: is the deployment on AWS well?"""

from dataclasses import asdict

import boto3
import click
from botocore.exceptions import BotoCoreError

from local import doctor
from local.output import as_json, report
from prm.core.errors import Unavailable


@click.command()
@click.option("--aws", is_flag=True, help="Examine the deployment on AWS, with this machine's credentials.")
@click.option("--stack", default=doctor.STACK, show_default=True, help="The name it was deployed under.")
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
    try:
        session = boto3.Session(profile_name=profile, region_name=region)
        if session.region_name is None:
            raise click.UsageError("Say --region, or configure one: aws configure")
        findings = doctor.diagnose(session, stack)
    except BotoCoreError as err:
        raise Unavailable(f"AWS cannot be asked: {err}", permanent=True) from err
    report([{**asdict(one), "ok": one.ok} for one in findings], lambda: doctor.told(findings), json_=json_)
    ctx.exit(0 if all(one.ok for one in findings) else 1)
