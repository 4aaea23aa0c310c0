"""The only place where objects meet settings.

Each service is built when it is first asked for, and kept. What only some functions need is imported there and then: a
patient's page must not wait for the imports of others. A house has three floors, each on the one below.
"""

from prm.core import settings as environment
from prm.core.clock import Clock, SystemClock
from prm.core.settings import Settings
from prm.wiring.work import Work


class House(Work):
    """All services of one deployment."""


def house(settings: Settings | None = None, clock: Clock | None = None) -> House:
    """Return the services for this deployment: by default the one that the environment describes."""
    here = settings or environment.load()
    return House(here, clock or SystemClock(here.clock_file))
