# ruff: noqa: RUF001 - letters and digits that look like others are what this is about
"""Which addresses may be asked: each hostile form is refused, and nothing connects anywhere it should not."""

import ipaddress
from collections.abc import Sequence

import pytest

from prm.content.addresses import MAX_LENGTH, is_public, join, parse
from prm.core.errors import Invalid, NotFound, PrmError, Unavailable
from tests.content.served import counted, fetcher, naming, redirect, site

PRIVATE = "10.0.0.5"
PUBLIC = "93.184.216.34"
SECOND = "151.101.1.140"

# What names mean here; each is a way for a public name to lead inside.
NAMES: dict[str, Sequence[str]] = {
    "blog.example.com": [PUBLIC],
    "private.example.com": [PRIVATE],
    "loopback.example.com": ["127.0.0.1"],
    "mixed.example.com": [PUBLIC, PRIVATE],
    "mixed6.example.com": [PUBLIC, "fd00:ec2::254"],
    "metadata.example.com": ["169.254.169.254"],
    "azure.example.com": ["168.63.129.16"],
    "alibaba.example.com": ["100.100.100.200"],
    "oracle.example.com": ["192.0.0.192"],
    "mapped.example.com": ["::ffff:127.0.0.1"],
    "mapped-public.example.com": [f"::ffff:{PUBLIC}"],
    "compatible.example.com": ["::127.0.0.1"],
    "sixtofour.example.com": ["2002:7f00:1::"],
    "nat64.example.com": ["64:ff9b::7f00:1"],
    "nat64-local.example.com": ["64:ff9b:1::a00:5"],
    "teredo.example.com": ["2001:0:4136:e378:8000:63bf:3fff:fdd2"],
    "zone.example.com": ["fe80::1%eth0"],
    "zone-global.example.com": ["2606:2800:220:1:248:1893:25c8:1946%eth0"],
    "site-local.example.com": ["fec0::1"],
    "unique-local.example.com": ["fd12:3456:789a::1"],
    "six-loopback.example.com": ["::1"],
    "unspecified.example.com": ["0.0.0.0"],  # noqa: S104 - a place that must not be asked
    "six-unspecified.example.com": ["::"],
    "multicast.example.com": ["224.0.0.251"],
    "six-multicast.example.com": ["ff02::1"],
    "broadcast.example.com": ["255.255.255.255"],
    "shared.example.com": ["100.64.0.1"],
    "benchmark.example.com": ["198.18.0.1"],
    "documentation.example.com": ["203.0.113.5"],
    "reserved.example.com": ["240.0.0.1"],
    "relay.example.com": ["192.88.99.1"],
    "nothing.example.com": [],
    "nonsense.example.com": ["not an address"],
}

HOSTILE = [
    # numbers of this machine, in all ways that resolvers read them
    "http://127.0.0.1/",
    "http://127.1/",
    "http://127.0.1/",
    "http://2130706433/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0x7f.0x0.0x0.0x1/",
    "http://127.0.0.1./",
    "http://127.000.000.001/",
    "http://0/",
    "http://0x/",
    "http://0.0.0.0/",
    "http://4294967295/",
    "http://10.0.0.5/",
    "http://192.168.0.1/",
    "http://172.16.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://2852039166/latest/meta-data/",
    "http://0xa9fea9fe/",
    "http://0251.0376.0251.0376/",
    "http://169.254.43518/",
    "http://8.8.8.8/",
    # IPv6
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::127.0.0.1]/",
    "http://[0:0:0:0:0:ffff:169.254.169.254]/",
    "http://[2002:7f00:1::]/",
    "http://[64:ff9b::127.0.0.1]/",
    "http://[fe80::1%25eth0]/",
    "http://[fe80::1%eth0]/",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://[fec0::1]/",
    "http://[v1.fe80]/",
    "http://[::1",
    "http://::1/",
    # digits, dots and letters that become others
    "http://１２７.０.０.１/",
    "http://①②⑦.⓪.⓪.①/",
    "http://127。0。0。1/",
    "http://127．0．0．1/",
    "http://127.0.0.١/",
    "http://ｌｏｃａｌｈｏｓｔ/",
    "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
    "http://loc\u00adalhost/",
    "http://local\u200bhost/",
    "http://localhost\u3002/",
    "http://℀.example.com/",
    "http://xn--.com/",
    "http://xn--a-ecp.example.com\u2024evil.com/",
    # names of inner networks
    "http://localhost/",
    "http://LOCALHOST/",
    "http://localhost./",
    "http://localhost../",
    "http://a.localhost/",
    "http://localhost.localdomain/",
    "http://metadata/",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://instance-data.ec2.internal/",
    "http://printer.local/",
    "http://router.lan/",
    "http://nas.home.arpa/",
    "http://1.0.0.127.in-addr.arpa/",
    "http://intranet/",
    # sign-ins
    "http://user@blog.example.com/",
    "http://user:password@blog.example.com/",
    "http://blog.example.com@127.0.0.1/",
    "http://blog.example.com:80@127.0.0.1/",
    "http://@127.0.0.1/",
    "http://blog.example.com%40127.0.0.1/",
    "http://127.0.0.1#@blog.example.com/",
    "http://127.0.0.1\\@blog.example.com/",
    "http://blog.example.com\\@127.0.0.1/",
    "http:\\\\127.0.0.1\\",
    # ports
    "http://blog.example.com:22/",
    "http://blog.example.com:8080/",
    "http://blog.example.com:6379/",
    "http://blog.example.com:0/",
    "http://blog.example.com:65536/",
    "http://blog.example.com:-80/",
    "http://blog.example.com:８０８０/",
    "http://blog.example.com:80:80/",
    "http://127.0.0.1:80/",
    "http://blog.example.com:80127.0.0.1/",
    # line breaks, tabs, nothing
    "http://127.0.0\t.1/",
    "http://loc\nalhost/",
    "ht\ntp://127.0.0.1/",
    "http://blog.example.com/\r\nHost: localhost",
    "http://blog.example.com/%0d%0a\r\n/",
    "http://blog.example.com\x00.evil.com/",
    "http://blog.exam ple.com/",
    "http://\u202emoc.elpmaxe.golb/",
    "",
    "   ",
    "https://",
    "http:///etc/passwd",
    "http:127.0.0.1",
    "http:/127.0.0.1/",
    "//127.0.0.1/",
    "http://.example.com/",
    "http://blog..example.com/",
    "http://-blog.example.com/",
    f"http://{'a' * 64}.example.com/",
    f"http://{'a.' * 130}com/",
    f"http://blog.example.com/{'a' * MAX_LENGTH}",
    # other schemes
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_INFO",
    "data:text/html,<script>1</script>",
    "javascript:alert(1)",
    "ftp://blog.example.com/",
    "dict://127.0.0.1:11211/stat",
    "ldap://127.0.0.1/",
    "jar:http://127.0.0.1!/",
    "view-source:http://127.0.0.1/",
    "blob:http://127.0.0.1/1",
    "ws://127.0.0.1/",
    "httpx://127.0.0.1/",
    "mailto:ann@example.com",
]
MISLEADING = [f"http://{name}/" for name in NAMES if name != "blog.example.com"]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_hostile_address_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse(text)

    assert refused.value.message.endswith(".")
    assert refused.value.field == "address"


def test_no_hostile_address_connects_anywhere() -> None:
    fetch = fetcher(resolve=naming(NAMES)).fetch

    with counted(ConnectionRefusedError()) as went:
        for text in [*HOSTILE, *MISLEADING]:
            with pytest.raises(PrmError):
                fetch(text)

    assert went == []
    assert len(HOSTILE) + len(MISLEADING) > 140


def test_no_redirect_to_a_hostile_address_connects_anywhere() -> None:
    places = [text for text in [*HOSTILE, *MISLEADING] if len(text) < 200 and not {"\r", "\n", "\x00"} & {*text}]
    # What is no address by itself leads on inside the site that sent it.
    outward = [place for place in places if ":" in place.partition("/")[0] or place.startswith("//127")]
    with site({f"/{number}": redirect(place) for number, place in enumerate(outward)}) as here:
        fetch = fetcher([here.origin], resolve=naming(NAMES)).fetch
        with counted() as went:
            for number in range(len(outward)):
                with pytest.raises(PrmError):
                    fetch(f"{here.origin}/{number}")

    assert set(went) == {("127.0.0.1", here.port)}
    assert {f"/{number}" for number in range(len(outward))} <= set(here.paths())
    assert len(outward) > 100


def test_a_public_name_is_connected_to_so_the_counting_counts() -> None:
    with counted(ConnectionRefusedError()) as went, pytest.raises(Unavailable, match="doesn't answer"):
        fetcher(resolve=naming(NAMES)).fetch("https://blog.example.com/")

    assert went == [(PUBLIC, 443)]


def test_a_name_that_turns_private_after_the_check_is_still_connected_to_as_checked() -> None:
    answers = [[PUBLIC], [PRIVATE], [PRIVATE]]
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return answers.pop(0)

    with counted(ConnectionRefusedError()) as went, pytest.raises(Unavailable):
        fetcher(resolve=rebinding).fetch("http://rebind.example.com/")

    assert went == [(PUBLIC, 80)]
    assert asked == ["rebind.example.com"]


def test_a_name_that_turns_private_between_two_requests_is_refused() -> None:
    answers = [[PUBLIC], [PRIVATE]]
    fetch = fetcher(resolve=lambda host, port: answers.pop(0)).fetch

    with counted(ConnectionRefusedError()) as went:
        with pytest.raises(Unavailable):
            fetch("http://rebind.example.com/")
        with pytest.raises(Invalid, match="not on the public web"):
            fetch("http://rebind.example.com/")

    assert went == [(PUBLIC, 80)]


def test_a_second_address_is_tried_when_the_first_does_not_answer() -> None:
    with counted(ConnectionRefusedError()) as went, pytest.raises(Unavailable):
        fetcher(resolve=naming({"two.example.com": [PUBLIC, SECOND]})).fetch("http://two.example.com/")

    assert went == [(PUBLIC, 80), (SECOND, 80)]


def test_an_unknown_name_is_said_to_be_one() -> None:
    with pytest.raises(NotFound, match="spelling"):
        fetcher(resolve=naming({})).fetch("https://no-such-blog.example.com/")


def test_an_allowed_origin_of_the_local_run_never_leaves_this_machine() -> None:
    fetch = fetcher(["http://pages.example.com:8090"], resolve=naming({"pages.example.com": [PUBLIC]})).fetch

    with counted(ConnectionRefusedError()) as went, pytest.raises(Invalid, match="public web"):
        fetch("http://pages.example.com:8090/")

    assert went == []


def test_what_is_allowed_for_one_port_is_not_for_another() -> None:
    with pytest.raises(Invalid):
        parse("http://127.0.0.1:8091/", frozenset({"http://127.0.0.1:8090"}))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("https://blog.example.com", "https://blog.example.com/"),
        ("  https://blog.example.com/heel \n", "https://blog.example.com/heel"),
        ("HTTPS://Blog.Example.COM/Heel", "https://blog.example.com/Heel"),
        ("blog.example.com/heel", "https://blog.example.com/heel"),
        ("www.example.com", "https://www.example.com/"),
        ("http://blog.example.com:80/", "http://blog.example.com/"),
        ("http://blog.example.com:443/", "http://blog.example.com:443/"),
        ("https://blog.example.com./heel", "https://blog.example.com/heel"),
        ("https://blog.example.com/heel#pain", "https://blog.example.com/heel"),
        ("https://blog.example.com/?p=12&x=[1]", "https://blog.example.com/?p=12&x=[1]"),
        ("https://blog.example.com?p=12", "https://blog.example.com/?p=12"),
        ("https://blog.example.com/dolor-talón", "https://blog.example.com/dolor-tal%C3%B3n"),
        ("https://blog.example.com/a%20b", "https://blog.example.com/a%20b"),
        ("https://blog.example.com/a b", "https://blog.example.com/a%20b"),
        ("https://bücher.example.com/", "https://xn--bcher-kva.example.com/"),
        ("https://my_blog.tumblr.com/", "https://my_blog.tumblr.com/"),
        ("https://аpple.com/", "https://xn--pple-43d.com/"),  # Cyrillic, and shown as what it is
    ],
)
def test_an_address_is_read_as_the_person_meant_it(written: str, read: str) -> None:
    assert str(parse(written)) == read
    assert str(parse(read)) == read


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ("/feed", "https://blog.example.com/feed"),
        ("next", "https://blog.example.com/a/next"),
        ("../up", "https://blog.example.com/up"),
        ("?p=2", "https://blog.example.com/a/b?p=2"),
        ("//other.example.com/x", "https://other.example.com/x"),
        ("/line\n/break", "https://blog.example.com/line/break"),
    ],
)
def test_a_link_is_read_from_where_it_stands(link: str, found: str) -> None:
    assert str(join(parse("https://blog.example.com/a/b"), link)) == found


@pytest.mark.parametrize(
    "link", ["//localhost/", "javascript:alert(1)", "http://[::1", "//127.0.0.1", "https://a@b.com"]
)
def test_a_link_to_nowhere_is_refused(link: str) -> None:
    with pytest.raises(Invalid):
        join(parse("https://blog.example.com/a/b"), link)


@pytest.mark.parametrize("ip", [PUBLIC, SECOND, "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946"])
def test_what_everyone_can_reach_is_public(ip: str) -> None:
    assert is_public(ip)


@pytest.mark.parametrize(
    "network",
    [
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/96",
        "::ffff:0:0/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    ],
)
def test_no_end_of_a_network_for_special_purposes_is_public(network: str) -> None:
    ends = ipaddress.ip_network(network)

    assert not is_public(str(ends[0]))
    assert not is_public(str(ends[-1]))
