"""What changed from one package to the next: role by role, then file by file by hash."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cses_action.project.package import Package, PackedFile, PackedRole

COLUMNS = ("where", "what", "before", "after")
NOTHING = "—"
_RUNTIME = "cloud.uar.csman"

Changed = tuple[str, str, str, str]
Facts = Mapping[tuple[str, str], str]
"""By place and kind of thing: what is there, in words."""


def changes(before: Package, after: Package) -> tuple[Changed, ...]:
    """Return every difference in what a package defines and holds; how it was packed does not count."""
    return (*_unequal(_defined(before), _defined(after)), *_unequal(_held(before), _held(after)))


def _unequal(before: Facts, after: Facts) -> Iterator[Changed]:
    for key in dict.fromkeys([*before, *after]):
        was, will = before.get(key, NOTHING), after.get(key, NOTHING)
        if was != will:
            yield (*key, was, will)


def _defined(package: Package) -> Facts:
    found = {("package", "SDK"): package.sdk}
    for role in package.roles:
        found |= {(role.name, what): value for what, value in _facts(role)}
    return found


def _facts(role: PackedRole) -> Iterator[tuple[str, str]]:
    """Yield what a role is."""
    defined = role.defined
    yield "role", f"{defined.kind} role"
    yield "size", defined.vmsize or "Small"
    yield "osFamily", ", ".join(role.os_families)
    for each in defined.endpoints:
        yield f"endpoint {each.name}", f"{each.protocol} on port {each.port} {each.certificate}".strip()
    for inner in role.inner_endpoints:
        yield f"endpoint {inner.name}", f"{inner.kind} {inner.protocol} on {inner.ports or 'any port'}"
    for one in defined.certificates:
        level = role.permission_levels.get(one.name, "")
        yield f"certificate {one.name}", f"{one.store_location}/{one.store_name} {level}".strip()
    for site in defined.sites:
        bound = (f"{each.endpoint_name} {each.host_header}".strip() for each in site.bindings)
        yield f"site {site.name}", ", ".join(sorted(bound))
    yield from ((f"setting {each}", "declared") for each in defined.settings)
    yield from ((f"module {each}", "imported") for each in defined.imports)


def _held(package: Package) -> Facts:
    """Return the files by hash, without the names and manifests that every build makes anew."""
    return {
        (each.container, each.path): f"{each.size:,} bytes, {each.sha256}"
        for each in package.files
        if each.container and not _of_packing(each)
    }


def _of_packing(file: PackedFile) -> bool:
    return file.path in ("[Content_Types].xml", "_rels/.rels") or (
        file.path.endswith(".csman") and file.path.lower() != _RUNTIME
    )
