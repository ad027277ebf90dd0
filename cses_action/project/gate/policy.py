"""What extended support refuses or does not want in a package, as far as the loose files do not show it."""

from __future__ import annotations

from collections.abc import Sequence

from cses_action.project.gate.sides import Sides, Told
from cses_action.project.rules import gate
from cses_action.project.rules.reading import imports, named
from cses_action.project.rules.roles import ROLE_LIMIT
from cses_action.project.rules.sizes import SUCCESSORS, WITHOUT_SUCCESSOR
from cses_action.project.xml import Document, Element

_MODULES = {
    "remoteaccess": gate.DESKTOP,
    "remoteforwarder": gate.DESKTOP,
    "connect": gate.DEAD_MODULE,
    "webdeploy": gate.DEAD_MODULE,
    "caching": gate.DEAD_MODULE,
}
_SMALL = "small"


def check_policy(sides: Sides, configurations: Sequence[Document], told: Told) -> None:
    """Tell what extended support takes badly."""
    if len(sides.packed) > ROLE_LIMIT >= len(sides.defined):
        message = f"The package has {len(sides.packed)} roles, and extended support takes {ROLE_LIMIT}"
        told.add(sides.of_package(gate.TOO_MANY_ROLES, message), "roles")
    service = sides.root.value("name").strip()
    if service.lower() in sides.packed and not any(_is_told(each, service) for each in configurations):
        message = f"The packaged service has the name of its role {service}"
        told.add(sides.of_package(gate.SAME_NAME, message), "name")
    for key in sides.packed:
        _check_modules(sides, key, told)
        _check_size(sides, key, told)


def _is_told(configuration: Document, service: str) -> bool:
    """Return whether CSES003 says it."""
    root = configuration.root
    return root.value("serviceName").lower() == service.lower() and service.lower() in named(root.find("Role"))


def _check_modules(sides: Sides, key: str, told: Told) -> None:
    loose = imports(sides.defined[key]) if key in sides.defined else frozenset()
    for module in sorted(sides.modules(key) - loose):
        if rule := _MODULES.get(module):
            message = f"Role {sides.contents[key].name} holds the module {module} of the classic service"
            told.add(sides.of_package(rule, message), "module", key, module)


def size_of(role: Element) -> str:
    """Return a role's size in lower case; none means Small, and cspack leaves Small out."""
    return role.value("vmsize").strip().lower() or _SMALL


def _check_size(sides: Sides, key: str, told: Told) -> None:
    size = size_of(sides.packed[key])
    if key in sides.defined and size_of(sides.defined[key]) == size:
        return
    successor = SUCCESSORS.get(size)
    if successor is None and size not in WITHOUT_SUCCESSOR:
        return
    name, written = sides.contents[key].name, sides.contents[key].defined.vmsize
    what = f"the vmsize {written} in the package" if written else "no vmsize in the package, which means Small"
    message = f"Role {name} has {what}: extended support does not have it"
    fix = f'Set vmsize="{successor or "Standard_D2_v2"}" in the definition, then rebuild the package.'
    told.add(sides.of_package(gate.OLD_SIZE, message, fix), "vmsize", key)
