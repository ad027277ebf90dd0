"""The signature of a runtime's manifest: right for one that was signed, and wrong when a byte changes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from cses_action.project.package import examine_package
from cses_action.project.package.model import Signature
from cses_action.project.package.signature import verify
from tests.data.package_switches import Files, listed
from tests.data.packages import legacy_package
from tests.data.signing import DSIG, SHA256, certificate, signed
from tests.unit.project.given import SAMPLES

DEFINITION = SAMPLES / "multirole-https" / "ServiceDefinition.csdef"
PLAIN = (
    '<PackageManifest version="2"><Contents hashtype="1"><Item name="a" hash="B"/></Contents> <NamedStreams/>'
    "</PackageManifest>"
)
SIGNED = signed(PLAIN)


def test_a_signed_manifest_holds_and_names_its_signer() -> None:
    found = verify(SIGNED.encode(), "Web")
    assert found == Signature("Web", "Contoso Build", valid=True, reason="", valid_until="2013-01-01")


@pytest.mark.parametrize(
    "text",
    [
        signed(PLAIN, kind=SHA256),
        signed(PLAIN, certificate(ec.generate_private_key(ec.SECP256R1())), b"no certificate"),
        SIGNED.replace("<PackageManifest ", "<PackageManifest  "),
        SIGNED.replace("</Signature>", "</Signature>  ").replace(
            "</Contents> <NamedStreams/>", "</Contents> <NamedStreams/>"
        ),
        signed(PLAIN.replace("<Contents", "<!-- a comment --><Contents")).replace("a comment", "another"),
    ],
    ids=["sha-256", "other certificates first", "space in a tag", "space behind", "a comment"],
)
def test_what_a_signature_does_not_cover_may_change(text: str) -> None:
    found = verify(text.encode(), "Web")
    assert found is not None
    assert found.valid == ("</Signature>  " not in text)


def test_a_manifest_whose_first_child_is_the_signature_holds() -> None:
    found = verify(signed("<PackageManifest></PackageManifest>").encode(), "Web")
    assert found is not None
    assert found.valid


@pytest.mark.parametrize("text", [PLAIN, "no XML", "<x>", '<!DOCTYPE x [<!ENTITY a "b">]><x/>'])
def test_what_is_not_signed_has_no_signature(text: str) -> None:
    assert verify(text.encode(), "Web") is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda text: text.replace('hash="B"', 'hash="C"'), "the manifest was changed after it was signed"),
        (lambda text: re.sub("<DigestValue>.", "<DigestValue>#", text), "the certificate inside did not sign it"),
        (lambda text: re.sub("<SignatureValue>.", "<SignatureValue>#", text), "SignatureValue is no base64"),
        (
            lambda text: re.sub("<SignatureValue>.*</SignatureValue>", "", text),
            "it has 0 elements SignatureValue, not one",
        ),
        (lambda text: re.sub("<X509Data>.*</X509Data>", "", text), "the certificate inside did not sign it"),
        (lambda text: text.replace("REC-xml-c14n", "x"), "its way of writing XML canonically is not known"),
        (lambda text: text.replace("rsa-sha1", "dsa-sha1"), "its method is not RSA with SHA-1 or SHA-256"),
        (lambda text: re.sub("(<Signature .*</Signature>)", r"\1\1", text), "there is more than one"),
    ],
)
def test_a_signature_that_does_not_hold_says_why(change: Callable[[str], str], reason: str) -> None:
    found = verify(change(SIGNED).encode(), "Web")
    assert found is not None
    assert (found.valid, found.reason) == (False, reason)


@pytest.mark.parametrize(
    ("altered", "reason"),
    [
        (('URI=""', 'URI="#part"'), "it does not sign the whole manifest"),
        (("enveloped-signature", "base64"), "it does not sign the whole manifest"),
        (("<Transforms>", '<Transforms><Transform Algorithm="xslt"/>'), "it does not sign the whole manifest"),
        (
            (f'DigestMethod Algorithm="{DSIG}sha1', 'DigestMethod Algorithm="md5'),
            "its hash is neither SHA-1 nor SHA-256",
        ),
    ],
)
def test_a_signature_over_something_else_does_not_hold(altered: tuple[str, str], reason: str) -> None:
    found = verify(signed(PLAIN, altered=altered).encode(), "Web")
    assert found is not None
    assert (found.valid, found.reason, found.signer) == (False, reason, "Contoso Build")


def test_a_signer_without_a_name_is_told_as_nobody() -> None:
    found = verify(signed(PLAIN, certificate(name="")).encode(), "Web")
    assert found is not None
    assert (found.valid, found.signer) == (True, "")


def test_a_manifest_that_is_far_too_long_to_be_signed_is_not_looked_at(tmp_path: Path) -> None:
    def lengthen(files: Files) -> Files:
        long = files["Cloud.uar.csman"].replace(b"<NamedStreams/>", b" " * 300_000 + b"<NamedStreams/>")
        return files | {"Cloud.uar.csman": signed(long.decode()).encode()}

    package = examine_package(str(legacy_package(DEFINITION, tmp_path / "a", pack=listed("WebRole1", lengthen))))
    assert (package.signatures, package.defects) == ((), ())


@given(st.integers(0, len(PLAIN) - 1), st.integers(0, 127))
def test_any_changed_character_breaks_the_signature_or_changes_nothing(place: int, code: int) -> None:
    found = verify((SIGNED[:place] + chr(code) + SIGNED[place + 1 :]).encode(), "Web")
    # White space inside a tag, and quotes of the other kind, are the same manifest.
    assert found is None or not found.valid or SIGNED[place] in (chr(code), " ", '"')


def test_a_package_tells_who_signed_and_whether_it_holds(tmp_path: Path) -> None:
    def sign(files: Files) -> Files:
        return files | {"Cloud.uar.csman": signed(files["Cloud.uar.csman"].decode()).encode()}

    def spoil(files: Files) -> Files:
        return files | {
            "Cloud.uar.csman": sign(files)["Cloud.uar.csman"].replace(b'keytype="1"', b'keytype= "1" x=""')
        }

    package = examine_package(str(legacy_package(DEFINITION, tmp_path / "a", pack=listed("WebRole1", sign))))
    assert ([each.valid for each in package.signatures], package.defects) == ([True], ())
    package = examine_package(str(legacy_package(DEFINITION, tmp_path / "b", pack=listed("WebRole1", spoil))))
    assert [each.valid for each in package.signatures] == [False]
    (finding,) = package.findings
    assert (finding.rule.id, finding.severity) == ("PKG032", "warning")
    assert finding.message.endswith("its signature does not hold: the manifest was changed after it was signed")
