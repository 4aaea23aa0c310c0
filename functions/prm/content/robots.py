"""What a site's robots.txt allows (RFC 9309)."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from prm.content.addresses import Address

if TYPE_CHECKING:
    from protego import Protego

MAX_ROBOTS = 512_000
"""Bytes that are read; RFC 9309 asks for at least 500 KiB."""

TOKEN = "openprm"  # noqa: S105 - the name to which robots.txt may speak
"""Our name in a site's robots.txt."""

_AGENT = re.compile(r"[ \t]*user[ -]?agent[ \t]*:?[ \t]*([^#]*)", re.IGNORECASE)
_OTHER = "User-agent: -"


@dataclass(frozen=True)
class Robots:
    """One origin's rules, as text."""

    text: str = ""

    def allows(self, address: Address) -> bool:
        """Say whether our name may ask for `address`, which belongs to this origin."""
        return not self.text or self._rules.can_fetch(str(address), TOKEN)

    @property
    def delay(self) -> float:
        """Seconds that the site wants between two requests, 0 when it does not say."""
        return (self._rules.crawl_delay(TOKEN) or 0.0) if self.text else 0.0

    @cached_property
    def _rules(self) -> "Protego":
        from protego import Protego  # only the function that fetches has it

        return Protego.parse(self.text)


def read(body: bytes) -> Robots:
    """Read a robots.txt, whatever is in it; what makes no sense allows all.

    Groups for others than us are put under one name: a file of thousands of names, each before thousands of rules,
    would take a minute and a gigabyte.
    """
    lines = body[:MAX_ROBOTS].decode("utf-8-sig", "replace").splitlines()
    return Robots("\n".join(_for_us(line) for line in lines))


def _for_us(line: str) -> str:
    named = _AGENT.match(line)
    if named is None:
        return line
    name = named[1].strip().lower()
    if name == "*" or name.partition("/")[0] == TOKEN:
        return f"User-agent: {name.partition('/')[0]}"
    return _OTHER
