"""What a package says of its roles: the packaged definition, completed with what cspack moves elsewhere.

cspack takes sites and startup tasks into each role's ``RoleModel.xml``, the permission levels of certificates into
``RuntimeSetup.Manifest``, and the names of imported modules into the named streams (the shapes are those of csx
folders and of Microsoft's own package writer).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from cses_action.errors import ProjectError
from cses_action.project.definition import DefinedRole, Site, ports_of, read_definition, role_elements, sites_of
from cses_action.project.files import decoded
from cses_action.project.package.container import Container
from cses_action.project.package.defects import Defects
from cses_action.project.package.model import InnerEndpoint, PackedRole
from cses_action.project.package.plain import Unreadable, start_tags
from cses_action.project.package.streams import Broken
from cses_action.project.rules import packages
from cses_action.project.xml import Document, Element, expect_root, parse_xml
from cses_action.values import Value, replace

ROLES_LIMIT = 1000
"""Roles that are looked at; extended support takes 25."""
_ENTRY_POINT_LIMIT = 260
ROLE_TEXTS = ROLE_MODEL, RUNTIME_SETUP, ENTRY_POINT = "rolemodel.xml", "runtimesetup.manifest", "__entrypoint.txt"


class _Software(Value):
    """What lies in a role's own archive."""

    role: str
    """The name in the role model; empty if there is none."""
    sdk: str
    sites: tuple[Site, ...]
    levels: dict[str, str]
    """The permission levels by ``Stored``, a number, and the certificate's name."""
    entry_point: str
    plugins: tuple[str, ...]


_NOTHING = _Software("", "", (), {}, "", ())


class Contents:
    """Puts together what the archives of a package say, one after the other."""

    def __init__(self, file: str, defects: Defects) -> None:
        self.document: Document | None = None
        """The packaged service definition."""
        self._file = file
        self._defects = defects
        self._models: dict[str, str] | None = None
        self._inner: dict[str, tuple[InnerEndpoint, ...]] = {}
        self._streams: dict[str, bytes] = {}
        self._software: dict[str, _Software] = {}

    def take_definition(self, container: Container | None) -> None:
        """Take the packaged service definition."""
        key = container.find("SERVICEDESCRIPTION", ".csdef") if container else ""
        if container is None or key not in container.texts:
            place = container.place if container else ""
            self._defects.add(packages.NO_DEFINITION, "there is no service definition (.csdef)", place)
            return
        path = container.parts[key].path
        try:
            document = self._document(container.texts[key], container.place, path)
            expect_root(document, "ServiceDefinition")
            roles = role_elements(document.root)
            if len(roles) > ROLES_LIMIT:
                raise Broken(packages.BOMB, f"The packaged definition has {len(roles):,} roles, which no package has")
            self.document = document
            self._inner = {each.value("name"): _inner_endpoints(each) for each in roles}
        except ProjectError as failure:
            self._defects.add(packages.NO_DEFINITION, failure.problems[0].message, container.place, path)

    def take_model(self, container: Container | None) -> None:
        """Take the service model, which says in which archive each role is."""
        key = container.find("SERVICEMODEL", ".rd") if container else ""
        if container is None or key not in container.texts:
            place = container.place if container else ""
            self._defects.add(packages.NO_DESCRIPTION, "there is no service model (.rd)", place)
            return
        models: dict[str, str] = {}

        def take(tag: str, attributes: Mapping[str, str]) -> None:
            if tag.rpartition("}")[2] == "role" and len(models) <= ROLES_LIMIT:
                models[attributes.get("name", "")] = attributes.get("software", "")

        try:
            start_tags(container.texts.pop(key), take)
            self._models = models
        except Unreadable as failure:
            path = container.parts[key].path
            self._defects.add(packages.NO_DESCRIPTION, f"it cannot be read: {failure}", container.place, path)

    def take_streams(self, container: Container | None) -> None:
        """Take the named streams; whether packages of old SDKs have them is not known."""
        if container is None:
            self._defects.add(
                packages.NO_STREAMS,
                "the package does not say which systems and modules its roles need: it has no named streams (.csnsx)",
            )
        else:
            self._streams = container.texts

    def take_software(self, container: Container) -> None:
        """Take what stands in a role's own archive."""
        texts, place = container.texts, container.place
        entry_point = texts.get(ENTRY_POINT, b"").decode(errors="replace").strip()[:_ENTRY_POINT_LIMIT]
        inside = (part.path.split("/") for key, part in container.parts.items() if key.startswith("plugins/"))
        model = self._described(texts.get(ROLE_MODEL), place, "RoleModel.xml")
        setup = self._described(texts.get(RUNTIME_SETUP), place, "RuntimeSetup.Manifest")
        stored = setup.root.find("PermissionLevels", "StoredCert") if setup else ()
        self._software[place] = _Software(
            role=model.root.value("name") if model else "",
            sdk=model.root.value("version") if model else "",
            sites=sites_of(model.root) if model else (),
            levels={each.value("name"): each.value("permissionLevel") for each in stored},
            entry_point=entry_point,
            plugins=tuple(sorted({path[1] for path in inside if len(path) > 2})),
        )

    def roles(self) -> tuple[PackedRole, ...]:
        """Return the roles of the packaged definition; none if there is no definition."""
        if self.document is None:
            return ()
        defined = read_definition(self.document).roles
        used = {each.name: self._software_of(each.name) for each in defined}
        for place in self._software.keys() - set(used.values()):
            self._defects.add(packages.NO_SOFTWARE, "no role of the packaged definition uses it", place)
        for name in (self._models or {}).keys() - used.keys():
            message = f"the service model has a role {name}, and the packaged definition has none"
            self._defects.add(packages.NO_SOFTWARE, message)
        return tuple(self._role(each, used[each.name]) for each in defined)

    def roles_by_name(self) -> tuple[PackedRole, ...]:
        """Return the roles where no service model is needed: the software was taken by the role's name."""
        defined = read_definition(self.document).roles if self.document else ()
        return tuple(self._role(each, each.name if each.name in self._software else "") for each in defined)

    def _software_of(self, role: str) -> str:
        """Return the archive of a role."""
        if self._models is None:
            # The name of the archive begins with the role's; why there is no model has been told.
            software = next((each for each in self._software if each.rpartition("_")[0] == role), "")
        else:
            software = self._models.get(role, "")
        if software not in self._software:
            message = f"the software of role {role} is missing: {software or 'no archive is named for it'}"
            self._defects.add(packages.NO_SOFTWARE, message)
            return ""
        other = self._software[software].role
        if other not in ("", role):
            message = f"it is the software of role {other}, not of {role}"
            self._defects.add(packages.NO_SOFTWARE, message, software)
        return software

    def _role(self, defined: DefinedRole, software: str) -> PackedRole:
        held = self._software.get(software, _NOTHING)
        support = self._stream("SupportData", defined.name)
        imports = _values(support, "moduleName", "Imports", "Import")
        return PackedRole(
            defined=replace(defined, sites=held.sites, imports=imports),
            software=software,
            sdk=held.sdk,
            entry_point=held.entry_point,
            permission_levels=_levels(held.levels, [each.name for each in defined.certificates]),
            features=_values(self._stream("RequiredFeatures", defined.name), "name", "Feature"),
            os_families=_values(self._stream("SupportedOSes", defined.name), "name", "OsFamily"),
            inner_endpoints=self._inner[defined.name],
            plugins=held.plugins,
        )

    def _stream(self, kind: str, role: str) -> Element | None:
        key = f"{kind}/{role}/1.0"
        found = self._described(self._streams.get(key.casefold()), "", key)
        return found.root if found else None

    def _described(self, data: bytes | None, place: str, path: str) -> Document | None:
        """Return a description; None if there is none, or if it cannot be read."""
        try:
            return self._document(data, place, path) if data is not None else None
        except ProjectError as failure:
            self._defects.add(packages.NO_DESCRIPTION, failure.problems[0].message, place, path)
            return None

    def _document(self, data: bytes, place: str, path: str) -> Document:
        file = f"{self._file}/{place}/{path}"
        return parse_xml(decoded(data, file).text, file=file)


def _inner_endpoints(role: Element) -> tuple[InnerEndpoint, ...]:
    """Return the endpoints that are no doors of the service."""
    return tuple(
        InnerEndpoint(each.value("name"), each.name, each.value("protocol"), ports_of(each))
        for kind in ("InternalEndpoint", "InstanceInputEndpoint")
        for each in role.find("Endpoints", kind)
    )


def _levels(stored: dict[str, str], certificates: list[str]) -> dict[str, str]:
    """Return the permission levels by certificate; of two names that fit (one with a digit), the longer one."""
    levels = {}
    for key, level in stored.items():
        fitting = [each for each in certificates if re.fullmatch(f"Stored[0-9]+{re.escape(each)}", key)]
        if fitting:
            levels[max(fitting, key=len)] = level
    return levels


def _values(root: Element | None, attribute: str, *path: str) -> tuple[str, ...]:
    return tuple(each.value(attribute) for each in root.find(*path)) if root else ()
