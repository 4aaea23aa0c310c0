"""The emulator as a child process of the run."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from local.aws import endpoint
from local.places import HOST, Places

_READY = 60  # seconds
_STOP = 60  # seconds; saving a year of a clinic takes one or two


class EmulatorError(Exception):
    """The emulator did not start; the message says what to do."""


@dataclass(frozen=True)
class Emulator:
    """A running MiniStack."""

    process: subprocess.Popen[bytes]
    port: int

    @property
    def address(self) -> str:
        """Where its AWS answers."""
        return endpoint(self.port)

    def stop(self) -> None:
        """End it by SIGTERM, which saves the state, and wait; a hanging one is killed.

        Functions in the midst of their work outlive it, and would go on in the tables of the next run: they go too.
        """
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(_STOP)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)


def start(port: int, places: Places, environment: dict[str, str]) -> Emulator:
    """Start the emulator and wait until it answers; raises EmulatorError."""
    places.state.mkdir(parents=True, exist_ok=True)
    with places.log.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "local.emulator"],
            cwd=Path(__file__).parent.parent,
            env=os.environ | environment | _settings(port, places),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the run, which then stops this in order
        )
    running = Emulator(process, port)
    _wait(running, places)
    return running


def _settings(port: int, places: Places) -> dict[str, str]:
    return {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": HOST,
        "PERSIST_STATE": "1",
        "STATE_DIR": str(places.state),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(places.state / "s3"),
        "PRM_CLOCK_FILE": str(places.clock),
        "POWERTOOLS_LOG_LEVEL": "INFO",
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
        "DOCKER_HOST": "unix:///nowhere",  # functions run as processes here; no daemon is asked for
        "PYTHONUNBUFFERED": "1",
    }


def _wait(running: Emulator, places: Places) -> None:
    deadline = time.monotonic() + _READY
    while time.monotonic() < deadline:
        if running.process.poll() is not None:
            msg = f"The emulator stopped at once. Its last words stand in {places.log}"
            raise EmulatorError(msg)
        try:
            with urllib.request.urlopen(f"{running.address}/_ministack/ready", timeout=5):  # noqa: S310 - our own
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    running.stop()
    msg = f"The emulator did not answer within {_READY} seconds. Its last words stand in {places.log}"
    raise EmulatorError(msg)
