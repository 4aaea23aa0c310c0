"""The emulator ends, and what it started ends with it."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from local.child import Emulator

FUNCTION = "import time; time.sleep(60)"
EMULATOR = f"""
import signal, subprocess, sys, time
function = subprocess.Popen([sys.executable, "-c", {FUNCTION!r}])
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print(function.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def running() -> Emulator:
    """An emulator in the midst of calling a function."""
    process = subprocess.Popen([sys.executable, "-c", EMULATOR], stdout=subprocess.PIPE, start_new_session=True)
    return Emulator(process, 0)


def is_running(pid: int) -> bool:
    """Tell whether a process is there and no mere entry in the table."""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="looks for processes where Linux lists them")
def test_a_function_at_work_does_not_outlive_the_emulator(running: Emulator) -> None:
    assert running.process.stdout is not None
    with running.process.stdout as said:
        function = int(said.readline())
    assert is_running(function)
    running.stop()
    assert running.process.returncode == 0
    ended = time.monotonic() + 10
    while is_running(function) and time.monotonic() < ended:
        time.sleep(0.01)
    assert not is_running(function)


def test_stopping_twice_does_no_harm(running: Emulator) -> None:
    assert running.process.stdout is not None
    running.process.stdout.close()
    running.stop()
    running.stop()
