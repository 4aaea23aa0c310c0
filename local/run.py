"""`make run`: the whole system on this machine, in the foreground, until Ctrl-C."""

import asyncio
import datetime as dt
import json
import os
import signal
import sys
from collections.abc import Coroutine
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from aiohttp import web

from local import checks, child, deploy, packager
from local.aws import Aws, endpoint, environment
from local.checks import CannotRunError
from local.child import Emulator, EmulatorError
from local.clock import MovableClock
from local.deploy import Deployed, DeploymentError
from local.front import Front, application
from local.mailbox.pages import Mailbox, through
from local.outbox import Outbox
from local.packager import Package
from local.places import HOST, REPOSITORY, Places, Ports, places
from local.receiving import source
from local.receiving.door import Door, acting_on
from local.receiving.rules import Rule
from local.sesv2.behaviour import Orders
from local.sesv2.endpoint import Endpoint
from local.sesv2.publishing import publisher
from local.sesv2.suppression import SuppressionList
from local.world import Deployment

TEMPLATE = REPOSITORY / "template.yaml"
AGREEMENT = REPOSITORY / "docs" / "examples" / "agreement.txt"


def say(text: str) -> None:
    """Tell the person at the terminal what is being done."""
    print(text, flush=True)


def _wall() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class Run:
    """One run: its folder, its ports, and what it is to stop when it ends."""

    places: Places
    ports: Ports
    template: Path
    stack: AsyncExitStack

    @property
    def front(self) -> str:
        """Where people open the pages."""
        return f"http://{HOST}:{self.ports.front}"

    @property
    def clock(self) -> MovableClock:
        """The business clock of this run."""
        return MovableClock(self.places.clock, _wall)

    async def start(self) -> tuple[Emulator, Aws, Deployed]:
        """Bring everything up."""
        aws = Aws(endpoint(self.ports.emulator))
        mail = await self.serve(self._mail(aws).application(), 0)
        values = environment(aws.emulator, mail)
        say("Starting the emulator")
        emulator = await asyncio.to_thread(child.start, self.ports.emulator, self.places, values)
        self.stack.push_async_callback(_stop, emulator)
        deployed = await asyncio.to_thread(self.deploy, aws)
        deploy.write(self.places.env, deployed, values)
        await self.open_doors(aws, deployed)
        return emulator, aws, deployed

    def _mail(self, aws: Aws) -> Endpoint:
        return Endpoint(
            outbox=Outbox(self.places.outbox),
            orders=Orders(self.places.orders),
            suppressed=SuppressionList(self.places.suppressed),
            publish=publisher(aws),
            emulator=aws.emulator,
            business=self.clock.now,
            wall=_wall,
        )

    @cached_property
    def package(self) -> Package:
        """The template with all it refers to, as the emulator takes it."""
        return packager.package(self.template, endpoint(self.ports.emulator))

    @property
    def parameters(self) -> dict[str, str]:
        """What the template is deployed with here."""
        return deploy.parameters(self.front, self.package.template)

    def deploy(self, aws: Aws) -> Deployed:
        """Deploy what changed since last time, if anything did."""
        wanted = {
            "fingerprint": self.package.fingerprint,
            "parameters": self.parameters,
            "port": self.ports.emulator,
        }
        if checks.deployed(self.places) == wanted and deploy.exists(aws):
            say("Nothing changed since the last start; what is deployed stays")
            return deploy.find(aws)
        say("Deploying template.yaml")
        deploy.deploy(aws, self.package, self.parameters)
        deployed = deploy.find(aws)
        say("Setting what the emulator passes over")
        deploy.make_up(aws, deployed, self.template)
        self.places.deployed.write_text(json.dumps(wanted), encoding="utf-8")
        return deployed

    async def open_doors(self, aws: Aws, deployed: Deployed) -> None:
        """Open the front door with the mailbox, and the door for inbound mail."""
        mailbox = Mailbox(Outbox(self.places.outbox), through(HOST, self.ports.smtp))
        await self.serve(application(Front(aws.emulator + deployed.stage), mailbox.routes), self.ports.front)
        door = Door(self.receipt_rules(aws, deployed), acting_on(aws), _wall)
        server = await asyncio.get_running_loop().create_server(door.session, HOST, self.ports.smtp)
        self.stack.callback(server.close)

    def receipt_rules(self, aws: Aws, deployed: Deployed) -> list[Rule]:
        """Return the template's rules for inbound mail, with the names of what is deployed here."""
        scope = source.scope_of(self.template, self.parameters, deployed.resources, deploy.attributes(aws, deployed))
        return list(source.rules(self.template, scope))

    async def serve(self, app: web.Application, port: int) -> str:
        """Serve on the loopback address, any free port for 0, and return the address."""
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        self.stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, HOST, port)
        await site.start()
        return f"http://{HOST}:{runner.addresses[0][1]}"

    def tell(self) -> None:
        """Print the addresses and leave them in a file."""
        addresses = {"front": self.front, "mailbox": f"{self.front}/mailbox", "smtp": f"{HOST}:{self.ports.smtp}"}
        self.places.addresses.write_text(json.dumps(addresses, indent=2), encoding="utf-8")
        self.stack.callback(self.places.addresses.unlink, missing_ok=True)
        say(
            f"\nOpen PRM is running.\n"
            f"  Mailbox       {addresses['mailbox']}\n"
            f"  Console       {addresses['front']}/clinic\n"
            f"  Sign up       {addresses['front']}/signup\n"
            f"  Inbound mail  {addresses['smtp']} (SMTP)\n"
            f"  Command line  .venv/bin/prm --help\n"
            f"Ctrl-C stops it; what is stored stays.\n"
        )


async def _stop(emulator: Emulator) -> None:
    say("Saving the state")
    await asyncio.to_thread(emulator.stop)


async def fill(aws: Aws, deployed: Deployed, folder: Places) -> None:
    """On the first start, with nothing stored, open the sign-up page and load the demo clinic."""
    world = Deployment(aws, deployed.resources, deployed.environment["PRM_TABLES"], 0)
    if not await asyncio.to_thread(world.has_terms):
        await _prm(folder, "operator", "terms", str(AGREEMENT), "--version", "sample")
    if os.environ.get("DEMO") == "0" or not await asyncio.to_thread(world.empty):
        return
    say("Nothing is stored yet: loading the demo clinic (DEMO=0 leaves it out)")
    try:
        if await _prm(folder, "demo"):
            say("The demo clinic could not be loaded; the system runs without it")
    except asyncio.CancelledError:
        say(f"The demo clinic is only half loaded; delete {folder.root} to begin afresh")
        raise


async def _prm(folder: Places, *command: str) -> int:
    """Run the command line on this run and return its status; it ends with us."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "local.cli",
        *command,
        cwd=REPOSITORY,
        env=os.environ | {"PRM_LOCAL": str(folder.root)},
        stdout=asyncio.subprocess.DEVNULL if command[0] == "operator" else None,
    )
    try:
        return await process.wait()
    except asyncio.CancelledError:
        process.terminate()
        await process.wait()
        raise


def stop_signal() -> asyncio.Event:
    """Return what Ctrl-C, SIGTERM and a closed terminal set, from now on."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


async def until_stopped(emulator: Emulator, stop: asyncio.Event, work: Coroutine[None, None, None]) -> int:
    """Do `work`, then wait for the signal; 1 when the emulator ends by itself."""
    working = asyncio.create_task(work)
    ended = asyncio.create_task(asyncio.to_thread(emulator.process.wait))
    await asyncio.wait({asyncio.create_task(stop.wait()), ended}, return_when=asyncio.FIRST_COMPLETED)
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working
    return 0 if stop.is_set() else 1


async def run(folder: Places, numbers: Ports) -> int:
    """Start, wait, stop; the exit status. A start is always finished, so that it can be undone in order."""
    stop = stop_signal()
    async with AsyncExitStack() as stack:
        one = Run(folder, numbers, TEMPLATE, stack)
        emulator, aws, deployed = await one.start()
        status = 0
        if not stop.is_set():
            one.tell()
            status = await until_stopped(emulator, stop, fill(aws, deployed, folder))
        say("Stopping" if status == 0 else f"The emulator ended by itself; its last words stand in {folder.log}")
    return status


def main() -> int:
    """Check, run, and turn what cannot be done into a sentence."""
    folder = places()
    try:
        numbers = checks.ports()
        checks.python()
        with checks.held(folder):
            checks.state(folder)
            checks.same_port(folder, numbers)
            checks.free(numbers)
            return asyncio.run(run(folder, numbers))
    except (CannotRunError, EmulatorError) as err:
        print(err, file=sys.stderr)
    except DeploymentError as err:
        print(f"The template could not be deployed: {err}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
