"""Encryption: the certificate must be of the name that was asked for, though the connection goes to a number."""

import socket
import ssl
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from prm.core.errors import Forbidden, Unavailable
from tests.content.served import Page, fetcher, naming, ok, site

NAME = "blog.example.com"


def contexts(name: str, folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's side with a certificate of that name, and a client's that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(who, who, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = made.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    both = folder / "both.pem"
    both.write_bytes(secret + pem)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(both)
    return server, ssl.create_default_context(cadata=pem.decode())


def fetched(
    pages: dict[str, Page], certified: str, folder: Path, *, trusted: bool = True, seconds: float = 5.0
) -> bytes:
    """What is fetched of NAME, served here with a certificate of `certified`."""
    server, client = contexts(certified, folder)
    with site(pages, NAME, server) as here:
        context = client if trusted else None
        fetch = fetcher([here.origin], seconds, resolve=naming({NAME: ["127.0.0.1"]}), context=context).fetch
        return fetch(f"{here.origin}/a").body


def test_a_page_is_read_where_the_certificate_is_of_its_name(tmp_path: Path) -> None:
    assert fetched({"/a": ok(b"<p>Hi")}, NAME, tmp_path) == b"<p>Hi"


@pytest.mark.parametrize(("certified", "trusted"), [("other.example.com", True), ("127.0.0.1", True), (NAME, False)])
def test_a_certificate_of_another_name_or_of_nobody_known_proves_nothing(
    certified: str,
    trusted: bool,  # noqa: FBT001
    tmp_path: Path,
) -> None:
    with pytest.raises(Forbidden, match="certificate"):
        fetched({"/a": ok()}, certified, tmp_path, trusted=trusted)


def test_a_slow_server_is_cut_off_under_encryption_too(tmp_path: Path) -> None:
    def drip(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\nX: ")
        while True:
            line.sendall(b"y")
            time.sleep(0.02)

    with pytest.raises(Unavailable, match="too long"):
        fetched({"/a": drip}, NAME, tmp_path, seconds=0.6)
