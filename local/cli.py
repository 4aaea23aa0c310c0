"""`prm`, the command line. Each command is a module of `local.commands` that exports `command`.

Exit status: 0 done, 1 refused with the reason on stderr, 2 called wrongly.
"""

import importlib
import pkgutil
import sys

import click
from botocore.exceptions import EndpointConnectionError

from local import commands
from local.session import NOTHING_RUNS
from local.stack import Named
from prm.core.errors import PrmError


class Commands(click.Group):
    """Lists `local.commands`, and imports a command only when it is called or its help is shown."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names: a module's, with dashes."""
        del ctx
        return sorted(_modules())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that module."""
        del ctx
        name = _modules().get(cmd_name)
        if name is None:
            return None
        module = importlib.import_module(f"{commands.__name__}.{name}")
        command: click.Command = module.command
        return command


def _modules() -> dict[str, str]:
    """Return the module of each command; a name that Python keeps for itself ends in an underscore there."""
    names = [module.name for module in pkgutil.iter_modules(commands.__path__)]
    return {name.rstrip("_").replace("_", "-"): name for name in names}


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--stack", help="Work on the deployment of this name on AWS instead.")
@click.option("--region", help="The region it stands in, if not the configured one.")
@click.option("--profile", help="A profile of your AWS configuration.")
@click.pass_context
def prm(ctx: click.Context, stack: str | None, region: str | None, profile: str | None) -> None:
    """Work on the clinics of the local run (start that with: make run), or on those of a deployment."""
    if stack:
        ctx.obj = Named(stack, region, profile)
    elif region or profile:
        raise click.UsageError("--region and --profile go with --stack NAME")


def main(arguments: list[str] | None = None) -> None:
    """Run one command and end with its status."""
    try:
        prm.main(arguments, prog_name="prm", standalone_mode=True)
    except PrmError as err:
        click.echo(told(err), err=True)
        sys.exit(1)
    except EndpointConnectionError:
        click.echo(NOTHING_RUNS, err=True)
        sys.exit(1)


def told(err: PrmError) -> str:
    """Return the sentence, with what AWS calls the reason: a missing permission looks like a fault otherwise."""
    code = err.detail.get("code")
    return f"{err.message} ({code})" if code else err.message


if __name__ == "__main__":
    main()
