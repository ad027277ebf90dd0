"""Everything that is known of a package, as JSON for later steps; there are no values of settings in a package."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from cses_action.report.inspection import integrity
from cses_action.report.package_changes import COLUMNS, Changed

if TYPE_CHECKING:
    from cses_action.project.package import Package, PackedRole
    from cses_action.project.rules import Finding

Json = dict[str, Any]


def inspection_json(package: Package, findings: Sequence[Finding], since: Sequence[Changed] | None) -> Iterator[str]:
    """Yield the parts of the document; ``changes`` is null without another package."""
    known: Json = {
        "version": 1,
        "file": package.file,
        "size": package.size,
        "sha256": package.sha256,
        "md5": package.md5.hex(),
        "format": package.kind,
        "sdk": package.sdk,
        "integrity": integrity(package),
        "roles": [_role(each) for each in package.roles],
        "signatures": [
            {
                "role": each.role,
                "signer": each.signer,
                "valid": each.valid,
                "reason": each.reason,
                "validUntil": each.valid_until,
            }
            for each in package.signatures
        ],
        "findings": [_finding(each) for each in findings],
        "changes": None if since is None else [dict(zip(COLUMNS, each, strict=True)) for each in since],
    }
    # The files are written one by one: a package may have fifty thousand.
    yield f'{json.dumps(known, indent=1)[:-2]},\n "files": ['
    for number, each in enumerate(package.files):
        yield (",\n  " if number else "\n  ") + json.dumps(each._asdict())
    yield "\n ]\n}\n"


def _role(role: PackedRole) -> Json:
    defined = role.defined
    return {
        "name": role.name,
        "kind": defined.kind,
        "vmsize": defined.vmsize,
        "sdk": role.sdk,
        "entryPoint": role.entry_point,
        "osFamilies": role.os_families,
        "features": role.features,
        "modules": defined.imports,
        "plugins": role.plugins,
        "settings": defined.settings,
        "endpoints": [
            {"name": each.name, "protocol": each.protocol, "port": each.port, "certificate": each.certificate}
            for each in defined.endpoints
        ],
        "innerEndpoints": [
            {"name": each.name, "kind": each.kind, "protocol": each.protocol, "ports": each.ports}
            for each in role.inner_endpoints
        ],
        "certificates": [
            {
                "name": each.name,
                "storeLocation": each.store_location,
                "storeName": each.store_name,
                "permissionLevel": role.permission_levels.get(each.name, ""),
            }
            for each in defined.certificates
        ],
        "sites": [
            {
                "name": site.name,
                "bindings": [
                    {"name": each.name, "endpointName": each.endpoint_name, "hostHeader": each.host_header}
                    for each in site.bindings
                ],
            }
            for site in defined.sites
        ],
    }


def _finding(finding: Finding) -> Json:
    problem = finding.problem
    return {
        "rule": problem.rule,
        "severity": finding.severity,
        "message": problem.message,
        "fix": problem.fix,
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
    }
