"""What the writers of packages share: XML of each kind, zip archives, and Open Packaging containers."""

from __future__ import annotations

import hashlib
import io
import uuid
import zipfile
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from lxml import etree
from lxml.builder import ElementMaker

Element = etree._Element
DEFINITION = "http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceDefinition"
RESOURCE = "http://schemas.microsoft.com/opc/2006/sample/required-resource"
UAR = "http://schemas.microsoft.com/ServiceHosting/2009/10/UAR"
SDK = "2.9.8999.45"
PLACEHOLDER = b"placeholder application\n"
_BINARIES = ("WaHostBootstrapper.exe", "WaIISHost.exe", "WaWorkerHost.exe", "msshrtmi.dll")
RUNTIME = (
    *(f"base/{bits}/{name}" for bits in ("x64", "x86") for name in _BINARIES),
    "base/Microsoft.WindowsAzure.ServiceRuntime.dll",
    "storage/cloud/x64/mswacdmi.dll",
)
CONTENT_TYPES = {
    "cssx": "binary/software",
    "csdef": "text/servicedescription",
    "rd": "text/servicemodel",
    "rdsc": "text/servicecontract",
    "rels": "application/vnd.openxmlformats-package.relationships+xml",
}
# Settings that an imported module adds.
MODULES = {
    "Diagnostics": "ConnectionString",
    "RemoteAccess": "Enabled AccountUsername AccountEncryptedPassword AccountExpiration",
    "RemoteForwarder": "Enabled",
}


def maker(namespace: str, **prefixes: str) -> ElementMaker:
    return ElementMaker(namespace=namespace, nsmap=dict[str | None, str]([(None, namespace), *prefixes.items()]))


XSI, XSD = (f"http://www.w3.org/2001/XMLSchema{end}" for end in ("-instance", ""))
PLAIN = ElementMaker()
SERVICE = maker(DEFINITION, xsi=XSI, xsd=XSD)
TYPES = maker("http://schemas.openxmlformats.org/package/2006/content-types")
RELATIONSHIPS = maker("http://schemas.openxmlformats.org/package/2006/relationships")
RDSM = maker("http://schemas.microsoft.com/dsltools/RDSM")
CONTRACTS = maker("http://schemas.microsoft.com/dsltools/Contracts")
PARSER = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_blank_text=True)


@dataclass(frozen=True)
class Role:
    """A role as it is packed: ``element`` is its part of the packaged definition."""

    source: Element
    element: Element
    guid: str
    name: str
    web: bool

    def all(self, path: str, *, packed: bool = True) -> list[Element]:
        steps = [f"{{{DEFINITION}}}{step}" for step in path.split("/")]
        return (self.element if packed else self.source).findall("/".join(steps))


def parse(definition: Path | bytes) -> Element:
    data = definition if isinstance(definition, bytes) else definition.read_bytes()
    return etree.fromstring(data, PARSER)


def guid(root: Element, what: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{root.get('name')}/{what}"))


def xml(element: Element) -> bytes:
    return etree.tostring(element, pretty_print=True, xml_declaration=True, encoding="utf-8")


def zipped(parts: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def plainly(_place: str, files: Mapping[str, bytes]) -> bytes:
    """Return a zip archive that is as it should be; what packs otherwise makes a defect."""
    return zipped(files)


@dataclass(frozen=True)
class Writer:
    """Makes Open Packaging containers; ``pack`` is told which one: a role's name, an extension, or nothing."""

    sdk: str = SDK
    pack: Callable[[str, dict[str, bytes]], bytes] = plainly

    def container(
        self,
        place: str,
        parts: Mapping[str, bytes],
        guid: str,
        resources: Mapping[str, str],
        extra: Iterable[Element],
    ) -> bytes:
        """Return a container with its manifest, relationships and content types."""
        manifest = f"{guid}.csman"
        rows = relationships({"MANIFEST": manifest, **resources})
        if "Cloud.uar.csman" in parts:
            rows.append(RELATIONSHIPS.Relationship(Type=f"{UAR}/Manifest", Target="/Cloud.uar.csman", Id="R1"))
        if not place:
            version = {
                "Target": f"{UAR.replace('.com', '.com:80')}/ProductVersion#{self.sdk}",
                "TargetMode": "External",
            }
            rows.append(RELATIONSHIPS.Relationship(version, Type=f"{UAR}/ProductVersion", Id="R1"))
        files = {
            "[Content_Types].xml": content_types(parts, manifest),
            "_rels/.rels": xml(RELATIONSHIPS.Relationships(*rows)),
            manifest: manifest_of(parts, list(extra)),
            **{quote(name): data for name, data in parts.items()},
        }
        return self.pack(place, files)


def relationships(targets: Mapping[str, str]) -> list[Element]:
    return [RELATIONSHIPS.Relationship(Type=RESOURCE, Target=f"/{target}", Id=key) for key, target in targets.items()]


def content_types(parts: Iterable[str], manifest: str) -> bytes:
    """Return a default for each extension, and an override for each part that has none."""
    extensions = sorted({Path(name).suffix[1:] for name in parts} - {""} | {"rels"})
    types = {each: CONTENT_TYPES.get(each, "user/user") for each in extensions}
    defaults = [TYPES.Default(Extension=each, ContentType=kind) for each, kind in types.items()]
    bare = [
        TYPES.Override(PartName=f"/{quote(name)}", ContentType="user/user") for name in parts if not Path(name).suffix
    ]
    override = TYPES.Override(PartName=f"/{manifest}", ContentType="text/ucmanifest")
    return xml(TYPES.Types(*defaults, *bare, override))


def manifest_of(parts: Mapping[str, bytes], extra: list[Element]) -> bytes:
    items = [
        PLAIN.Item(name=name, hash=hashlib.sha256(data).hexdigest().upper(), uri=f"/{quote(name)}")
        for name, data in parts.items()
    ]
    tail = extra if extra and extra[-1].tag == "NamedStreams" else [*extra, PLAIN.NamedStreams()]
    contents = PLAIN.Contents(*items, hashtype="1")
    plain = PLAIN.Encryption(keytype="1")
    return etree.tostring(PLAIN.PackageManifest(plain, contents, *map(deepcopy, tail), version="2"))
