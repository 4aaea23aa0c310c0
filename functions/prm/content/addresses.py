"""Which addresses on the web may be asked at all. Pure: nothing here looks a name up.

Whoever pastes an address or writes a feed chooses where this system connects to, so an address is taken apart once,
refused unless it is plain, and put together anew: what is checked is what is asked. Two programs that read one address
differently are how such checks are passed by (Orange Tsai, "A New Era of SSRF", 2017).
"""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from prm.core.errors import Invalid

MAX_LENGTH = 2000
"""Characters of an address; the longest that all browsers and servers take."""

_PORTS = {"http": 80, "https": 443}
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_BARE = re.compile(r"[^\s/?#:@\\]+\.[^\s/?#:@\\]{2,}(?=[/?#]|$)")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\\\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_NEWLINES = re.compile(r"[\t\n\r]")
_LONGEST_NAME = 253
# Names that mean something inside a network alone (RFC 6761, RFC 6762, RFC 8375, RFC 9476, and what routers hand out).
_INSIDE = frozenset(
    "alt arpa corp home internal intranet invalid lan local localdomain localhost onion private test".split()  # noqa: SIM905
)
# Global by the registry, and yet no place of a web page.
_NOT_SITES = tuple(
    ipaddress.ip_network(text)
    for text in (
        "168.63.129.16/32",  # Azure's own service inside each of its machines
        "192.0.0.0/24",  # protocol assignments; Oracle's metadata service
        "192.88.99.0/24",  # relays of 6to4
        "2001::/23",  # Teredo and other protocol assignments
        "2002::/16",  # 6to4: an IPv4 address in disguise
        "3fff::/20",  # documentation (RFC 9637)
        "5f00::/16",  # segment routing (RFC 9602)
    )
)
_GLOBAL_V6 = ipaddress.ip_network("2000::/3")
"""All that IPv6 routes in public: mapped, compatible and NAT64 forms of IPv4 addresses lie outside."""


@dataclass(frozen=True)
class Address:
    """One place on the web, in the form it is asked in: host in ASCII and lower case, no fragment, no credentials."""

    scheme: str
    host: str
    port: int
    target: str
    """Path and query, percent-encoded, never empty."""

    @property
    def origin(self) -> str:
        """Scheme, host and port, the port only where it is not the scheme's own: robots.txt holds for one of these."""
        own = _PORTS[self.scheme] == self.port
        return f"{self.scheme}://{self.host}" + ("" if own else f":{self.port}")

    def __str__(self) -> str:
        return self.origin + self.target


def parse(text: str, allowed: frozenset[str] = frozenset()) -> Address:
    """Read what a person pasted or a page linked.

    `allowed` are origins of the local run, which may be this machine and any port. Raises Invalid with a sentence for
    the person.
    """
    written = text.strip()
    if _BARE.match(written):
        written = f"https://{written}"
    _refuse_unreadable(written)
    try:
        parts = urlsplit(written)
        port = parts.port
    except ValueError as err:
        raise _invalid("That is no web address.") from err
    _refuse_other(parts)
    address = Address(parts.scheme, _host(parts), port if port is not None else _PORTS[parts.scheme], _target(parts))
    if address.origin not in allowed:
        _refuse_inside(address)
    return address


def join(base: Address, reference: str, allowed: frozenset[str] = frozenset()) -> Address:
    """Read a link found at `base`, relative or not, as browsers do: line breaks inside it count for nothing."""
    link = _NEWLINES.sub("", reference).strip()
    try:
        return parse(urljoin(str(base), link), allowed)
    except ValueError as err:
        raise _invalid("That link is no web address.") from err


def is_public(ip: str) -> bool:
    """Say whether an IP address, as a resolver writes it, belongs to the public internet.

    One with a zone (`fe80::1%eth0`) never does, and no form of IPv6 that carries an IPv4 address inside.
    """
    try:
        found = ipaddress.ip_address(ip)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and (found.scope_id is not None or found not in _GLOBAL_V6):
        return False
    if any(found in network for network in _NOT_SITES):
        return False
    return found.is_global and not found.is_multicast


def is_this_machine(ip: str) -> bool:
    """Say whether an IP address is the machine's own loopback: all that an allowed origin of the local run may mean."""
    return ipaddress.ip_address(ip).is_loopback


def _refuse_unreadable(text: str) -> None:
    if not text:
        raise _invalid("Paste the address of a page.")
    if len(text) > MAX_LENGTH:
        raise _invalid(f"That address is longer than {MAX_LENGTH:,} characters.")
    if _CONTROL.search(text):
        raise _invalid("That address holds characters that no web address has.")
    if not _SCHEME.match(text):
        raise _invalid("That is no web address: it begins with https:// and a name.")


def _refuse_other(parts: SplitResult) -> None:
    if parts.scheme not in _PORTS:
        raise _invalid("Only addresses of the web, with http:// or https://, can be read.")
    if "@" in parts.netloc:
        raise _invalid("An address with a sign-in before an @ can't be read.")
    if not parts.hostname:
        raise _invalid("That address names no site.")
    if "[" in parts.netloc:
        raise _invalid("Give the site's name in place of its number.")


def _host(parts: SplitResult) -> str:
    """Return the host as DNS knows it. Look-alike letters, digits and dots have become what they look like to DNS."""
    host = parts.hostname or ""
    if not host.isascii() or "xn--" in host:
        host = _in_ascii(host)
    host = host.removesuffix(".")
    if len(host) > _LONGEST_NAME or not all(_LABEL.fullmatch(label) for label in host.split(".")):
        raise _invalid("That address names no site.")
    return host


def _in_ascii(host: str) -> str:
    import idna  # only for names outside ASCII, with tables of their own

    try:
        return idna.encode(host, uts46=True, std3_rules=True).decode("ascii")
    except (idna.IDNAError, UnicodeError) as err:
        raise _invalid("That address names no site.") from err


def _refuse_inside(address: Address) -> None:
    labels = address.host.split(".")
    # The WHATWG's rule for "an IPv4 address, however written": its last label is a number. No site has such a name.
    if _NUMBER.fullmatch(labels[-1]):
        raise _invalid("Give the site's name in place of its number.")
    if len(labels) == 1 or labels[-1] in _INSIDE:
        raise _invalid("That address is not on the public web.")
    if address.port not in _PORTS.values():
        raise _invalid(f"Only the web's own ports are read, not {address.port}.")


def _target(parts: SplitResult) -> str:
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~?[]")
    return f"{path}?{query}" if query else path


def _invalid(sentence: str) -> Invalid:
    return Invalid(sentence, field="address")
