"""What else the definition in the package says otherwise than the file: CSES100, one finding a difference.

Compared is what both have once cspack has been through it: the name of the service, roles, sizes, endpoints,
certificates, settings, bindings and modules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import chain

from cses_action.project.definition import ports_of
from cses_action.project.gate.policy import size_of
from cses_action.project.gate.settings import CERTIFICATES, SETTINGS
from cses_action.project.gate.sides import Sides, Told
from cses_action.project.rules.extended import OLD_PACKAGE
from cses_action.project.rules.reading import Names, imports, is_token, named, of_plugin, place
from cses_action.project.xml import Document, Element

_Values = Callable[[Element], Mapping[str, str]]


def check_differences(sides: Sides, told: Told) -> None:
    """Tell, line by line, where the package was built from another definition."""
    if sides.definition is None:
        return
    document = sides.definition
    _check_name(sides, document, told)
    for key, role in sides.defined.items():
        if key in sides.packed:
            _Role(sides, document, key, told).check()
        elif key:
            message = f"Role {role.value('name')} is not in the package"
            told.add(OLD_PACKAGE.at(document, place(role, "name"), message), "role", key)
    for key, role in sides.packed.items():
        if key not in sides.defined:
            message = f"The package has a role {role.value('name')}, which is not here"
            told.add(OLD_PACKAGE.at(document, document.root, message), "role", key)


def _check_name(sides: Sides, document: Document, told: Told) -> None:
    here, there = document.root.value("name").strip(), sides.root.value("name").strip()
    if here != there and not is_token(here) and not is_token(there):
        message = f"The definition is that of the service {here or '(no name)'}, and the package that of {there}"
        fix = "Give the package that was built from this definition: it may be another project's."
        told.add(OLD_PACKAGE.at(document, place(document.root, "name"), message, fix), "service")


class _Role:
    """One role on both sides."""

    def __init__(self, sides: Sides, document: Document, key: str, told: Told) -> None:
        self._sides = sides
        self._document = document
        self._key = key
        self._told = told
        self._here = sides.defined[key]
        self._there = sides.packed[key]
        self._name = self._here.value("name")

    def check(self) -> None:
        """Tell every difference."""
        self._check_kind()
        self._check_size()
        here, there = self._here, self._there
        self._compare("endpoint", _children(here, "Endpoints"), _children(there, "Endpoints"), _endpoint)
        self._compare("certificate", _own(here.find(*CERTIFICATES)), _own(there.find(*CERTIFICATES)), _store)
        self._compare("setting", _own(here.find(*SETTINGS)), _own(there.find(*SETTINGS)), _nothing)
        self._check_levels()
        self._check_bindings()
        self._check_modules()

    def _tell(self, what: str, where: Element, message: str, name: str = "") -> None:
        finding = OLD_PACKAGE.at(self._document, place(where, "endpointName", "moduleName", "name"), message)
        self._told.add(finding, what, self._key, name)

    def _check_kind(self) -> None:
        if self._here.name != self._there.name:
            message = f"Role {self._name} is a {self._here.name} here, and a {self._there.name} in the package"
            self._tell("kind", self._here, message)

    def _check_size(self) -> None:
        if size_of(self._here) != size_of(self._there) and not is_token(self._here.value("vmsize")):
            here, there = (each.value("vmsize").strip() or "Small" for each in (self._here, self._there))
            message = f"Role {self._name} has the vmsize {here} here, and {there} in the package"
            finding = OLD_PACKAGE.at(self._document, place(self._here, "vmsize"), message)
            self._told.add(finding, "vmsize", self._key)

    def _compare(self, what: str, here: Names, there: Names, values: _Values) -> None:
        for key, element in here.items():
            name = element.value("name")
            if not name.strip() or is_token(name):
                continue
            if key not in there:
                self._tell(what, element, f"The {what} {name} of role {self._name} is not in the package", name)
            elif found := _unequal(values(element), values(there[key])):
                self._tell(what, element, f"The {what} {name} of role {self._name} has {found}", name)
        for key, element in there.items() if not here.unsure else ():
            if key not in here:
                message = (
                    f"The package has the {what} {element.value('name')} in role {self._name}, which is not here"
                )
                self._tell(what, self._here, message, key)

    def _check_levels(self) -> None:
        """Compare the permission levels, which cspack writes beside the role; it has a default for those left out."""
        levels = {name.lower(): level for name, level in self._sides.contents[self._key].permission_levels.items()}
        for key, element in _own(self._here.find(*CERTIFICATES)).items():
            level, packed = element.value("permissionLevel"), levels.get(key, "")
            if packed and level and level.lower() != packed.lower() and not is_token(level):
                name = element.value("name")
                message = f"The certificate {name} of role {self._name} has the permissionLevel {level} here"
                self._tell("level", element, f"{message}, and {packed} in the package", name)

    def _check_bindings(self) -> None:
        contents = self._sides.contents[self._key]
        if not contents.software:
            return
        packed = {
            (site.name.lower(), each.endpoint_name.lower(), each.host_header.lower()): (
                f"{site.name} to endpoint {each.endpoint_name}{_host(each.host_header)}"
            )
            for site in contents.defined.sites
            for each in site.bindings
        }
        loose = {
            (site.value("name").lower(), each.value("endpointName").lower(), each.value("hostHeader").lower()): each
            for site in self._here.find("Sites", "Site")
            for each in site.find("Bindings", "Binding")
        }
        for key, element in loose.items():
            name, host = element.value("endpointName"), element.value("hostHeader")
            if key not in packed and not is_token(name) and not is_token(host):
                message = f"The binding of role {self._name} to endpoint {name}{_host(host)} is not in the package"
                self._tell("binding", element, message, name)
        if any(is_token(each.value(name)) for each in loose.values() for name in ("endpointName", "hostHeader")):
            return
        for key, text in packed.items():
            if key not in loose:
                message = f"The package binds the site {text} in role {self._name}, which is not so here"
                self._tell("binding", self._here, message, key[1])

    def _check_modules(self) -> None:
        here, there = imports(self._here), self._sides.modules(self._key)
        only_here = here - there
        for element in self._here.find("Imports", "Import"):
            name = element.value("moduleName").strip()
            if name.lower() in only_here:
                self._tell("module", element, f"The module {name} of role {self._name} is not in the package", name)
        for name in sorted(there - here):
            message = f"The package has the module {name} in role {self._name}, which is not imported here"
            self._tell("module", self._here, message, name)


def _own(elements: Iterable[Element]) -> Names:
    """Return the elements by name, without those that a module brings."""
    return named(each for each in elements if not of_plugin(each.value("name")))


def _children(role: Element, group: str) -> Names:
    return _own(chain.from_iterable(each.children for each in role.find(group)))


def _unequal(here: Mapping[str, str], there: Mapping[str, str]) -> str:
    """Return which values differ, in words; what the definition leaves out, cspack may fill in."""
    parts = [
        f"the {name} {value or 'none'} here, and {there.get(name) or 'none'} in the package"
        for name, value in here.items()
        if (value or name == "certificate") and value.lower() != there.get(name, "").lower() and not is_token(value)
    ]
    return "; ".join(parts)


def _host(header: str) -> str:
    return f" with the host header {header}" if header else ""


def _endpoint(element: Element) -> Mapping[str, str]:
    """Return what is compared of an endpoint."""
    return {
        "kind": element.name,
        "protocol": element.value("protocol"),
        "port": ports_of(element),
        "certificate": element.value("certificate"),
    }


def _store(element: Element) -> Mapping[str, str]:
    return {name: element.value(name) for name in ("storeLocation", "storeName")}


def _nothing(_: Element) -> Mapping[str, str]:
    return {}
