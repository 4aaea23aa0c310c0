"""What DNS says about a domain, from wherever this machine asks."""

from typing import Protocol

from dns.exception import DNSException
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.TXT import TXT
from dns.resolver import Resolver

_SECONDS = 5.0


class Names(Protocol):
    """A way to ask. What does not exist or does not answer is an empty answer."""

    def mail_servers(self, domain: str) -> list[str]:
        """Return the hosts of the MX records, lower case, without the last dot."""

    def texts(self, domain: str) -> list[str]:
        """Return the TXT records."""

    def exists(self, host: str) -> bool:
        """Tell whether the host has an address."""


class Dns:
    """Asks the resolver of this machine."""

    def __init__(self) -> None:
        """Give up on a question after five seconds."""
        self._resolver = Resolver()
        self._resolver.lifetime = _SECONDS

    def mail_servers(self, domain: str) -> list[str]:
        """Return the hosts of the MX records."""
        found = self._ask(domain, "MX")
        return [str(one.exchange).rstrip(".").lower() for one in found if isinstance(one, MX)]

    def texts(self, domain: str) -> list[str]:
        """Return the TXT records, each put together from its parts."""
        found = self._ask(domain, "TXT")
        return [b"".join(one.strings).decode(errors="replace") for one in found if isinstance(one, TXT)]

    def exists(self, host: str) -> bool:
        """Tell whether the host has an address."""
        return bool(self._ask(host, "A"))

    def _ask(self, name: str, kind: str) -> list[object]:
        try:
            return list(self._resolver.resolve(name, kind))
        except DNSException:
            return []
