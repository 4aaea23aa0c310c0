"""Several workers, one baton: only who holds it runs, and at every AWS call a seeded choice hands it on.

The same seed gives the same order, call by call, so a race that was found once can be looked at again.
"""

import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.sendcore.wire import Call


@dataclass
class Baton:
    """Runs programs side by side, switching at AWS calls alone."""

    seed: int
    trace: list[tuple[int, str]] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)

    def run(self, programs: Sequence[Callable[[], None]]) -> None:
        """Run all programs to their end."""
        self._chance = random.Random(self.seed)  # noqa: S311 - chance that can be repeated is the point
        self._turns = [threading.Semaphore(0) for _ in programs]
        self._running = set(range(len(programs)))
        self._workers: dict[int, int] = {}
        self._done = threading.Semaphore(0)
        threads = [threading.Thread(target=self._work, args=(n, one), daemon=True) for n, one in enumerate(programs)]
        for thread in threads:
            thread.start()
        self._pass_on()
        for thread in threads:
            thread.join(timeout=60)
        assert not any(thread.is_alive() for thread in threads), "a worker waits for ever"
        if self.errors:
            raise self.errors[0]

    def step(self, call: Call) -> None:
        """Called at each AWS call: hand the baton on and wait for it to come back."""
        worker = self._workers.get(threading.get_ident())
        if worker is None:
            return
        self.trace.append((worker, str(call)))
        self._pass_on()
        self._turns[worker].acquire()

    def _pass_on(self) -> None:
        if self._running:
            self._turns[self._chance.choice(sorted(self._running))].release()

    def _work(self, number: int, program: Callable[[], None]) -> None:
        self._workers[threading.get_ident()] = number
        self._turns[number].acquire()
        try:
            program()
        except BaseException as err:  # noqa: BLE001 - told to whoever runs the race
            self.errors.append(err)
        self._running.discard(number)
        self._pass_on()
