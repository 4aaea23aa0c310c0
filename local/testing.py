"""The whole local system for a test: on free ports, in a folder of its own, gone afterwards."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from local.places import HOST, REPOSITORY, Places
from local.session import Running
from local.session import running as running_in
from prm.core.errors import Unavailable

_READY = 180  # seconds; the demo may be among what is loaded


@dataclass(frozen=True)
class LocalSystem:
    """A running system; `environment` makes `prm` and `python -m local.run` work on this one."""

    process: subprocess.Popen[str]
    environment: dict[str, str]
    here: Running

    @property
    def front(self) -> str:
        """The front door, without a slash at the end."""
        return self.here.addresses["front"]

    @property
    def mailbox(self) -> str:
        """The page that lists the mails."""
        return self.here.addresses["mailbox"]

    @property
    def smtp(self) -> tuple[str, int]:
        """Host and port for inbound mail."""
        host, port = self.here.addresses["smtp"].split(":")
        return host, int(port)

    def prm(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one command of the command line; the caller looks at its status."""
        return subprocess.run(
            [sys.executable, "-m", "local.cli", *arguments],
            cwd=REPOSITORY,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )


def free_ports(folder: Path) -> dict[str, str]:
    """Return the environment of a run in `folder`, on ports that nobody uses now."""
    probes = [socket.socket() for _ in range(3)]
    for probe in probes:
        probe.bind((HOST, 0))
    names = ("PRM_FRONT_PORT", "PRM_EMULATOR_PORT", "PRM_SMTP_PORT")
    numbers = {name: str(probe.getsockname()[1]) for name, probe in zip(names, probes, strict=True)}
    for probe in probes:
        probe.close()
    source = os.pathsep.join((str(REPOSITORY), str(REPOSITORY / "functions")))
    return {**os.environ, **numbers, "PRM_LOCAL": str(folder), "PYTHONPATH": source}


@contextlib.contextmanager
def running(folder: Path, *, demo: bool = False, environment: dict[str, str] | None = None) -> Iterator[LocalSystem]:
    """Start the system in `folder` and stop it in the end; the environment of an earlier run starts that one again."""
    values = environment or free_ports(folder)
    values = values | {"DEMO": "" if demo else "0"}
    with (folder.parent / f"{folder.name}.out").open("a+", encoding="utf-8") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "local.run"], cwd=REPOSITORY, env=values, stdout=said, stderr=said, text=True
        )
        try:
            here = _ready(process, Places(folder.resolve()), Path(said.name))
            yield LocalSystem(process, values, here)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(90)


def _ready(process: subprocess.Popen[str], places: Places, said: Path) -> Running:
    deadline = time.monotonic() + _READY
    while process.poll() is None and time.monotonic() < deadline:
        try:
            return running_in(places)
        except Unavailable:
            time.sleep(0.05)
    msg = f"the local system did not start; it said:\n{said.read_text(encoding='utf-8')}"
    raise RuntimeError(msg)
