"""What must be in order before anything starts; each failure is a sentence that says what to do."""

import contextlib
import fcntl
import json
import os
import socket
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from local.places import HOST, Places, Ports

_MOST_PORT = 65535


class CannotRunError(Exception):
    """The run cannot start; the message says why and what to do."""


def python() -> None:
    """The functions run on Python 3.13, and the emulator runs them with this interpreter."""
    if sys.version_info[:2] != (3, 13):
        found = ".".join(map(str, sys.version_info[:3]))
        msg = f"This is Python {found}; Open PRM needs 3.13. Run it as: make run"
        raise CannotRunError(msg)


def ports(env: Mapping[str, str] = os.environ) -> Ports:
    """Return the ports asked for by `PRM_FRONT_PORT`, `PRM_EMULATOR_PORT` and `PRM_SMTP_PORT`."""
    usual = Ports()
    return Ports(
        front=_number(env, "PRM_FRONT_PORT", usual.front),
        emulator=_number(env, "PRM_EMULATOR_PORT", usual.emulator),
        smtp=_number(env, "PRM_SMTP_PORT", usual.smtp),
    )


def free(ports: Ports) -> None:
    """All ports must be ours to take, each its own."""
    uses = {
        "PRM_FRONT_PORT": (ports.front, "the front door"),
        "PRM_EMULATOR_PORT": (ports.emulator, "the emulator"),
        "PRM_SMTP_PORT": (ports.smtp, "inbound mail"),
    }
    given: dict[int, str] = {}
    for name, (port, use) in uses.items():
        if port in given:
            msg = f"Port {port} is given to {given[port]} and to {use}. Take another: {name}={port + 1} make run"
            raise CannotRunError(msg)
        if port:
            given[port] = use
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError as err:
                msg = (
                    f"Port {port} for {use} is taken ({err.strerror}). "
                    f"Stop what uses it, or take another: {name}={port + 1} make run"
                )
                raise CannotRunError(msg) from err


@contextlib.contextmanager
def held(places: Places) -> Iterator[IO[str]]:
    """Hold the folder, so that two runs never write the same state."""
    try:
        places.root.mkdir(parents=True, exist_ok=True)
        lock = places.lock.open("a+")
    except OSError as err:
        remedy = "Make it yours, or name another: PRM_LOCAL=FOLDER make run"
        msg = f"{places.root} cannot be written ({err.strerror}). {remedy}"
        raise CannotRunError(msg) from err
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as err:
            msg = f"Open PRM already runs here, with its state in {places.root}. Stop that one first (Ctrl-C)."
            raise CannotRunError(msg) from err
        yield lock


def state(places: Places) -> None:
    """The emulator would pass over what it cannot read and start with half of it; better not to start."""
    remedy = f"Move {places.root} away, or delete it, and start again: all begins afresh."
    if not places.state.exists():
        return
    if not places.state.is_dir() or not os.access(places.state, os.W_OK | os.X_OK):
        msg = f"{places.state} is no folder that can be written. {remedy}"
        raise CannotRunError(msg)
    for path in sorted(places.state.glob("*.json")):
        if not _readable(path):
            msg = f"The stored state is broken: {path.name} cannot be read. {remedy}"
            raise CannotRunError(msg)


def same_port(places: Places, ports: Ports) -> None:
    """Queues have the emulator's port in their names, so state made on one port cannot be used on another."""
    known = deployed(places).get("port")
    if known not in {None, ports.emulator}:
        msg = (
            f"What is stored in {places.root} was made with the emulator on port {known}. "
            f"Start it there (PRM_EMULATOR_PORT={known} make run), or move {places.root} away to begin afresh."
        )
        raise CannotRunError(msg)


def deployed(places: Places) -> dict[str, object]:
    """Return what is noted about the deployed stack; nothing when there is none."""
    try:
        noted = json.loads(places.deployed.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}


def _number(env: Mapping[str, str], name: str, usual: int) -> int:
    text = env.get(name) or str(usual)
    if not (text.isascii() and text.isdecimal() and int(text) <= _MOST_PORT):
        msg = f"{name}={text} is no port: take a number from 1024 to {_MOST_PORT}."
        raise CannotRunError(msg)
    return int(text)


def _readable(path: Path) -> bool:
    try:
        json.loads(path.read_bytes())
    except (OSError, ValueError):
        return False
    return True
