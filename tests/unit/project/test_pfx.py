"""Reading a PFX: what it holds, and everything that can be wrong with it, without a byte of it in any message."""

from __future__ import annotations

import base64
import traceback
from pathlib import Path

import pytest

from cses_action.errors import InputError, ProjectError
from cses_action.project.pfx import LIMIT, read_pfx
from cses_action.resources import Pfx
from cses_action.values import Secret
from tests.data.pfx import NOW, PASSWORD, Made, ec_key, ed25519_key

MADE = Made(names=("www.contoso.com", "*.shop.contoso.com"))


def read(content: bytes, password: str = PASSWORD) -> Pfx:
    """Read it as base64."""
    return read_pfx(Secret(base64.encodebytes(content).decode()), Secret(password))


def refusal(content: bytes, password: str = PASSWORD) -> str:
    """Return what is said of a PFX in base64 that is refused; no part of it may be seen."""
    with pytest.raises(InputError) as caught:
        read(content, password)
    said = "".join(traceback.format_exception(caught.value))
    text = base64.b64encode(content).decode()
    assert not any(text[start : start + 20] in said for start in range(0, max(1, len(text) - 20), 20) if text)
    assert PASSWORD not in said
    (problem,) = caught.value.problems
    assert problem.fix
    return problem.message


def test_what_a_pfx_holds_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "web.pfx"
    path.write_bytes(MADE.pfx(chain=True))
    pfx = read_pfx(Secret(str(path)), Secret(PASSWORD))
    assert pfx.file == str(path)
    assert str(pfx.thumbprint) == MADE.thumbprint
    assert pfx.details.names == MADE.names
    assert (pfx.details.key_type, pfx.details.key_size) == ("RSA", 2048)
    assert (pfx.details.subject, pfx.details.issuer) == ("CN=www.contoso.com", "CN=Contoso CA")
    assert not pfx.details.self_signed
    assert (pfx.expires_on - NOW).days == 90
    assert (NOW - pfx.not_before).days == 10
    assert pfx.chain == 1
    assert base64.b64decode(pfx.content.reveal()) == path.read_bytes(), "the chain stays, and nothing is packed anew"
    assert "***" in repr(pfx)
    assert pfx.content.reveal()[:20] not in repr(pfx)


def test_base64_may_be_broken_into_lines() -> None:
    pfx = read(MADE.pfx())
    assert (str(pfx.thumbprint), pfx.file, pfx.chain) == (MADE.thumbprint, "", 0)


@pytest.mark.parametrize("aes", [True, False])
def test_encryption_by_aes_is_noticed(aes: bool) -> None:  # noqa: FBT001 - a parameter of pytest
    assert read(MADE.pfx(aes=aes)).encrypted_by_aes is aes


def test_a_pfx_without_password_is_read() -> None:
    assert str(read(MADE.pfx(""), "").thumbprint) == MADE.thumbprint


def test_an_elliptic_key_is_read() -> None:
    pfx = read(Made(key=ec_key()).pfx())
    assert (pfx.details.key_type, pfx.details.key_size) == ("EC", 256)


def test_without_alternative_names_the_common_name_counts() -> None:
    pfx = read(Made(names=(), common="old.contoso.com", self_signed=True).pfx())
    assert pfx.details.names == ("old.contoso.com",)
    assert pfx.details.self_signed


def test_what_is_no_strict_der_is_read_without_a_warning(capfd: pytest.CaptureFixture[str]) -> None:
    # An editor added a line end; the library says so on standard error.
    assert str(read(MADE.pfx() + b"\n").thumbprint) == MADE.thumbprint
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("content", "password", "message"),
    [
        (MADE.pfx(), "wrong-password", "is not opened by certificate-pfx-password"),
        (MADE.pfx(), "wrong-\udcff", "is not opened by certificate-pfx-password"),
        (MADE.pfx(aes=True), "wrong-password", "is not opened by certificate-pfx-password"),
        (MADE.pfx(""), PASSWORD, "is not opened by certificate-pfx-password"),
        (Made(key=ed25519_key()).pfx(), PASSWORD, "has a key that is neither RSA nor EC"),
        (MADE.pfx(), "", "is protected by a password"),
        (MADE.pfx(key=False), PASSWORD, "has no private key"),
        (MADE.pfx(leaf=False), PASSWORD, "has a private key, and no certificate that belongs to it"),
        (MADE.pfx(leaf=False, chain=True), PASSWORD, "has a private key, and no certificate that belongs to it"),
        (MADE.pfx()[:300], PASSWORD, "is no PFX (PKCS#12), or is damaged"),
        (b"0\x82ab", PASSWORD, "is no PFX (PKCS#12), or is damaged"),
        (b"0" * (LIMIT + 1), PASSWORD, "is larger than 256 KiB"),
    ],
)
def test_what_cannot_be_used_is_refused(content: bytes, password: str, message: str) -> None:
    assert refusal(content, password).startswith(f"certificate-pfx {message}")


def test_a_part_of_base64_is_refused() -> None:
    text = base64.b64encode(MADE.pfx()).decode()[:1001]
    with pytest.raises(InputError, match="certificate-pfx is not whole base64"):
        read_pfx(Secret(text), Secret(PASSWORD))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The PFX is empty"),
        (b"hello", "The PFX is no PFX (PKCS#12), or is damaged"),
        (b"0" * (LIMIT + 1), "The PFX is larger than 256 KiB"),
        (MADE.pfx(key=False), "The PFX has no private key"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_with_the_file(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "web.pfx"
    path.write_bytes(content)
    with pytest.raises(ProjectError) as caught:
        read_pfx(Secret(str(path)), Secret(PASSWORD))
    (problem,) = caught.value.problems
    assert (problem.message, problem.file) == (message, str(path))


def test_a_folder_is_no_pfx(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="Not a regular file"):
        read_pfx(Secret(str(tmp_path)), Secret(PASSWORD))


def test_a_certificate_that_cannot_be_read_is_refused() -> None:
    # Without the integrity check of the PFX the damage is seen in the certificate alone: its names are no DNS names.
    content = without_mac(MADE.pfx(""))
    assert str(read(content, "").thumbprint) == MADE.thumbprint
    assert refusal(content.replace(b"\x82\x0fwww.contoso.com", b"\x85\x0fwww.contoso.com"), "").startswith(
        "certificate-pfx has a certificate that cannot be read"
    )


def without_mac(content: bytes) -> bytes:
    """Return the PFX without the last of its three parts: version, contents, integrity check."""
    inner = 4 + 3  # the header of the whole, and the version
    end = inner + 4 + int.from_bytes(content[inner + 2 : inner + 4], "big")
    body = content[4:end]
    return b"\x30\x82" + len(body).to_bytes(2, "big") + body
