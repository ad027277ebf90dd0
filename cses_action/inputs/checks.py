"""What only shows when inputs are looked at side by side, and what each operation needs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cses_action.inputs.reader import Reader
from cses_action.inputs.registry import INPUTS

if TYPE_CHECKING:
    from cses_action.inputs import Given, Inputs

LONGEST_COMMON_NAME = 64
"""Characters, by X.509 (RFC 5280, ub-common-name)."""


def check_together(reader: Reader, inputs: Inputs) -> None:
    """Complain about what is missing for the operation, and about what contradicts itself."""
    if inputs.operation in {"deploy", "plan"}:
        _check_deploy(reader, inputs)
    elif inputs.operation == "validate" and not reader.given.values.get("definition"):
        reader.require("configuration", when="without definition")
    elif inputs.operation == "configure":
        _check_configure(reader, inputs)
    elif inputs.operation == "rotate-certificate":
        _check_rotate(reader)
    elif inputs.operation == "inspect":
        reader.require("package", when="with inspect")
    _check_cloud(reader, inputs)
    _check_one_file_once(reader, inputs)


def without_effect(given: Given, operation: str) -> tuple[str, ...]:
    """Return warnings about inputs that this operation does not read; a default is no wish, however it is spelled."""
    named = ((INPUTS[name], value) for name, value in given.values.items())
    wished = (known for known, value in named if value.lower() != known.default.lower())
    return tuple(
        f"{known.name} has no effect with operation {operation}: it is for {' and '.join(known.operations)}."
        for known in wished
        if known.operations and operation not in known.operations
    )


def _check_deploy(reader: Reader, inputs: Inputs) -> None:
    _require_principal(reader)
    for name in ("resource-group", "cloud-service", "configuration"):
        reader.require(name)
    if reader.given.values.get("package"):
        reader.require("definition", when="with package")
        reader.require("storage-account", when="with package")
    if len(inputs.configurations) > 1:
        some = ", ".join(inputs.configurations[:5])
        reader.complain(
            f"configuration matches {len(inputs.configurations)} files: {some}",
            "Narrow the pattern until it matches exactly one file.",
        )


def _check_rotate(reader: Reader) -> None:
    _require_principal(reader)
    for name in ("resource-group", "cloud-service"):
        reader.require(name)
    if reader.given.values.get("package"):
        reader.complain(
            "package and rotate-certificate exclude each other: the deployed package stays",
            "Leave package out, or use operation: deploy.",
        )


def _require_principal(reader: Reader, when: str = "") -> None:
    for name in ("tenant-id", "client-id", "client-secret", "subscription-id"):
        # What az prints without --json-auth lacks the subscription alone.
        lacks = name == "subscription-id" and reader.given.values.get("creds")
        creds = "creds as --json-auth prints it" if lacks else "creds"
        reader.require(name, when=f"{when} (singly, or within {creds})".lstrip())


def _check_configure(reader: Reader, inputs: Inputs) -> None:
    reader.require("definition", when="with configure")
    by_name = bool(inputs.certificate_names)
    if inputs.prepares or _given(reader, "certificate-pfx"):
        _check_prepare(reader, inputs)
    elif by_name and inputs.certificate_thumbprint:
        reader.complain(
            "certificate-thumbprint and certificate-name exclude each other with configure",
            "Give the thumbprint, or the name of the certificate in the vault.",
        )
    elif by_name:
        _require_principal(reader, "with certificate-name")
        reader.require("key-vault", when="with certificate-name")
    if len(inputs.certificate_names) > 1:
        reader.complain("certificate-name names several certificates", "Give one, and run configure for each role.")
    if by_name or inputs.certificate_thumbprint or inputs.sync_local:
        reader.require("configuration", when="with a certificate, and with sync-local")
    if _given(reader, "certificate-pfx-password") and not _given(reader, "certificate-pfx"):
        reader.complain("certificate-pfx-password is given without certificate-pfx", "Give certificate-pfx too.")


def _check_prepare(reader: Reader, inputs: Inputs) -> None:
    """Complain about what a certificate cannot be put into the key vault without."""
    sources = [name for name in ("certificate-pfx", "certificate-thumbprint") if _given(reader, name)]
    sources += ["self-signed"] if inputs.self_signed else []
    if len(sources) > 1:
        reader.complain(f"{' and '.join(sources)} exclude each other", f"Give one of {', '.join(sources)}.")
    when = f"with {'self-signed' if inputs.self_signed else 'certificate-pfx'}"
    _require_principal(reader, when)
    for name in ("certificate-name", "key-vault", "configuration", *(["https-hostname"] * inputs.self_signed)):
        reader.require(name, when=when)
    if len(inputs.key_vaults) > 1:
        reader.complain("key-vault names several key vaults, and the certificate goes into one", "Give that one.")
    if inputs.self_signed and len("".join(inputs.https_hostnames[:1])) > LONGEST_COMMON_NAME:
        reader.complain(
            f"https-hostname: the first becomes the common name, and has more than {LONGEST_COMMON_NAME} characters",
            "Put a shorter name first.",
        )


def _given(reader: Reader, name: str) -> bool:
    return bool(reader.given.values.get(name))


def _check_cloud(reader: Reader, inputs: Inputs) -> None:
    if inputs.environment == "custom":
        reader.require("resource-manager-url", when="with environment custom")
    elif reader.given.values.get("resource-manager-url") and inputs.environment:
        reader.complain(
            f"resource-manager-url and environment {inputs.environment} exclude each other",
            "Set environment: custom, or leave resource-manager-url out.",
        )


def _check_one_file_once(reader: Reader, inputs: Inputs) -> None:
    """Refuse two inputs that name the same file: one of them must be wrong."""
    files = [("configuration", each) for each in inputs.configurations]
    files += [("definition", inputs.definition), ("package", inputs.package)]
    files += [("package-previous", inputs.package_previous)]
    files += [("sarif-file", inputs.sarif_file), ("inspect-file", inputs.inspect_file)]
    seen: dict[str, str] = {}
    for name, path in files:
        if not path:
            continue
        first = seen.setdefault(os.path.realpath(path), name)
        if first != name:
            reader.complain(f"{first} and {name} name the same file: {path}", f"Correct {name}.")
