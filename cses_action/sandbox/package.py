"""The service package as the service opens it: the definition inside is the one that counts."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from lxml import etree

from cses_action.sandbox.wire import Refusal

IN = "{http://schemas.microsoft.com/ServiceHosting/2008/10/ServiceDefinition}"
LARGEST_PART = 64 * 1024 * 1024


@dataclass(frozen=True)
class HttpsEndpoint:
    """An input endpoint that shows a certificate."""

    port: int
    certificate: str


@dataclass(frozen=True)
class PackagedRole:
    """What the packaged definition says of a role."""

    name: str
    size: str
    https: tuple[HttpsEndpoint, ...] = ()
    certificates: frozenset[str] = frozenset()


Package = tuple[PackagedRole, ...]

START_PACKAGE: Package = (
    PackagedRole("WebRole1", "Standard_D1_v2"),
    PackagedRole("WorkerRole1", "Standard_D1_v2"),
)
"""The package that runs at the start: HTTP only."""


def open_package(content: bytes) -> Package:
    """Return the roles of the packaged definition, or refuse what the service does not take."""
    root = _zip(content)
    if "package.xml" in root.namelist():
        raise _refusal("the package has the CTP format, which cloud services (extended support) do not take")
    inner = _zip(_only_part(root, ".csdx"))
    return _read_definition(_only_part(inner, ".csdef"))


def _zip(content: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile as mistake:
        raise _refusal("the package is no zip file") from mistake


def _only_part(archive: zipfile.ZipFile, suffix: str) -> bytes:
    parts = [each for each in archive.infolist() if each.filename.lower().endswith(suffix)]
    if len(parts) != 1 or parts[0].file_size > LARGEST_PART:
        raise _refusal(f"the package has {len(parts)} {suffix} parts, or one that is too large")
    return archive.read(parts[0])


def _read_definition(content: bytes) -> Package:
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as mistake:
        raise _refusal(f"the packaged definition is no XML: {mistake}") from mistake
    return tuple(_role(each) for each in root if each.tag in (f"{IN}WebRole", f"{IN}WorkerRole"))


def _role(element: etree._Element) -> PackagedRole:
    endpoints = element.iterfind(f"{IN}Endpoints/{IN}InputEndpoint")
    certificates = element.iterfind(f"{IN}Certificates/{IN}Certificate")
    return PackagedRole(
        name=element.get("name", ""),
        # The packer leaves the default out.
        size=element.get("vmsize", "Small"),
        https=tuple(
            HttpsEndpoint(int(each.get("port", "0")), each.get("certificate", ""))
            for each in endpoints
            if each.get("protocol") == "https"
        ),
        certificates=frozenset(each.get("name", "") for each in certificates),
    )


def _refusal(message: str) -> Refusal:
    return Refusal(400, "InvalidParameter", f"sandbox: {message}")
