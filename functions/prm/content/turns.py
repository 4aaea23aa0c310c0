"""One request at a time to each site, and a pause between two."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from prm.core.errors import Unavailable

PAUSE = 1.0
"""Seconds between the end of one request to a site and the next."""

type Turn = Callable[[str, float], AbstractContextManager[None]]
"""A site's name and the seconds one may wait for one's turn. Raises Unavailable when they do not suffice."""


class Turns:
    """Turns within one process: enough for one machine, and for a function of which one copy runs."""

    def __init__(
        self,
        pause: float = PAUSE,
        tick: Callable[[], float] = time.monotonic,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._pause = pause
        self._tick = tick
        self._wait = wait
        self._guard = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self._ended: dict[str, float] = {}

    @contextmanager
    def __call__(self, site: str, seconds: float) -> Iterator[None]:
        """Hold the site's turn, after the pause that the last one left."""
        until = self._tick() + seconds
        with self._guard:
            lock = self._locks.setdefault(site, threading.Lock())
        if not lock.acquire(timeout=seconds):
            raise _busy()
        try:
            pause = self._ended.get(site, float("-inf")) + self._pause - self._tick()
            if self._tick() + pause > until:
                raise _busy()
            if pause > 0:
                self._wait(pause)
            try:
                yield
            finally:
                self._ended[site] = self._tick()
        finally:
            lock.release()


def _busy() -> Unavailable:
    return Unavailable("Another page of that site is being read. Try again in a minute.")
