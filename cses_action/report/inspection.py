"""A package as a person wants to see it: tables for the log and the summary."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cses_action.messages import Table
from cses_action.project.package.reader import NESTED
from cses_action.project.rules import packages

if TYPE_CHECKING:
    from cses_action.project.package import Package, PackedFile, PackedRole

MOST_FOLDERS = 20
MOST_FILES = 10
_KINDS = {"legacy": "legacy (the one that extended support takes)", "ctp": "CTP (refused)", "encrypted": "encrypted"}
Section = tuple[str, Table]


def tables(package: Package) -> Iterator[Section]:
    """Yield title and table of everything that is known of a package; of what it has none, no table."""
    roles = package.roles
    yield "Package", Table(("what", "value"), tuple(_facts(package)))
    sections: tuple[tuple[str, tuple[str, ...], Iterator[tuple[str, ...]]], ...] = (
        ("Roles", ("role", "kind", "size", "SDK", "osFamily", "framework", "entry point"), map(_role, roles)),
        ("Endpoints", ("role", "endpoint", "protocol", "port", "certificate", "sites"), _endpoints(roles)),
        ("Certificates", ("role", "certificate", "store", "permission level", "endpoints"), _certificates(roles)),
        ("Modules", ("role", "module"), _modules(roles)),
        ("Signatures of Microsoft's runtime", ("role", "signer", "holds", "valid until"), _signatures(package)),
        ("Largest folders", ("where", "files", "bytes", "packed"), _folders(package.files)),
        ("Largest files", ("where", "bytes", "packed", "SHA-256"), _files(package.files)),
    )
    for title, columns, rows in sections:
        if found := tuple(rows):
            yield title, Table(columns, found)


def _facts(package: Package) -> Iterator[tuple[str, str]]:
    yield "file", package.file
    yield "bytes", f"{package.size:,}"
    yield "SHA-256", package.sha256
    yield "MD5", package.md5.hex()
    yield "format", _KINDS[package.kind]
    yield "SDK", package.sdk or "not known"
    yield "integrity", integrity(package)


def integrity(package: Package) -> str:
    """Return in one sentence whether all of a package is as its manifests say."""
    errors = sum(each.rule.severity == "error" and each.rule not in packages.POLICY for each in package.defects)
    if package.kind == "encrypted":
        return "not checked: the package is encrypted"
    if errors:
        return f"broken: {errors:,} {'error' if errors == 1 else 'errors'}, see the findings"
    return f"good: every archive, every manifest and the hash of each of {len(package.files):,} parts"


def _role(role: PackedRole) -> tuple[str, ...]:
    defined = role.defined
    size, families = defined.vmsize or "none (Small)", ", ".join(role.os_families)
    return role.name, defined.kind, size, role.sdk, families, ", ".join(role.features), role.entry_point


def _endpoints(roles: tuple[PackedRole, ...]) -> Iterator[tuple[str, ...]]:
    for role in roles:
        for each in role.defined.endpoints:
            bound = [
                site.name
                for site in role.defined.sites
                if any(binding.endpoint_name.lower() == each.name.lower() for binding in site.bindings)
            ]
            yield role.name, each.name, each.protocol, str(each.port), each.certificate, ", ".join(bound)
        for inner in role.inner_endpoints:
            where = "inside" if inner.kind == "InternalEndpoint" else "each instance"
            yield role.name, inner.name, f"{inner.protocol}, {where}", inner.ports or "any", "", ""


def _certificates(roles: tuple[PackedRole, ...]) -> Iterator[tuple[str, ...]]:
    for role in roles:
        for each in role.defined.certificates:
            users = [point.name for point in role.defined.endpoints if point.certificate.lower() == each.name.lower()]
            store = f"{each.store_location}/{each.store_name}"
            yield role.name, each.name, store, role.permission_levels.get(each.name, ""), ", ".join(users)


def _modules(roles: tuple[PackedRole, ...]) -> Iterator[tuple[str, ...]]:
    for role in roles:
        found = {each.lower(): each for each in (*role.plugins, *role.defined.imports)}
        yield from ((role.name, found[key]) for key in sorted(found))


def _signatures(package: Package) -> Iterator[tuple[str, ...]]:
    for each in package.signatures:
        yield each.role, each.signer or "not known", "yes" if each.valid else f"no: {each.reason}", each.valid_until


def _inner(files: tuple[PackedFile, ...]) -> list[PackedFile]:
    """Return the files without the archives that hold the others."""
    return [each for each in files if each.container or not each.path.endswith(NESTED)]


def _folders(files: tuple[PackedFile, ...]) -> Iterator[tuple[str, ...]]:
    sums: dict[str, list[PackedFile]] = defaultdict(list)
    for each in _inner(files):
        folder = each.path.partition("/")[0] if "/" in each.path else ""
        sums[_where(each.container, folder)].append(each)
    ordered = sorted(sums.items(), key=lambda item: -sum(each.size for each in item[1]))
    for where, found in ordered[:MOST_FOLDERS]:
        yield where, f"{len(found):,}", f"{sum(x.size for x in found):,}", f"{sum(x.packed for x in found):,}"


def _files(files: tuple[PackedFile, ...]) -> Iterator[tuple[str, ...]]:
    for each in sorted(_inner(files), key=lambda each: -each.size)[:MOST_FILES]:
        yield _where(each.container, each.path), f"{each.size:,}", f"{each.packed:,}", each.sha256


def _where(container: str, path: str) -> str:
    return "/".join(each for each in (container, path) if each) or "(package)"
