"""What is served, seen by real handshakes on loopback."""

from __future__ import annotations

import socket
import ssl
import time
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from cses_action.cloud.leaf import Leaf, read_leaf
from cses_action.cloud.tls import GLANCE, TlsClient, plain
from cses_action.ports import NoConnection, NoTls
from cses_action.resources import Served
from cses_action.values import Thumbprint
from tests.sandbox.listeners import STAMPS, Held, issue, listening, saying, server_context, site

NAME = "www.contoso.example"
ROOT = issue("Contoso Public Root", names=())
OTHER_ROOT = issue("Contoso Private Root", names=())
MIDDLE = issue("Contoso Issuing CA", by=ROOT, names=())
WEB = issue(by=ROOT)
SELF_SIGNED = issue()
NO_THUMBPRINT = Thumbprint("0" * 40)


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


HOSTS = ["127.0.0.1", "::1"] if has_ipv6() else ["127.0.0.1"]


@pytest.fixture
def client(tmp_path: Path) -> TlsClient:
    roots = tmp_path / "roots.pem"
    roots.write_bytes(ROOT.pem)
    return TlsClient(str(roots))


def served(client: TlsClient, *chain: Held) -> Served:
    with site(server_context(*chain)) as listener:
        return client.handshake("127.0.0.1", listener.port, NAME, chain[0].thumbprint)


@pytest.mark.allow_hosts(["127.0.0.1", "::1"])
@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize(("version", "shown"), [("TLSv1_2", "TLSv1.2"), ("TLSv1_3", "TLSv1.3")])
def test_everything_about_the_leaf_is_told(client: TlsClient, host: str, version: str, shown: str) -> None:
    with site(server_context(WEB, version=ssl.TLSVersion[version]), host) as listener:
        found = client.handshake(host, listener.port, NAME, WEB.thumbprint)
    assert (found.thumbprint, found.protocol, found.distrust) == (WEB.thumbprint, shown, "")
    assert (found.subject, found.issuer) == ("CN=www.contoso.example", "CN=Contoso Public Root")
    assert found.names == (NAME,)
    assert found.not_before == WEB.certificate.not_valid_before_utc
    assert found.expires_on == WEB.certificate.not_valid_after_utc
    assert "AES" in found.cipher or "CHACHA" in found.cipher


def test_the_handshake_asks_for_the_name_and_not_for_an_address(client: TlsClient) -> None:
    with site(server_context(WEB)) as listener:
        for name in (NAME, "127.0.0.1", ""):
            client.handshake("127.0.0.1", listener.port, name, NO_THUMBPRINT)
    assert listener.names == [NAME, None, None]


@pytest.mark.parametrize(("wanted", "visits"), [(WEB.thumbprint, 2), (NO_THUMBPRINT, 1)])
def test_only_the_wanted_certificate_is_worth_a_second_handshake(
    client: TlsClient, wanted: Thumbprint, visits: int
) -> None:
    with site(server_context(WEB)) as listener:
        found = client.handshake("127.0.0.1", listener.port, NAME, wanted)
    assert listener.visits == visits
    assert found.distrust == ("" if visits == 2 else None)


PRIVATE = issue(by=OTHER_ROOT)


@pytest.mark.parametrize(
    ("chain", "why"),
    [
        ([WEB], ""),
        ([issue(by=MIDDLE), MIDDLE], ""),
        ([issue(by=ROOT, names=("other.example",))], ""),
        ([SELF_SIGNED], "it is self-signed"),
        ([PRIVATE], "it comes from a private CA"),
        ([PRIVATE, OTHER_ROOT], "it comes from a private CA"),
        (
            [issue("www.contoso.example", STAMPS, by=MIDDLE)],
            "it comes from a public CA, but the intermediate certificates are not sent with it",
        ),
        ([issue(by=ROOT, days=(-90, -1))], "it, or a certificate of its chain, has expired"),
        ([issue(by=ROOT, days=(1, 90))], "it is not valid yet"),
        (
            [issue("www.contoso.example", x509.ExtendedKeyUsage([x509.OID_CLIENT_AUTH]), by=ROOT)],
            "unsuitable certificate purpose",
        ),
    ],
    ids=[
        "public",
        "public by an intermediate",
        "another name",
        "self-signed",
        "private",
        "private with its root",
        "no intermediate",
        "expired",
        "not yet valid",
        "not for servers",
    ],
)
def test_why_clients_with_public_roots_do_not_trust_it_is_told(
    client: TlsClient, chain: list[Held], why: str
) -> None:
    assert served(client, *chain).distrust == why


def test_roots_are_those_of_mozilla_and_not_of_the_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "roots.pem").write_bytes(ROOT.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "roots.pem"))
    assert served(TlsClient(), WEB).distrust == "it comes from a private CA"


def test_trust_is_not_known_if_there_is_no_second_handshake(client: TlsClient) -> None:
    context = server_context(WEB)
    visits = []

    def once(connection: socket.socket) -> None:
        visits.append(connection)
        if len(visits) == 1:
            context.wrap_socket(connection, server_side=True).close()

    with listening(once) as listener:
        found = client.handshake("127.0.0.1", listener.port, NAME, WEB.thumbprint)
    assert (found.thumbprint, found.distrust) == (WEB.thumbprint, None)
    assert len(visits) == 2


def test_a_key_that_is_too_short_is_seen_and_not_trusted(client: TlsClient) -> None:
    short = issue(by=ROOT, key=rsa.generate_private_key(65537, 1024))
    found = served(client, short)
    assert found.thumbprint == short.thumbprint
    assert found.distrust == "EE certificate key too weak"


def test_a_certificate_without_alternative_names_is_known_by_its_common_name() -> None:
    assert read_leaf(issue(names=()).der).names == (NAME,)


def test_what_stands_in_a_certificate_stays_in_one_short_line(client: TlsClient) -> None:
    hostile = "x\n::error::boo\r##vso[task.complete]\u202e\x1b[31m"
    found = served(client, issue(hostile, names=tuple(f"{number}.example" for number in range(500))))
    assert found.subject.isprintable()
    assert len(found.names) == 100
    long = served(client, issue("y" * 64, names=("a" * 50 + "." + "b" * 60 + "." + "c" * 60 + "." + "d" * 60,)))
    assert len(long.names[0]) == 200


@pytest.mark.parametrize("kind", ["a3", "a5"], ids=["X.400 address", "EDI party"])
def test_a_name_of_a_kind_that_nobody_reads_hides_the_names_alone(kind: str) -> None:
    odd = x509.UnrecognizedExtension(x509.SubjectAlternativeName.oid, bytes.fromhex(f"3002{kind}00"))
    found = read_leaf(issue("odd.example", odd, names=()).der)
    assert (found.subject, found.names) == ("CN=odd.example", ())


def test_bytes_that_are_no_certificate_say_nothing() -> None:
    assert read_leaf(b"0") == Leaf()


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ([b"HTTP/1.1 400 Bad Request\r\n\r\n"], "plain HTTP"),
        ([b"SSH-2.0-OpenSSH\r\n"], "not TLS"),
        ([], "reset|EOF|eof"),
        ([b"\x15\x03\x01\x00\x02\x02\x28"], "handshake failure"),
    ],
)
def test_whoever_does_not_speak_tls_is_told(client: TlsClient, parts: list[bytes], says: str) -> None:
    with listening(saying(*parts)) as listener, pytest.raises(NoTls, match=says):
        client.handshake("127.0.0.1", listener.port, NAME, NO_THUMBPRINT)


@pytest.mark.parametrize("host", ["127.0.0.1", f"{'a' * 64}.example"])
def test_nobody_is_told(client: TlsClient, host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(NoConnection):
        client.handshake(host, port, NAME, NO_THUMBPRINT)


@pytest.mark.parametrize(
    ("parts", "how"),
    [
        ([b"HTTP/1.1 200 OK\r\n\r\n"], "status 200"),
        ([b"HTTP/1.1 3", b"01 Moved\r\nServer: x\r\nlocation: HTTPS://www\r\n\r\n"], "status 301, to https"),
        ([b"HTTP/1.0 302 Found\r\nLocation: http://www/\r\n\r\n"], "status 302"),
        ([b"HTTP/1.1 999 ::error::x\r\n\r\n"], "a connection opens"),
        ([b"SSH-2.0-OpenSSH\r\n"], "a connection opens"),
        ([], "a connection opens"),
    ],
)
def test_a_port_that_answers_without_tls_is_told(parts: list[bytes], how: str) -> None:
    with listening(saying(*parts)) as listener:
        assert plain("127.0.0.1", listener.port, NAME) == how


def test_the_look_without_tls_names_the_host() -> None:
    heard: list[bytes] = []
    with listening(lambda connection: heard.append(connection.recv(4096))) as listener:
        plain("127.0.0.1", listener.port, NAME)
    assert heard[0].startswith(b"HEAD / HTTP/1.1\r\nHost: www.contoso.example\r\n")


@pytest.mark.parametrize("host", ["127.0.0.1", f"{'a' * 64}.example"])
def test_a_port_where_nobody_answers_is_silent(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert plain(host, port, "") == ""


def test_a_server_that_dawdles_costs_two_seconds() -> None:
    def dawdle(connection: socket.socket) -> None:
        for _ in range(40):
            connection.sendall(b"x")
            time.sleep(0.1)

    with listening(dawdle) as listener:
        began = time.monotonic()
        assert plain("127.0.0.1", listener.port, NAME) == "a connection opens"
        assert time.monotonic() - began < GLANCE + 1
