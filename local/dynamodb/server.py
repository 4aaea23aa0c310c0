"""DynamoDB Local for the tests that need the real rules of conditions and transactions.

`make dynamodb-local` fetches its jars. It runs in memory: what it held is gone when it stops.
"""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
JARS = ROOT / ".local/dynamodb/lib"
LAUNCHER = Path(__file__).with_name("OnLoopback.java")


@contextmanager
def running(port: int = 0) -> Iterator[str]:
    """Start it on 127.0.0.1, yield its URL, stop it. Port 0 takes a free one.

    Raises: RuntimeError when it does not answer within 30 s, FileNotFoundError without Java.
    """
    port = port or _free_port()
    with subprocess.Popen(_command(port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait(server, port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _command(port: int) -> list[str]:
    java = ["java", "-Xmx512m", f"-Djava.library.path={JARS}", "-cp", f"{JARS}/*", str(LAUNCHER)]
    return [*java, "-inMemory", "-sharedDb", "-disableTelemetry", "-port", str(port)]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(300):
        if server.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    message = f"DynamoDB Local did not start; run `make dynamodb-local`, then try: {' '.join(_command(port))}"
    raise RuntimeError(message)
