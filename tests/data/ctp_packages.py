"""Writes packages in the CTP format of 2012-03-15, which extended support refuses: for the tests of that refusal."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

from lxml.builder import ElementMaker

from tests.data.package_parts import CONTENT_TYPES, PLACEHOLDER, RELATIONSHIPS, SDK, TYPES, parse, plainly, xml
from tests.data.package_roles import named_streams, role_files
from tests.data.packages import packaged_definition, roles_of, service_model

NAMESPACE = "http://schemas.microsoft.com/windowsazure"
FORMAT = f"{NAMESPACE}/PackageDefinition/Version/2012/03/15"
MAKE = ElementMaker(namespace=NAMESPACE, nsmap={None: NAMESPACE})


def ctp_package(
    definition: Path | bytes,
    destination: Path,
    *,
    content: bytes = PLACEHOLDER,
    pack: Callable[[str, dict[str, bytes]], bytes] = plainly,
) -> Path:
    """Write the package; files with the same content share one part."""
    root = parse(definition)
    roles = roles_of(root)
    parts = {
        "ServiceDefinition/ServiceDefinition.rd": service_model(root, roles, SDK),
        "ServiceDefinition/ServiceDefinition.csdef": packaged_definition(root, roles),
    }
    layouts = {role.name: role_files(role, content, SDK) for role in roles}
    for role in roles:
        parts |= {f"NamedStreams/{name}": data for name, data in named_streams(role, SDK).items()}
        parts |= {_part(data): data for data in layouts[role.name].values()}
    relationship = RELATIONSHIPS.Relationship(Type=FORMAT, Target="/package.xml", TargetMode="External", Id="R1")
    types = [
        TYPES.Default(Extension=each, ContentType="application/octet-stream") for each in ("csdef", "rd", "0", "xml")
    ]
    types.append(TYPES.Default(Extension="rels", ContentType=CONTENT_TYPES["rels"]))
    local = [name for name in parts if name.startswith("LocalContent/")]
    types += [TYPES.Override(PartName=f"/{name}", ContentType="application/octet-stream") for name in local]
    destination.write_bytes(
        pack(
            "",
            {
                "[Content_Types].xml": xml(TYPES.Types(*types)),
                "_rels/.rels": xml(RELATIONSHIPS.Relationships(relationship)),
                "package.xml": _description(parts, layouts),
                **parts,
            },
        )
    )
    return destination


def _part(data: bytes) -> str:
    return f"LocalContent/{hashlib.sha256(data).hexdigest()[:32]}"


def _description(parts: Mapping[str, bytes], layouts: Mapping[str, Mapping[str, bytes]]) -> bytes:
    version = MAKE.KeyValuePair(MAKE.Key(f"{NAMESPACE}/ProductVersion/"), MAKE.Value(SDK))
    contents = [
        MAKE.ContentDefinition(
            MAKE.Name(name),
            MAKE.ContentDescription(
                MAKE.LengthInBytes(str(len(data))),
                MAKE.IntegrityCheckHashAlgortihm("Sha256"),  # spelt so in the format itself
                MAKE.IntegrityCheckHash(base64.b64encode(hashlib.sha256(data).digest()).decode()),
                MAKE.DataStorePath(name),
            ),
        )
        for name, data in parts.items()
    ]
    rows = [
        MAKE.LayoutDefinition(
            MAKE.Name(f"Roles/{role}"),
            MAKE.LayoutDescription(
                *(
                    MAKE.FileDefinition(
                        MAKE.FilePath("\\" + name.replace("/", "\\")),
                        MAKE.FileDescription(MAKE.DataContentReference(_part(data))),
                    )
                    for name, data in files.items()
                )
            ),
        )
        for role, files in layouts.items()
    ]
    return xml(
        MAKE.PackageDefinition(
            MAKE.PackageMetaData(version), MAKE.PackageContents(*contents), MAKE.PackageLayouts(*rows)
        )
    )
