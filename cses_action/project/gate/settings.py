"""The package against a configuration: what Azure compares when it takes both.

What the loose definition shows as well is told by the rules of the pair, at the same place.
"""

from __future__ import annotations

from cses_action.project.gate.sides import Sides, Told
from cses_action.project.rules import gate
from cses_action.project.rules.pair import PASSWORD
from cses_action.project.rules.reading import named, of_plugin, place, plugin
from cses_action.project.xml import Document, Element, whole_number

_LEAST_BUILDS = {5: (2, 9, 6500), 6: (2, 9, 8899)}
"""The first builds of an SDK that know the family: 2.9.6499 is 2.9.1, and too old for 5; of 6 the first one seen."""
CERTIFICATES, SETTINGS = ("Certificates", "Certificate"), ("ConfigurationSettings", "Setting")


def check_configuration(sides: Sides, configuration: Document, told: Told) -> None:
    """Tell where a configuration and the package contradict each other."""
    configured = named(configuration.root.find("Role"))
    for key, role in configured.items():
        if key in sides.packed:
            _check_certificates(sides, configuration, role, told)
            _check_settings(sides, configuration, role, told)
        elif key and (sides.definition is None or sides.says(key)):
            message = f"The package has no role {role.value('name')}"
            finding = gate.FOREIGN_ROLE.at(configuration, place(role, "name"), message)
            told.add(finding, "role", key)
    for key, role in sides.packed.items():
        if key not in configured and not sides.says(key):
            name = role.value("name")
            message = f"The package has a role {name}, and the configuration has none"
            fix = f'Add <Role name="{name}"> with its <Instances count="2" />, or rebuild the package without it.'
            told.add(gate.MISSING_ROLE.at(configuration, configuration.root, message, fix), "role", key)
    _check_family(sides, configuration, told)


def _check_certificates(sides: Sides, configuration: Document, role: Element, told: Told) -> None:
    called, key = role.value("name"), role.value("name").lower()
    given, packed = named(role.find(*CERTIFICATES)), named(sides.packed[key].find(*CERTIFICATES))
    for name, certificate in given.items():
        known = name in packed or name == PASSWORD or plugin(name) in sides.modules(key)
        if name and not known and (sides.definition is None or sides.says(key, *CERTIFICATES, name=name)):
            message = f"The package has no certificate {certificate.value('name')} in role {called}"
            finding = gate.FOREIGN_CERTIFICATE.at(configuration, place(certificate, "name"), message)
            told.add(finding, "certificate", key, name)
    endpoints = sides.packed[key].find("Endpoints", "InputEndpoint")
    served = named((each for each in endpoints if each.value("protocol") == "https"), "certificate")
    for name, certificate in packed.items():
        if name not in given and not of_plugin(name) and not sides.says(key, *CERTIFICATES, name=name):
            proper = certificate.value("name")
            message = f"Role {called} has no thumbprint for certificate {proper}, which the package declares"
            fix = (
                f'Add <Certificate name="{proper}" thumbprint="…" thumbprintAlgorithm="sha1" /> to the '
                f"<Certificates> of role {called}."
            )
            rule = gate.NO_THUMBPRINT if name in served else gate.NO_OTHER_THUMBPRINT
            told.add(rule.at(configuration, role, message, fix), "certificate", key, name)


def _check_settings(sides: Sides, configuration: Document, role: Element, told: Told) -> None:
    called, key = role.value("name"), role.value("name").lower()
    given, packed = named(role.find(*SETTINGS)), named(sides.packed[key].find(*SETTINGS))
    for name, setting in given.items():
        known = name in packed or plugin(name) in sides.modules(key)
        if name and not known and (sides.definition is None or sides.says(key, *SETTINGS, name=name)):
            message = f"The package declares no setting {setting.value('name')} for role {called}"
            finding = gate.FOREIGN_SETTING.at(configuration, place(setting, "name"), message)
            told.add(finding, "setting", key, name)
    for name, setting in packed.items():
        if name not in given and not of_plugin(name) and not sides.says(key, *SETTINGS, name=name):
            proper = setting.value("name")
            message = f"Role {called} has no value for setting {proper}, which the package declares"
            fix = f'Add <Setting name="{proper}" value="…" /> to the <ConfigurationSettings> of role {called}.'
            told.add(gate.MISSING_SETTING.at(configuration, role, message, fix), "setting", key, name)


def _check_family(sides: Sides, configuration: Document, told: Told) -> None:
    written = configuration.root.attributes.get("osFamily")
    family = whole_number(written.value) if written else None
    if written is None or family is None:
        return
    for role in sides.package.roles:
        if role.os_families and str(family) not in role.os_families:
            message = f"Role {role.name} was built for osFamily {', '.join(role.os_families)}, not {family}"
            told.add(gate.OTHER_FAMILY.at(configuration, written, message), "family", role.name)
    least = _LEAST_BUILDS.get(family)
    build = _build(sides.package.sdk)
    if least and build and build < least:
        message = f"The package was built by SDK {sides.package.sdk}, which is older than osFamily {family}"
        told.add(gate.OLD_SDK.at(configuration, written, message), "sdk")


def _build(sdk: str) -> tuple[int, ...]:
    """Return the numbers of a build; none if it is no build."""
    parts = [whole_number(each) for each in sdk.split(".")]
    return tuple(each for each in parts[:3] if each is not None) if None not in parts else ()
